/**
 * How a module type describes itself: what it means on the edge, which settings it takes, and what it does.
 *
 * Settings that only make sense where a process owns a port or a file (addresses, timeouts of a listener, paths)
 * are accepted, because real documents carry them; each says in its description that it has no effect here.
 */
import type { z } from 'zod';
import type { ModuleFacts } from '#contracts/module';
import type { Door, Guard } from '#modules/door';

export interface ModuleDefinition extends Partial<Pick<ModuleFacts, 'lower' | 'mounts' | 'routes' | 'notices' | 'section' | 'around' | 'document'>> {
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
  /** A module in YAML that shows it in use. */
  example: string;
}

export function defineModule(module: ModuleDefinition): ModuleDefinition {
  return module;
}

export function moduleFactsOf(module: ModuleDefinition): ModuleFacts {
  const { lower, mounts, routes, notices, section, around, document } = module;
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
  };
}
