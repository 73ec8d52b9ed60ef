/**
 * What a JSON Schema says of a place in a document: all schemas that hold there, with alternatives side by side. Made for
 * `/dialect.schema.json`: conditions are those on `type` and on the presence of keys. Pure.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { mappingAt, type Part, type Place } from './yaml-place';

const DEEPEST = 40;

/** Schemas of the mapping or list that the place is in, laid out flat. */
export function schemasAround(root: JsonObject, lines: readonly string[], place: Pick<Place, 'path' | 'siblings'>): JsonObject[] {
  const { path, siblings } = place;
  let schemas = flat(root, root, entriesOf(lines, path, 0, siblings));
  for (let at = 0; at < path.length; at++) {
    const { name } = path[at]!;
    schemas = schemas.flatMap((schema) => below(schema, name)).flatMap((schema) => flat(schema, root, entriesOf(lines, path, at + 1, siblings)));
  }
  return schemas;
}

/** Schemas of the value of a key. */
export function schemasOfKey(root: JsonObject, around: readonly JsonObject[], key: string): JsonObject[] {
  return around.flatMap((schema) => below(schema, key)).flatMap((schema) => flat(schema, root, new Map()));
}

/** A schema with everything that it refers to and is put together from, each for itself. */
function flat(schema: JsonObject, root: JsonObject, entries: ReadonlyMap<string, string>, depth = 0): JsonObject[] {
  if (depth > DEEPEST) return [];
  const more = (value: Json | undefined): JsonObject[] => (isJsonObject(value) ? flat(value, root, entries, depth + 1) : []);
  const parts: JsonObject[] = [schema];
  if (typeof schema.$ref === 'string') parts.push(...more(resolve(root, schema.$ref)));
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    if (Array.isArray(schema[key])) for (const one of schema[key]) parts.push(...more(one));
  }
  if (isJsonObject(schema.if)) parts.push(...more(holds(schema.if, entries) ? schema.then : schema.else));
  return parts;
}

function holds(condition: JsonObject, entries: ReadonlyMap<string, string>): boolean {
  const required = Array.isArray(condition.required) ? condition.required : [];
  if (!required.every((key) => entries.has(String(key)))) return false;
  if (isJsonObject(condition.not) && holds(condition.not, entries)) return false;
  return Object.entries(isJsonObject(condition.properties) ? condition.properties : {}).every(
    ([key, wanted]) => !isJsonObject(wanted) || wanted.const === undefined || !entries.has(key) || entries.get(key) === wanted.const,
  );
}

function below(schema: JsonObject, name: Part['name']): JsonObject[] {
  if (typeof name === 'number') return isJsonObject(schema.items) ? [schema.items] : [];
  const own = isJsonObject(schema.properties) && Object.hasOwn(schema.properties, name) ? schema.properties[name] : schema.additionalProperties;
  return isJsonObject(own) ? [own] : [];
}

function resolve(root: JsonObject, reference: string): Json | undefined {
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  return name !== undefined && isJsonObject(root.$defs) ? root.$defs[name] : undefined;
}

/** Keys and scalars of the mapping at this depth of the way. */
function entriesOf(lines: readonly string[], path: readonly Part[], depth: number, innermost: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const next = path[depth];
  if (next === undefined) return innermost;
  return typeof next.name === 'number' ? new Map() : mappingAt(lines, next.line, next.column);
}
