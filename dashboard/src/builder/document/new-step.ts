/** What a step is when it comes from the palette: its type, a name of its own, and what it cannot be without. */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { isBlock, type StepType } from './catalog';
import { type Flow, stepsOf } from './outline';

export function newStep(type: StepType, flow: Flow): JsonObject {
  const config = isBlock(type) ? blockConfig(type) : type.kind === 'conditional' ? choiceConfig(type) : requiredOf(type.config);
  return { name: freeName(nameFor(type.type), flow), type: type.type, ...(Object.keys(config).length === 0 ? {} : { config }) };
}

/** `step.http_call` -> `http-call`. */
export function nameFor(type: string): string {
  return type.replace(/^step\./, '').replaceAll(/[^A-Za-z0-9]+/g, '-');
}

export function freeName(wanted: string, flow: Flow): string {
  const taken = new Set([...stepsOf(flow.list)].map((step) => step.name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** The lane that steps are put into when they are wrapped, below the step. */
export function firstLane(type: StepType): readonly string[] {
  return type.kind === 'branch' ? ['config', 'branches', 'true'] : ['config', 'steps'];
}

/** A choice without ways; whoever adds it leads it on. */
export function choiceConfig(type: StepType): JsonObject {
  return type.chooses ? requiredOf(type.config) : { field: 'trigger.kind', routes: {} };
}

function blockConfig(type: StepType): JsonObject {
  const own = requiredOf(type.config);
  switch (type.kind) {
    case 'branch':
      return { field: 'trigger.kind', branches: { true: [] }, default: [] };
    case 'foreach':
      return { collection: 'trigger.items', steps: [] };
    case 'while':
      return { condition: '', ...own, steps: [] };
    default:
      return { ...own, steps: [] };
  }
}

function requiredOf(schema: JsonObject): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.fromEntries(
    required.flatMap((key) => {
      const property = properties[String(key)];
      return isJsonObject(property) && property.step !== true && property.default === undefined ? [[String(key), emptyOf(property)]] : [];
    }),
  );
}

function emptyOf(schema: JsonObject): Json {
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0] as Json;
  if (Array.isArray(schema.enum)) return schema.enum[0] as Json;
  if (schema.const !== undefined) return schema.const;
  const any = Array.isArray(schema.anyOf) ? schema.anyOf[0] : undefined;
  if (isJsonObject(any)) return emptyOf(any);
  switch (schema.type) {
    case 'object':
      return requiredOf(schema);
    case 'array':
      return [];
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 0;
    case 'boolean':
      return false;
    default:
      return '';
  }
}
