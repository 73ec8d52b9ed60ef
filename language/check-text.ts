/**
 * Templates and conditions of a document, checked at load: syntax, functions, and the names of steps they read.
 */
import type { JsonObject } from '#contracts/json';
import type { ProgramFacts } from '#contracts/step';
import { type Checker, rangeOf } from '#language/checker';
import { compileCondition, holdsSecret } from '#language/conditions';
import { ExpressionSyntaxError } from '#language/expression-lexer';
import { compileExpression } from '#language/expressions';
import { didYouMean } from '#language/nearest';
import { placeInScalar } from '#language/scalar-place';
import type { Range, ScalarNode, SourceNode } from '#language/source';
import type { StepView } from '#language/step-view';
import { type Operand, TemplateSyntaxError } from '#language/templates/ast';
import { compileTemplate, visit, visitPipes } from '#language/templates/engine';
import { isDynamic } from '#language/templates/lexer';

export interface TextFinding {
  dynamic: boolean;
  /** Names of `${NAME}`. */
  secrets: readonly string[];
}

const STATIC: TextFinding = { dynamic: false, secrets: [] };
const DOLLAR = /\$\{\s*([A-Za-z_][\w-]*(?:\.[\w-]+)+)\s*\}/g;

type Reported = { path: string; node: ScalarNode };

/** Checks a text that may hold templates. `steps`: what it may read; undefined leaves names unchecked. */
export function checkTemplate(checker: Checker, place: Reported, steps: StepView | undefined): TextFinding {
  const source = place.node.value;
  if (typeof source !== 'string' || !isDynamic(source)) return STATIC;
  try {
    const template = compileTemplate(source);
    let dynamic = false;
    visit(template.tree.parts, (part) => {
      if (part.kind === 'text') return;
      dynamic = true;
      if (part.kind === 'expression') {
        const at = part.at + 2;
        for (const path of compileExpression(part.source).paths) checkStepName(checker, place, path.keys, [at + path.at, at + path.end], steps);
      }
      visitPipes(part, (pipe) => {
        for (const command of pipe.commands) {
          for (const operand of command.kind === 'call' ? command.args : [command.operand]) checkOperand(checker, place, operand, steps);
          if (command.kind === 'call') checkCall(checker, place, command.name, command.args, steps);
        }
      });
    });
    warnUnknownReferences(checker, place, source);
    return { dynamic, secrets: template.secrets };
  } catch (error) {
    reportSyntax(checker, place, error, 0);
    return { dynamic: true, secrets: [] };
  }
}

/** Checks a condition. */
export function checkCondition(checker: Checker, place: { path: string; node: SourceNode }, steps: StepView | undefined): string | undefined {
  const { node } = place;
  if (node.kind !== 'scalar' || node.value === null) {
    checker.error('invalid_type', 'A condition must be text.', place, 'Write it in quotes: if: "steps.check.ok == true".');
    return undefined;
  }
  const source = String(node.value);
  const at = { path: place.path, node };
  try {
    const compiled = compileCondition(source);
    for (const path of compiled.paths) checkStepName(checker, at, path.keys, [path.at, path.end], steps);
    for (const secret of source.matchAll(/\$\{([A-Za-z_]\w*)\}/g)) warnSecretInCondition(checker, at, secret[1]!, secret.index, secret[0].length);
    for (const template of compiled.templates) {
      visit(compileTemplate(template.source).tree.parts, (part) =>
        visitPipes(part, (pipe) => {
          for (const command of pipe.commands) {
            for (const operand of command.kind === 'call' ? command.args : [command.operand]) checkOperand(checker, at, operand, steps, template.at);
          }
        }),
      );
    }
  } catch (error) {
    reportSyntax(checker, at, error, 0);
  }
  return source;
}

/** Checks a program in a language of its own. `settings`: those that it stands among. */
export function checkProgram(checker: Checker, place: { path: string; node: SourceNode }, program: ProgramFacts, settings: JsonObject, steps: StepView): void {
  const { node } = place;
  // That it should be text is said by the schema.
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return;
  const fault = program.fault(node.value);
  if (!fault) {
    const at = { path: place.path, node };
    for (const { step, start, end } of program.mentions?.(node.value, settings) ?? []) checkStepName(checker, at, ['steps', step], [start, end], steps);
    return;
  }
  const range = placeInScalar(checker.report.text, node, fault.start, Math.max(fault.end, fault.start + 1));
  const hint = node.value.includes('{{')
    ? 'Templates are not filled in here: the program reads the context as its input.'
    : 'The program is checked as it is written; GET /api/v1/step-types shows one for this step.';
  checker.report.error('program_syntax', fault.message, place.path, range, hint);
}

const HEADS: ReadonlySet<string> = new Set(['steps', 'trigger', 'body', 'meta', 'current']);

function warnSecretInCondition(checker: Checker, place: Reported, name: string, index: number, length: number): void {
  if (HEADS.has(name)) return;
  const range = placeInScalar(checker.report.text, place.node, index, index + length);
  const message = `\${${name}} is a secret; a condition cannot read it, only a step with an effect can.`;
  checker.report.warn(
    'secret_not_resolved',
    message,
    place.path,
    range,
    'Hand the secret to a step with an effect (a header of step.http_call), and ask for what that step gives.',
  );
}

/** A configured path such as `steps.x.output`: its step must exist. */
export function checkPath(checker: Checker, place: Reported, keys: readonly string[], steps: StepView): void {
  const [head, name] = keys;
  if (head !== 'steps' || name === undefined) return;
  if (steps.names.has(name)) steps.reads?.(name, place.path, rangeOf(place.node));
  else checker.error('unknown_step', `No step of this pipeline is named "${name}".`, place, meantStep(name, steps));
}

function meantStep(name: string, { names, own }: StepView): string {
  return didYouMean(
    name,
    [...names].filter((each) => each !== own),
  );
}

function checkStepName(checker: Checker, place: Reported, keys: readonly string[], at: Range, steps: StepView | undefined): void {
  const [head, name] = keys;
  if (!steps || head !== 'steps' || name === undefined) return;
  const range = placeInScalar(checker.report.text, place.node, at[0], at[1]);
  if (steps.names.has(name)) return steps.reads?.(name, place.path, range);
  const message = `No step of this pipeline is named "${name}"; the value will be missing.`;
  checker.report.warn('unknown_step', message, place.path, range, meantStep(name, steps));
}

function checkOperand(checker: Checker, place: Reported, operand: Operand, steps: StepView | undefined, offset = 0): void {
  if (operand.kind === 'literal' && typeof operand.value === 'string' && holdsSecret(operand.value)) {
    const range = placeInScalar(checker.report.text, place.node, operand.at + offset, operand.end + offset);
    const message = `${operand.value} stays as it stands: a secret cannot be worked on by a template.`;
    checker.report.warn('secret_not_resolved', message, place.path, range, 'Write it outside of {{ }}.');
  }
  if (operand.kind !== 'chain') return;
  const { base, keys } = operand;
  // Inside range and with the dot is something else, so only chains that name `steps` themselves are known.
  if (base.kind === 'dot' || base.kind === 'root') checkStepName(checker, place, keys, [operand.at + offset, operand.end + offset], steps);
  else if (base.kind === 'bare') checkStepName(checker, place, [base.name, ...keys], [operand.at + offset, operand.end + offset], steps);
}

/** `index .steps "name"` and `step "name"`. */
function checkCall(checker: Checker, place: Reported, name: string, args: readonly Operand[], steps: StepView | undefined): void {
  const [first, second] = args;
  if (name === 'step' && first?.kind === 'literal' && typeof first.value === 'string') {
    checkStepName(checker, place, ['steps', first.value], [first.at, first.end], steps);
  } else if (name === 'index' && first?.kind === 'chain' && first.keys.length === 1 && second?.kind === 'literal' && typeof second.value === 'string') {
    checkStepName(checker, place, [first.keys[0]!, second.value], [second.at, second.end], steps);
  }
}

/** `${data.id}`: looks like an expression, but its head is none; it stays as it stands. */
function warnUnknownReferences(checker: Checker, place: Reported, source: string): void {
  for (const match of source.matchAll(DOLLAR)) {
    const head = match[1]!.split('.')[0]!;
    if (HEADS.has(head)) continue;
    const range = placeInScalar(checker.report.text, place.node, match.index, match.index + match[0].length);
    const hint = didYouMean(head, HEADS, `Write {{ .${match[1]} }} for a field of the context.`);
    checker.report.warn(
      'unknown_reference',
      `${match[0]} stays as it stands: an expression begins with steps, trigger, body, meta or current.`,
      place.path,
      range,
      hint,
    );
  }
}

/** How each language is written, for faults that have no closer hint. */
const SPELLINGS = {
  unknown_function: 'docs/dialect.md lists the functions.',
  template_syntax: 'Write {{ .steps.name.field }}, {{ .name | lower }} or {{ if .name }}…{{ end }}.',
  expression_syntax: 'Write a comparison such as steps.check.total > 5 and trigger.body.kind == "gold".',
} as const;

function reportSyntax(checker: Checker, place: Reported, error: unknown, offset: number): void {
  if (!(error instanceof TemplateSyntaxError || error instanceof ExpressionSyntaxError)) throw error;
  const range = placeInScalar(checker.report.text, place.node, error.start + offset, Math.max(error.end, error.start + 1) + offset);
  const code = error.kind === 'function' ? 'unknown_function' : error instanceof TemplateSyntaxError ? 'template_syntax' : 'expression_syntax';
  checker.report.error(code, error.message, place.path, range, error.hint ?? SPELLINGS[code]);
}
