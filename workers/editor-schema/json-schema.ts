/** JSON Schemas, and how the parts of a document are written as such. */
import { type ZodType, z } from 'zod';

export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
  minimum?: number;
  maximum?: number;
  deprecated?: boolean;
  [key: string]: unknown;
}

export const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
export const text: JsonSchema = { type: 'string' };
export const flag: JsonSchema = { type: 'boolean' };
export const anything: JsonSchema = {};
export const duration: JsonSchema = {
  anyOf: [{ type: 'string' }, { type: 'number', minimum: 0 }],
  description: 'A duration such as 500ms, 30s, 5m, 1h30m or 7d. A number is seconds.',
};
export const list = (items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: 'array', items, ...more });
export const named = (values: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: 'object', additionalProperties: values, ...more });
export const described = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, description });

/** Of what is written in YAML, without the marks that only the loader reads. */
export function schemaOf(type: ZodType): JsonSchema {
  return strip(z.toJSONSchema(type, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' }) as JsonSchema);
}

/** All keys that are known, with the schema of those that have one; no others. */
export function object(keys: Iterable<string>, properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema {
  const others = Object.fromEntries([...keys].filter((key) => !(key in properties)).map((key) => [key, anything]));
  return { type: 'object', ...more, properties: { ...properties, ...others }, additionalProperties: false };
}

/** One of several names; an editor tells of each what it is. */
export function choice(summaries: ReadonlyMap<string, string>): JsonSchema {
  const names = [...summaries.keys()].sort();
  return { enum: names, enumDescriptions: names.map((name) => summaries.get(name)!) };
}

/** Where the value of `type` is this one, the rest is so. */
export function whereType(type: string, then: JsonSchema): JsonSchema {
  return { if: { properties: { type: { const: type } }, required: ['type'] }, then };
}

/** Everything below the settings themselves may be a template instead of what the schema asks for. */
export function lenient(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, orTemplate(property)])) };
}

function orTemplate(schema: JsonSchema): JsonSchema {
  if (schema.step === true) return ref('inner_step');
  const inner: JsonSchema = { ...schema };
  if (inner.items) inner.items = orTemplate(inner.items);
  if (inner.properties) inner.properties = Object.fromEntries(Object.entries(inner.properties).map(([name, property]) => [name, orTemplate(property)]));
  if (typeof inner.additionalProperties === 'object') inner.additionalProperties = orTemplate(inner.additionalProperties);
  for (const key of ['anyOf', 'oneOf'] as const) if (inner[key]) inner[key] = inner[key].map(orTemplate);
  const free = Object.keys(inner).every((key) => key === 'description') || (inner.type === 'string' && inner.pattern === undefined && inner.enum === undefined);
  const { description, default: fallback, deprecated, ...rest } = inner;
  if (free || inner.const !== undefined) return inner;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(deprecated === undefined ? {} : { deprecated }),
    anyOf: [rest, ref('template')],
  };
}

function strip(schema: JsonSchema): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, item]) => !(key === '$schema' || (key === 'literal' && item === true) || (key === 'use' && typeof item === 'string')))
        .map(([key, item]) => [key, walk(item)]),
    );
  };
  return walk(schema) as JsonSchema;
}
