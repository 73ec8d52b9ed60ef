/** What the modules of a document give to everything around them: flags, schemas, defaults of pipelines, words of the description. */
import type { ApiDescription } from '#contracts/definition';
import type { FlagRules } from '#contracts/flag';
import { isJsonObject } from '#contracts/json';
import type { PipelineDefaults, ResourceMapping } from '#contracts/module';
import type { Observation } from '#contracts/observation';
import type { Checker } from '#language/checker';
import { type DataSchemas, schemaFault } from '#language/compile-schemas';
import type { ModuleTable } from '#language/module-table';
import type { Handed } from '#language/pipeline-scope';

/** Of all modules that declare flags; the first that names one has the say. */
export function flagRules(modules: ModuleTable): { flags?: FlagRules } {
  const flags: FlagRules = {};
  for (const { facts, settings } of modules.all()) {
    if (!facts?.flags || !isJsonObject(settings.flags)) continue;
    for (const [name, rule] of Object.entries(settings.flags)) {
      if (name === '__proto__' || Object.hasOwn(flags, name)) continue;
      if (typeof rule === 'boolean') flags[name] = { enabled: rule };
      else if (isJsonObject(rule)) {
        const { description: _, ...facts } = rule;
        flags[name] = facts as unknown as FlagRules[string];
      }
    }
  }
  return Object.keys(flags).length > 0 ? { flags } : {};
}

/** The first that says something has the say. */
export function pipelineDefaults(modules: ModuleTable): PipelineDefaults {
  const all = modules.all().map(({ facts, settings }) => facts?.defaults?.(settings) ?? {});
  return Object.assign({}, ...all.reverse());
}

export function apiDescription(modules: ModuleTable): { api?: ApiDescription } {
  const all = modules.all().flatMap(({ facts, settings }) => facts?.describes?.(settings) ?? []);
  return all.length === 0 ? {} : { api: Object.assign({}, ...all.reverse()) as ApiDescription };
}

/** What several modules ask for is done together; of one kind the first has the say. */
export function observation(modules: ModuleTable, name: string): { observation?: Observation } {
  const found: Observation = {};
  for (const { facts, settings } of modules.all()) {
    const { log, traces } = facts?.observes?.(settings, name) ?? {};
    if (log) found.log = { ...log, ...found.log, keep_ms: Math.max(log.keep_ms, found.log?.keep_ms ?? 0) };
    if (traces) found.traces ??= traces;
  }
  return found.log || found.traces ? { observation: found } : {};
}

/** Checked as those of the document are. */
export function moduleSchemas(checker: Checker, modules: ModuleTable): DataSchemas {
  const found: DataSchemas = {};
  for (const module of modules.all()) {
    for (const [name, schema] of Object.entries(module.facts?.schemas?.(modules.use(module, 'message')) ?? {})) {
      const fault = name === '__proto__' ? 'that is no name.' : schemaFault(schema);
      if (fault === undefined) found[name] = { schema };
      else
        checker.error(
          'invalid_value',
          `The schema "${name}" of ${module.name} is not a JSON Schema that can be used: ${fault}`,
          module.at,
          'Mend the schema, or leave it out.',
        );
    }
  }
  return found;
}

export function linkedMachine(modules: ModuleTable, resource: string): ResourceMapping | undefined {
  for (const { facts, settings } of modules.all()) {
    const link = facts?.links?.(settings).find((each) => each.resource === resource);
    if (link) return { machine: link.machine, ...(link.id_field === undefined ? {} : { id_field: link.id_field }) };
  }
  return undefined;
}

/** What a step that names the module takes over, where it has no setting of its own. */
export function handedOn(modules: ModuleTable, name: string): Handed {
  const module = modules.get(name);
  const settings = module?.facts?.hands?.(module.settings);
  return settings ? { settings } : {};
}

export function schemaNamed(schemas: DataSchemas, name: string): Handed {
  return Object.hasOwn(schemas, name) ? { instead: schemas[name]!.schema } : {};
}
