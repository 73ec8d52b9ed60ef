/** The pages of the reference, in Markdown. The same code gives the same text. */

import { PORTS } from '#contracts/module';
import { PROBLEMS, type ProblemKind } from '#contracts/problems';
import type { ModuleDefinition } from '#modules/define-module';
import { modules } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';
import { operationSchemas } from '#steps/transform-operations';
import { schemaOf } from '#workers/editor-schema/json-schema';
import { type Setting, settingsOf } from './settings.ts';

export const GENERATED = '<!-- Generated from the code by npm run generate. Changes made here are lost. -->';

const SECRET = ['$', '{NAME}'].join('');
const INTRO = [
  'Each step has a `name` and a `type`; its settings stand under `config`.',
  `Text may hold templates (\`{{ .order_id }}\`) and names of secrets (\`${SECRET}\`); a value that is exactly one template keeps its type.`,
  'A setting of the type path names a value of the context (`steps.x.output`); one of the type condition is an expression.',
].join(' ');

export function stepsPage(): string {
  const all = [...steps.values()].sort((a, b) => a.type.localeCompare(b.type));
  return page(
    'Steps',
    INTRO,
    all.map((step) => step.type),
    all.map((step) => {
      const facts = stepCatalog.get(step.type)!;
      const marks = new Map([...facts.paths.map((name) => [name, 'path'] as const), ...facts.expressions.map((name) => [name, 'condition'] as const)]);
      const traits = [
        facts.kind === 'conditional'
          ? 'Decides where the run goes on.'
          : facts.kind !== 'activity'
            ? 'Is made of steps: these have the effects, the retries and the compensations. It may have a `timeout` and `on_error`.'
            : step.pure
              ? 'Without effects outside: runs at once, in the same turn as its neighbours.'
              : 'Has an effect outside: recorded before it goes out, and retried by the policy of the step.',
        facts.responds ? 'Ends the pipeline with an HTTP answer.' : '',
        !step.pure && facts.idempotent ? 'May be repeated without harm.' : '',
        step.pure ? '' : `Default timeout ${facts.defaultTimeoutMs / 1000} s.`,
      ];
      return section(
        step.type,
        step.summary,
        settingsOf(schemaOf(step.config)),
        [traits.filter(Boolean).join(' ')],
        marks,
        `**Output.** ${step.output}`,
        step.type === 'step.transform' ? operations() : '',
        step.example,
      );
    }),
  );
}

export function modulesPage(): string {
  const all = [...modules.values()].sort((a, b) => a.type.localeCompare(b.type));
  return page(
    'Modules',
    'Modules name the parts that an application leans on. On the edge many of them are the platform itself: their settings are accepted, and [those without an effect](#settings-without-effect) say so.',
    all.map((module) => module.type),
    [
      ...all.map((module) => section(module.type, module.summary, settingsOf(schemaOf(module.config)), [ports(module)], new Map(), '', '', module.example)),
      settingsWithoutEffect(all),
    ],
  );
}

export function errorsPage(): string {
  const rows = Object.entries(PROBLEMS as Record<string, ProblemKind>)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([code, kind]) =>
        `| \`${code}\` | ${kind.status} | ${kind.retryable ? 'yes' : 'no'} | ${kind.fault} | ${cell([`${kind.title}.`, kind.hint ?? ''].filter(Boolean).join(' '))} |`,
    );
  return [
    GENERATED,
    '# Errors',
    '',
    'Errors are answered as `application/problem+json` (RFC 9457). The `code` is what a program decides by; the words around it may change. The same codes stand in the log and on the timeline, where `retryable` says whether the same call may succeed later.',
    '',
    '| Code | Status | Retryable | Whose fault | What it means, and what to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** What it gives to others, and what it takes. */
function ports({ ports: { offers, takes = [] } }: ModuleDefinition): string {
  const offered = offers.map((port) => PORTS[port]);
  const taken = takes.map(({ port, by, orPipeline, required, unless = [] }) => {
    const without = unless.length > 0 ? ` unless ${unless.map((each) => `\`${each}\``).join(' or ')} is set` : '';
    const how = [by === undefined ? '' : `by \`${by}\``, orPipeline ? 'or a pipeline' : '', required ? `needed${without}` : ''].filter(Boolean).join(', ');
    return `${PORTS[port]}${how === '' ? '' : ` (${how})`}`;
  });
  return [offered.length > 0 ? `**Offers** ${offered.join(', ')}.` : '', taken.length > 0 ? `**Takes** ${taken.join('; ')}.` : ''].filter(Boolean).join(' ');
}

/** Read off the descriptions themselves, so that the table is what the settings say. */
function settingsWithoutEffect(all: readonly ModuleDefinition[]): string {
  const said = ({ unheeded = [], onlyAs = {} }: ModuleDefinition, name: string) => {
    const fitting = Object.hasOwn(onlyAs, name) ? onlyAs[name] : undefined;
    if (fitting) return `a warning, unless it is ${fitting.map((value) => `\`${value}\``).join(', ')}`;
    return unheeded.includes(name) ? 'a warning' : 'nothing';
  };
  const rows = all.flatMap((module) =>
    settingsOf(schemaOf(module.config))
      .filter(({ description }) => description.includes('No effect here'))
      .map(({ name, description }) => `| \`${module.type}\` | \`${name}\` | ${said(module, name)} | ${cell(description)} |`),
  );
  const intro =
    'What the edge makes pointless is accepted, for documents carry it. Where the application behaves otherwise than the setting says, a warning (`no_effect_here`) tells so.';
  return ['## Settings without effect', intro, ['| Module | Setting | Said | Why |', '|---|---|---|---|', ...rows].join('\n'), ''].join('\n\n');
}

function page(title: string, intro: string, types: string[], sections: string[]): string {
  const list = types.map((type) => `- [\`${type}\`](#${type.toLowerCase().replaceAll('.', '')})`);
  return [GENERATED, `# ${title}`, '', intro, '', ...list, '', ...sections].join('\n');
}

function section(
  type: string,
  summary: string,
  settings: Setting[],
  notes: string[],
  marks: ReadonlyMap<string, string>,
  output: string,
  more: string,
  example: string,
): string {
  const parts = [
    `## ${type}`,
    summary,
    ...notes,
    settings.length > 0 ? table(settings, marks) : 'It has no settings.',
    output,
    more,
    `\`\`\`yaml\n${example.trim()}\n\`\`\``,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function table(settings: Setting[], marks: ReadonlyMap<string, string>): string {
  const rows = settings.map((one) => {
    const words = [one.deprecated ? 'Deprecated.' : '', one.description];
    return `| \`${one.name}\` | ${cell(marks.get(one.name) ?? one.type)} | ${one.default === undefined ? '' : `\`${cell(JSON.stringify(one.default))}\``} | ${one.required ? 'yes' : ''} | ${cell(words.filter(Boolean).join(' '))} |`;
  });
  return ['| Setting | Type | Default | Required | Description |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The operations of step.transform, which are settings inside a setting. */
function operations(): string {
  const parts = Object.entries(operationSchemas).map(([name, schema]) => `**${name}**\n\n${table(settingsOf(schemaOf(schema)), new Map())}`);
  return ['### Operations', 'Each has a `type`; its settings stand beside it, or under `config`.', ...parts].join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
