/**
 * How a module type describes itself: what it means on the edge, which settings it takes, and what it does.
 *
 * Settings that only make sense where a process owns a port or a file (addresses, timeouts of a listener, paths)
 * are accepted, because real documents carry them; each says in its description that it has no effect here.
 */
import { z } from 'zod';
import type { ModuleFacts, Ports } from '#contracts/module';
import type { Door, Guard } from '#modules/door';

/** What a module may say of itself beside its settings; handed on as it is. */
const HOOKS = [
  'lower',
  'mounts',
  'routes',
  'section',
  'around',
  'document',
  'hands',
  'schemas',
  'links',
  'describes',
  'observes',
  'defaults',
  'secretStore',
] as const;

type ModuleHook = (typeof HOOKS)[number] | 'notices';

export interface ModuleDefinition extends Partial<Pick<ModuleFacts, ModuleHook>> {
  /** `http.server`, `storage.sqlite`, … */
  type: string;
  /** What it is, and what becomes of it on the edge, in one or two sentences. */
  summary: string;
  config: z.ZodType;
  /** What it gives to other modules and to steps, and what it takes from them. */
  ports: Ports;
  /** Provides a SQLite database under the module's name. */
  database?: boolean;
  /** Statements that make its tables. */
  tables?: readonly string[];
  /** Its setting `flags` declares feature flags. */
  flags?: true;
  /** Answers requests without an execution. */
  door?: Door;
  /** Stands in front of routes. */
  guard?: Guard;
  /** Settings that hold the path of a file of the application. */
  files?: readonly string[];
  /** Settings that name a pipeline of the document. */
  pipelines?: readonly string[];
  /** Settings that promise something which does not happen here: said to whoever writes one. */
  unheeded?: readonly string[];
  /** Settings of which only these values are what happens here: said to whoever writes another one. */
  onlyAs?: { readonly [setting: string]: readonly string[] };
  /** A module in YAML that shows it in use. */
  example: string;
}

export function defineModule(module: ModuleDefinition): ModuleDefinition {
  return module;
}

/** The notices of a module, and one for each setting that it does not heed: what the reference says of it. */
function noticesOf({ notices, unheeded = [], onlyAs = {}, config }: ModuleDefinition): ModuleFacts['notices'] {
  const others = Object.entries(onlyAs);
  if (unheeded.length === 0 && others.length === 0) return notices;
  const about: { [setting: string]: z.ZodType } = config instanceof z.ZodObject ? config.shape : {};
  return (settings, files) => [
    ...(notices?.(settings, files) ?? []),
    ...[...unheeded.map((setting): [string, readonly string[]] => [setting, []]), ...others]
      .filter(([setting, fitting]) => settings[setting] !== undefined && !fitting.includes(String(settings[setting]).toLowerCase()))
      .map(([setting]) => setting)
      .map((setting) => ({ severity: 'warning' as const, setting, message: `"${setting}": ${about[setting]?.description ?? 'No effect here.'}` })),
  ];
}

export function moduleFactsOf(module: ModuleDefinition): ModuleFacts {
  const hooks = Object.fromEntries(HOOKS.flatMap((hook) => (module[hook] === undefined ? [] : [[hook, module[hook]]]))) as Pick<
    ModuleFacts,
    (typeof HOOKS)[number]
  >;
  const notices = noticesOf(module);
  return {
    type: module.type,
    summary: module.summary,
    schema: module.config,
    ports: module.ports,
    database: module.database ?? false,
    tables: module.tables ?? [],
    door: module.door !== undefined,
    guard: module.guard !== undefined,
    files: module.files ?? [],
    pipelines: module.pipelines ?? [],
    ...(module.flags ? { flags: module.flags } : {}),
    ...hooks,
    ...(notices ? { notices } : {}),
  };
}
