/**
 * How a module type describes itself: what it means on the edge, and which settings it takes.
 *
 * Settings that only make sense where a process owns a port or a file (addresses, timeouts of a listener, paths)
 * are accepted, because real documents carry them; each says in its description that it has no effect here.
 */
import type { z } from 'zod';
import type { ModuleFacts } from '#contracts/step';

export interface ModuleDefinition {
  /** `http.server`, `storage.sqlite`, … */
  type: string;
  /** What it is, and what becomes of it on the edge, in one or two sentences. */
  summary: string;
  config: z.ZodType;
  /** Provides a SQLite database under the module's name. */
  database?: boolean;
  /** A module in YAML that shows it in use. */
  example: string;
}

export function defineModule(module: ModuleDefinition): ModuleDefinition {
  return module;
}

export function moduleFactsOf(module: ModuleDefinition): ModuleFacts {
  return { type: module.type, summary: module.summary, schema: module.config, database: module.database ?? false };
}
