/**
 * Parameters of a request: found where the document says, read as the document's style has them written, and turned into
 * the types that their schemas ask for. What cannot be turned stays text, and its schema says what is wrong with it.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { type JsonSchema, type Operation, resolved, schemaOf } from '#modules/description/openapi/document';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required: boolean;
  style: string;
  explode: boolean;
  /** Its value is JSON written out. */
  json: boolean;
  allowEmpty: boolean;
  schema: JsonSchema;
}

/** Where parameters are found. */
export interface RequestParts {
  path: Record<string, string>;
  query: URLSearchParams;
  headers: Headers;
}

const PLACES = new Set(['path', 'query', 'header', 'cookie']);
/** Said by other means: OpenAPI has these three ignored. */
const NOT_PARAMETERS = new Set(['accept', 'content-type', 'authorization']);

/** Those of the path item, below those of the operation. */
export function parametersOf(document: JsonObject, { item, operation }: Operation): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const written of [...listOf(item.parameters), ...listOf(operation.parameters)]) {
    const parameter = parameterOf(document, resolved(document, written));
    if (parameter) found.set(`${parameter.in} ${parameter.name}`, parameter);
  }
  return [...found.values()];
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function parameterOf(document: JsonObject, written: Json | undefined): Parameter | undefined {
  if (!isJsonObject(written) || typeof written.name !== 'string' || typeof written.in !== 'string' || !PLACES.has(written.in)) return undefined;
  const place = written.in as Parameter['in'];
  if (place === 'header' && NOT_PARAMETERS.has(written.name.toLowerCase())) return undefined;
  const content = isJsonObject(written.content) ? Object.values(written.content)[0] : undefined;
  // Before version 3 the schema's own keywords stood beside the name.
  const schema = isJsonObject(content) ? content.schema : (written.schema ?? ownKeywords(written));
  const style = typeof written.style === 'string' ? written.style : place === 'query' || place === 'cookie' ? 'form' : 'simple';
  return {
    name: written.name,
    in: place,
    required: written.required === true || place === 'path',
    style,
    explode: typeof written.explode === 'boolean' ? written.explode : explodes(written, style),
    json: content !== undefined,
    allowEmpty: written.allowEmptyValue === true,
    schema: schemaOf(document, schema, 'request'),
  };
}

function ownKeywords({ name: _name, in: _in, required: _required, description: _description, collectionFormat: _format, ...rest }: JsonObject): JsonObject {
  return rest;
}

function explodes({ collectionFormat }: JsonObject, style: string): boolean {
  return collectionFormat === undefined ? style === 'form' : collectionFormat === 'multi';
}

/** `undefined`: it is not there. */
export function readParameter(parameter: Parameter, parts: RequestParts): Json | undefined {
  const { name, schema, style, explode } = parameter;
  const types = typesOf(schema, schema);
  if (parameter.in === 'query' && types.has('object') && !parameter.json && (style === 'deepObject' || explode)) {
    return style === 'deepObject' ? deepObject(name, schema, parts.query) : spreadObject(schema, parts.query);
  }
  const texts = textsOf(parameter, parts);
  if (texts.length === 0) return undefined;
  if (parameter.json) return jsonOf(texts[0]!);
  if (types.has('array') && !(texts.length === 1 && texts[0] === '' && parameter.allowEmpty)) {
    const items = parameter.in === 'query' && explode ? texts : texts[0]!.split(separatorOf(style));
    return items.map((text) => typed(text, itemsOf(schema), schema));
  }
  if (types.has('object')) return pairs(texts[0]!, explode, schema);
  return texts.length > 1 ? texts : typed(texts[0]!, schema, schema);
}

function textsOf({ name, in: place }: Parameter, { path, query, headers }: RequestParts): string[] {
  switch (place) {
    case 'query':
      return query.getAll(name);
    case 'header':
      return one(headers.get(name) ?? undefined);
    case 'cookie':
      return one(cookieOf(headers.get('cookie') ?? '', name));
    default:
      return one(Object.hasOwn(path, name) ? path[name] : undefined);
  }
}

function one(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

function cookieOf(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

function separatorOf(style: string): string {
  if (style === 'spaceDelimited') return ' ';
  return style === 'pipeDelimited' ? '|' : ',';
}

/** `filter[state]=open` */
function deepObject(name: string, schema: JsonSchema, query: URLSearchParams): Json | undefined {
  const out: JsonObject = {};
  for (const [key, text] of query) {
    if (!key.startsWith(`${name}[`) || !key.endsWith(']')) continue;
    const property = key.slice(name.length + 1, -1);
    if (property !== '__proto__') out[property] = typed(text, propertyOf(schema, property), schema);
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

/** The properties are parameters of their own. */
function spreadObject(schema: JsonSchema, query: URLSearchParams): Json | undefined {
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
  const given = properties.filter((property) => query.has(property));
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map((property) => [property, typed(query.get(property)!, propertyOf(schema, property), schema)]));
}

/** `role=admin,name=Kim`, or without explode `role,admin,name,Kim`. */
function pairs(text: string, explode: boolean, schema: JsonSchema): Json {
  const parts = text.split(',');
  const entries = explode ? parts.map((part) => part.split('=', 2)) : parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1] ?? '']] : []));
  return Object.fromEntries(
    entries.filter(([name]) => name !== '__proto__').map(([name, value = '']) => [name!, typed(value, propertyOf(schema, name!), schema)]),
  );
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Fields of a form, as their schemas ask for them. */
export function typedFields(fields: JsonObject, schema: JsonSchema): JsonObject {
  const own = target(schema, schema);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const property = propertyOf(own, name);
      const texts = Array.isArray(value) ? value : [value];
      if (typesOf(property, schema).has('array')) return [name, texts.map((text) => typed(String(text), itemsOf(target(property, schema)), schema))];
      return [name, typeof value === 'string' ? typed(value, property, schema) : value];
    }),
  );
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function typed(text: string, schema: JsonSchema, root: JsonSchema): Json {
  const types = typesOf(schema, root);
  if (types.has('string')) return text;
  if ((types.has('integer') || types.has('number')) && NUMBER.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return types.has('null') && text === '' ? null : text;
}

/** All types that the schema may mean. */
export function typesOf(schema: JsonSchema, root: JsonSchema, depth = 0): Set<string> {
  const own = target(schema, root);
  if (!isJsonObject(own) || depth > 10) return new Set();
  if (own.type !== undefined) return new Set((Array.isArray(own.type) ? own.type : [own.type]).map(String));
  const values = Array.isArray(own.enum) ? own.enum : own.const === undefined ? [] : [own.const];
  if (values.length > 0) return new Set(values.map((value) => (value === null ? 'null' : typeof value)));
  const inner = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => listOf(own[key]));
  if (inner.length > 0) return new Set(inner.flatMap((each) => [...typesOf(each as JsonSchema, root, depth + 1)]));
  if (own.properties !== undefined) return new Set(['object']);
  return new Set(own.items === undefined ? [] : ['array']);
}

/** References of a schema that stands by itself lead into its `$defs`. */
function target(schema: JsonSchema, root: JsonSchema): JsonSchema {
  return isJsonObject(root) && isJsonObject(schema) ? ((resolved(root, schema) as JsonSchema | undefined) ?? true) : schema;
}

function itemsOf(schema: JsonSchema): JsonSchema {
  return isJsonObject(schema) && isJsonObject(schema.items) ? schema.items : true;
}

function propertyOf(schema: JsonSchema, name: string): JsonSchema {
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  return Object.hasOwn(properties, name) ? (properties[name] as JsonSchema) : true;
}
