/**
 * How a module type describes itself: what it means on the edge, which settings it takes, and what it does.
 *
 * Settings that only make sense where a process owns a port or a file (addresses, timeouts of a listener, paths)
 * are accepted, because real documents carry them; each says in its description that it has no effect here.
 */
import { z } from 'zod';
import type { ModuleFacts } from '#contracts/module';
import type { Door, Guard } from '#modules/door';

export interface ModuleDefinition
  extends Partial<Pick<ModuleFacts, 'lower' | 'mounts' | 'routes' | 'notices' | 'section' | 'around' | 'document' | 'secretStore'>> {
  /** `http.server`, `storage.sqlite`, … */
  type: string;
  /** What it is, and what becomes of it on the edge, in one or two sentences. */
  summary: string;
  config: z.ZodType;
  /** Provides a SQLite database under the module's name. */
  database?: boolean;
  /** Statements that make its tables. */
  tables?: readonly string[];
  /** What kind of thing steps name by its name. */
  provides?: string;
  /** Its setting `flags` declares feature flags. */
  flags?: true;
  /** Answers requests without an execution. */
  door?: Door;
  /** Stands in front of routes. */
  guard?: Guard;
  /** Settings that hold the path of a file of the application. */
  files?: readonly string[];
  /** Settings that promise something which does not happen here: said to whoever writes one. */
  unheeded?: readonly string[];
  /** A module in YAML that shows it in use. */
  example: string;
}

export function defineModule(module: ModuleDefinition): ModuleDefinition {
  return module;
}

/** The notices of a module, and one for each of its unheeded settings: what the reference says of it. */
function noticesOf({ notices, unheeded, config }: ModuleDefinition): ModuleFacts['notices'] {
  if (!unheeded) return notices;
  const about: { [setting: string]: z.ZodType } = config instanceof z.ZodObject ? config.shape : {};
  return (settings, files) => [
    ...(notices?.(settings, files) ?? []),
    ...unheeded
      .filter((setting) => settings[setting] !== undefined)
      .map((setting) => ({ severity: 'warning' as const, setting, message: `"${setting}": ${about[setting]?.description ?? 'No effect here.'}` })),
  ];
}

export function moduleFactsOf(module: ModuleDefinition): ModuleFacts {
  const { lower, mounts, routes, section, around, document, secretStore } = module;
  const notices = noticesOf(module);
  return {
    type: module.type,
    summary: module.summary,
    schema: module.config,
    database: module.database ?? false,
    tables: module.tables ?? [],
    ...(module.provides === undefined ? {} : { provides: module.provides }),
    door: module.door !== undefined,
    guard: module.guard !== undefined,
    files: module.files ?? [],
    ...(module.flags ? { flags: module.flags } : {}),
    ...(lower ? { lower } : {}),
    ...(mounts ? { mounts } : {}),
    ...(routes ? { routes } : {}),
    ...(notices ? { notices } : {}),
    ...(section ? { section } : {}),
    ...(around ? { around } : {}),
    ...(document ? { document } : {}),
    ...(secretStore ? { secretStore } : {}),
  };
}
