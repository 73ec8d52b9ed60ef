/**
 * The operations of `step.transform`: their settings, and what each does to a value. Nothing is changed in place.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { json, jsonObject } from '#steps/config-schemas';
import { valueAt } from '#steps/value-at';

const names = z.array(z.string()).min(1);

const where = z
  .strictObject({
    field: z.string().describe('Path inside the element; empty for the element itself.'),
    equals: json.optional(),
    not_equals: json.optional(),
    gt: z.union([z.number(), z.string()]).optional(),
    gte: z.union([z.number(), z.string()]).optional(),
    lt: z.union([z.number(), z.string()]).optional(),
    lte: z.union([z.number(), z.string()]).optional(),
    in: z.array(json).optional(),
    contains: json.optional(),
    exists: z.boolean().optional(),
  })
  .describe('Which elements of a list stay: all comparisons given have to hold.');

/** Settings of each operation, without its type; the reference reads them. */
export const operationSchemas = {
  extract: z.strictObject({
    path: z.string().optional().describe('Path inside the data; the first operation may also name any path of the context.'),
    field: z.string().optional().describe('The same as path.'),
    default: json.optional().describe('What to give when there is nothing. Without it that is an error.'),
  }),
  map: z.strictObject({
    mappings: z.record(z.string(), z.string()).optional().describe('Old name to new name; other fields stay.'),
    fields: z.record(z.string(), z.string()).optional().describe('New name to path: builds an object of these fields only.'),
  }),
  rename: z.strictObject({ mappings: z.record(z.string(), z.string()).optional().describe('Old name to new name; other fields stay.') }),
  filter: z.strictObject({ fields: names.optional().describe('Fields that stay.'), where: where.optional() }),
  set: z.strictObject({ values: jsonObject.optional().describe('Fields to put in.') }),
  remove: z.strictObject({ fields: names.optional().describe('Fields to take out.') }),
  convert: z.strictObject({
    from: z.enum(['json', 'string']).optional().describe('What the data is: a value (json) or JSON text (string).'),
    to: z.enum(['json', 'string']).optional().describe('What it becomes.'),
    types: z
      .record(z.string(), z.enum(['string', 'number', 'integer', 'boolean']))
      .optional()
      .describe('Types that fields are turned into, by field.'),
  }),
  sort: z.strictObject({ by: z.string().optional().describe('Path inside each element.'), order: z.enum(['asc', 'desc']).optional() }),
  limit: z.strictObject({ count: z.number().int().min(0).optional(), offset: z.number().int().min(0).optional() }),
  flatten: z.strictObject({ depth: z.number().int().min(1).max(16).optional().describe('Levels of nested lists. Default 1.') }),
  unique: z.strictObject({ by: z.string().optional().describe('Path inside each element; the first of its kind stays.') }),
};

type Settings = { [T in keyof typeof operationSchemas]: z.output<(typeof operationSchemas)[T]> };
export type Operation = { [T in keyof Settings]: { type: T; config?: Settings[T] } & Settings[T] }[keyof Settings];

/** Settings stand beside `type`, or under `config`. */
function form<T extends keyof typeof operationSchemas>(type: T) {
  return z.strictObject({
    type: z.literal(type),
    config: operationSchemas[type].optional().describe('The settings, if not beside type.'),
    ...operationSchemas[type].shape,
  });
}

export const operation = z.discriminatedUnion('type', [
  form('extract'),
  form('map'),
  form('rename'),
  form('filter'),
  form('set'),
  form('remove'),
  form('convert'),
  form('sort'),
  form('limit'),
  form('flatten'),
  form('unique'),
]);

/** `elsewhere` finds a path that does not begin in the data. Throws an Error that says what is wrong. */
export function applyOperation(one: Operation, data: Json, elsewhere: (path: string) => Json | undefined): Json {
  switch (one.type) {
    case 'extract': {
      const { path, field, default: fallback } = { ...one.config, ...one };
      const at = path ?? field;
      if (at === undefined) throw new Error('path is missing');
      const found = valueAt(data, at) ?? elsewhere(at) ?? fallback;
      if (found === undefined) throw new Error(`there is nothing at ${at}`);
      return found;
    }
    case 'map': {
      const { mappings, fields } = { ...one.config, ...one };
      if (fields) return each(data, (item) => Object.fromEntries(Object.entries(fields).map(([name, at]) => [name, valueAt(item, at) ?? null])));
      return each(data, (item) => renamed(item, required(mappings, 'mappings')));
    }
    case 'rename': {
      const mappings = required({ ...one.config, ...one }.mappings, 'mappings');
      return each(data, (item) => renamed(item, mappings));
    }
    case 'filter': {
      const { fields, where } = { ...one.config, ...one };
      if (!fields && !where) throw new Error('fields or where is missing');
      const kept = where ? list(data).filter((item) => holds(where, item)) : data;
      return fields ? each(kept, (item) => Object.fromEntries(fields.filter((name) => Object.hasOwn(item, name)).map((name) => [name, item[name]!]))) : kept;
    }
    case 'set': {
      const values = required({ ...one.config, ...one }.values, 'values');
      return each(data, (item) => ({ ...item, ...values }));
    }
    case 'remove': {
      const fields = new Set(required({ ...one.config, ...one }.fields, 'fields'));
      return each(data, (item) => Object.fromEntries(Object.entries(item).filter(([name]) => !fields.has(name))));
    }
    case 'convert':
      return converted({ ...one.config, ...one }, data);
    case 'sort': {
      const { by, order } = { ...one.config, ...one };
      const direction = order === 'desc' ? -1 : 1;
      return [...list(data)].sort((a, b) => direction * compare(by ? valueAt(a, by) : a, by ? valueAt(b, by) : b));
    }
    case 'limit': {
      const { count, offset = 0 } = { ...one.config, ...one };
      return list(data).slice(offset, count === undefined ? undefined : offset + count);
    }
    case 'flatten':
      return flattened(list(data), { ...one.config, ...one }.depth ?? 1);
    case 'unique': {
      const { by } = { ...one.config, ...one };
      const seen = new Set<string>();
      return list(data).filter((item) => {
        const mark = JSON.stringify((by ? valueAt(item, by) : item) ?? null);
        return seen.has(mark) ? false : seen.add(mark);
      });
    }
  }
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

function list(data: Json): Json[] {
  if (!Array.isArray(data)) throw new Error(`the data is ${kindOf(data)}, and this needs a list`);
  return data;
}

function each(data: Json, change: (item: JsonObject) => Json): Json {
  const one = (item: Json) => {
    if (!isJsonObject(item)) throw new Error(`the data is ${kindOf(item)}, and this needs an object`);
    return change(item);
  };
  return Array.isArray(data) ? data.map(one) : one(data);
}

function flattened(items: Json[], depth: number): Json[] {
  return items.flatMap((item) => (Array.isArray(item) ? (depth > 1 ? flattened(item, depth - 1) : item) : [item]));
}

function kindOf(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Renames against the object as it was, so that names can be swapped. */
function renamed(item: JsonObject, mappings: Record<string, string>): JsonObject {
  const out: JsonObject = {};
  for (const [name, value] of Object.entries(item)) if (!Object.hasOwn(mappings, name)) out[name] = value;
  for (const [from, to] of Object.entries(mappings)) if (Object.hasOwn(item, from)) out[to] = item[from]!;
  return out;
}

/** Nothing, then false and true, then numbers, then text, then the rest by its JSON. */
function compare(a: Json | undefined, b: Json | undefined): number {
  const rank = (value: Json | undefined) =>
    value === undefined || value === null ? 0 : ({ boolean: 1, number: 2, string: 3 }[typeof value as 'boolean' | 'number' | 'string'] ?? 4);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (rank(a) === 0) return 0;
  const [x, y] = rank(a) === 4 ? [JSON.stringify(a), JSON.stringify(b)] : [a as string | number, b as string | number];
  return x < y ? -1 : x > y ? 1 : 0;
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

function holds(test: z.output<typeof where>, item: Json): boolean {
  const value = valueAt(item, test.field);
  const ordered = (limit: number | string | undefined, fits: (order: number) => boolean) =>
    limit === undefined || (typeof value === typeof limit && fits(compare(value, limit)));
  return (
    (test.equals === undefined || same(value, test.equals)) &&
    (test.not_equals === undefined || !same(value, test.not_equals)) &&
    ordered(test.gt, (order) => order > 0) &&
    ordered(test.gte, (order) => order >= 0) &&
    ordered(test.lt, (order) => order < 0) &&
    ordered(test.lte, (order) => order <= 0) &&
    (test.in === undefined || test.in.some((one) => same(one, value))) &&
    (test.contains === undefined || includes(value, test.contains)) &&
    (test.exists === undefined || test.exists === (value !== undefined && value !== null))
  );
}

function includes(value: Json | undefined, needle: Json): boolean {
  if (typeof value === 'string') return value.includes(String(needle));
  return Array.isArray(value) && value.some((one) => same(one, needle));
}

function converted(change: Settings['convert'], data: Json): Json {
  const { from, to, types } = change;
  if (types) {
    return each(data, (item) => ({
      ...item,
      ...Object.fromEntries(
        Object.entries(types)
          .filter(([name]) => Object.hasOwn(item, name))
          .map(([name, type]) => [name, typed(item[name]!, type, name)]),
      ),
    }));
  }
  if (from === undefined || to === undefined) throw new Error('from and to, or types, are missing');
  if (from === to) return data;
  if (from === 'json') return JSON.stringify(data);
  if (typeof data !== 'string') throw new Error(`the data is ${kindOf(data)}, and this needs text`);
  return JSON.parse(data) as Json;
}

function typed(value: Json, type: 'string' | 'number' | 'integer' | 'boolean', name: string): Json {
  if (value === null) return null;
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'boolean') {
    if (value === true || value === 'true' || value === 1) return true;
    if (value === false || value === 'false' || value === 0) return false;
  } else if (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')) {
    const number = Number(value);
    if (Number.isFinite(number)) return type === 'integer' ? Math.trunc(number) : number;
  }
  throw new Error(`${name} is ${JSON.stringify(value)?.slice(0, 80)}, which is no ${type}`);
}
