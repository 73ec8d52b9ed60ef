/**
 * An OpenAPI document as a reader of it sees it: its operations, and its schemas as JSON Schema.
 *
 * Invariants
 * 1. A schema that is given out stands by itself: what it refers to lies in its `$defs`, circles included.
 * 2. What older versions of OpenAPI spell their own way (`nullable`, a bound that is excluded by a flag) is in the
 *    spelling of JSON Schema 2020-12 afterwards.
 * 3. A property that only one direction has is not asked for in the other.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { NAMED_SCHEMAS, SCHEMA_KEYWORDS, SCHEMA_LISTS } from '#contracts/json-schema';

export type Direction = 'request' | 'response';
export type JsonSchema = JsonObject | boolean;

export interface Operation {
  /** Upper case. */
  method: string;
  /** As the document has it. */
  path: string;
  item: JsonObject;
  operation: JsonObject;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options']);

export function operationsOf(document: Json | undefined): Operation[] {
  const paths = isJsonObject(document) && isJsonObject(document.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, written]) => {
    const item = resolved(document as JsonObject, written);
    if (!isJsonObject(item)) return [];
    return Object.entries(item).flatMap(([method, operation]) =>
      METHODS.has(method) && isJsonObject(operation) ? [{ method: method.toUpperCase(), path, item, operation }] : [],
    );
  });
}

/** How it is told in messages: by its operationId, or by method and path. */
export function nameOf({ method, path, operation }: Operation): string {
  return typeof operation.operationId === 'string' ? operation.operationId : `${method} ${path}`;
}

const MAX_HOPS = 20;

/** What stands there, references followed; `undefined` when one of them leads nowhere. */
export function resolved(document: JsonObject, value: Json | undefined): Json | undefined {
  let found = value;
  for (let hops = 0; isJsonObject(found) && typeof found.$ref === 'string'; hops++) {
    if (hops > MAX_HOPS) return undefined;
    found = pointed(document, found.$ref);
  }
  return found;
}

function pointed(document: JsonObject, ref: string): Json | undefined {
  if (!ref.startsWith('#/')) return undefined;
  let found: Json | undefined = document;
  for (const part of ref.slice(2).split('/')) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) found = found[Number(key)];
    else found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** References anywhere in the document that lead nowhere, each once. */
export function brokenReferences(document: JsonObject): string[] {
  const broken = new Set<string>();
  const seen = new Set<object>();
  const walk = (value: Json): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (isJsonObject(value) && typeof value.$ref === 'string' && resolved(document, value) === undefined) broken.add(value.$ref);
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(document);
  return [...broken];
}

/** A schema of the document, for one direction; see the invariants. */
export function schemaOf(document: JsonObject, schema: Json | undefined, direction: Direction): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) return true;
  const reader = new SchemaReader(document, direction);
  const own = reader.read(schema) as JsonObject;
  const { $defs: _, ...rest } = own;
  const defs = reader.definitions();
  return Object.keys(defs).length === 0 ? rest : { ...rest, $defs: defs };
}

class SchemaReader {
  /** By reference; `undefined` while it is being read. */
  readonly #found = new Map<string, Json | undefined>();

  constructor(
    private readonly document: JsonObject,
    private readonly direction: Direction,
  ) {}

  definitions(): JsonObject {
    return Object.fromEntries([...this.#found].map(([ref, schema]) => [keyOf(ref), schema ?? true]));
  }

  read(schema: Json): Json {
    if (!isJsonObject(schema)) return schema;
    const out: JsonObject = {};
    for (const [key, value] of Object.entries(schema)) {
      if (key === '__proto__' || key === 'nullable' || key === 'discriminator') continue;
      if (key === '$ref' && typeof value === 'string') out.$ref = this.#refer(value);
      else if (NAMED_SCHEMAS.has(key) && isJsonObject(value)) out[key] = this.#named(value);
      else if (SCHEMA_LISTS.has(key) && Array.isArray(value)) out[key] = value.map((inner) => this.read(inner));
      else if (SCHEMA_KEYWORDS.has(key)) out[key] = this.read(value);
      else out[key] = value;
    }
    this.#askOnlyFor(out, schema);
    bounds(out);
    return schema.nullable === true ? orNull(out) : out;
  }

  #named(schemas: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(schemas).flatMap(([name, inner]) => (name === '__proto__' ? [] : [[name, this.read(inner)]])));
  }

  #refer(ref: string): string {
    if (!this.#found.has(ref)) {
      this.#found.set(ref, undefined);
      this.#found.set(ref, this.read(pointed(this.document, ref) ?? true));
    }
    return `#/$defs/${keyOf(ref)}`;
  }

  #askOnlyFor(out: JsonObject, { required, properties }: JsonObject): void {
    if (!Array.isArray(required) || !isJsonObject(properties)) return;
    const mark = this.direction === 'request' ? 'readOnly' : 'writeOnly';
    out.required = required.filter((name) => {
      const property = typeof name === 'string' && Object.hasOwn(properties, name) ? resolved(this.document, properties[name]) : undefined;
      return !(isJsonObject(property) && property[mark] === true);
    });
  }
}

/** A name that no pointer has to escape. */
function keyOf(ref: string): string {
  return ref.replace(/[^A-Za-z0-9_.-]/g, (char) => `_${char.charCodeAt(0).toString(16)}_`);
}

/** `exclusiveMinimum: true` beside `minimum: 1`, as OpenAPI 3.0 has it. */
function bounds(schema: JsonObject): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const flag = schema[exclusive];
    if (typeof flag !== 'boolean') continue;
    delete schema[exclusive];
    if (!flag || schema[bound] === undefined) continue;
    schema[exclusive] = schema[bound];
    delete schema[bound];
  }
}

function orNull(schema: JsonObject): JsonObject {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const out: JsonObject = { ...schema, type: [schema.type, 'null'] };
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) out.enum = [...schema.enum, null];
  return out;
}
