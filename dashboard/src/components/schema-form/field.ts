/**
 * A JSON Schema as the fields of a form. Pure.
 *
 * Invariants
 * 1. Every schema has a form: what has no field of its own is written as JSON.
 * 2. A schema that leads back into itself ends in JSON too.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

export interface Choice {
  value: Json;
  label: string;
  hint?: string;
}

interface Common {
  label: string;
  hint?: string;
  required: boolean;
  /** What holds where nothing is given. */
  fallback?: Json;
}

export type Field = Common &
  (
    | {
        kind: 'text';
        type: 'text' | 'password' | 'email' | 'url' | 'date' | 'long';
        numeric?: boolean;
        minLength?: number;
        maxLength?: number;
        pattern?: string;
      }
    | { kind: 'number'; integer: boolean; minimum?: number; maximum?: number; above?: number; below?: number }
    | { kind: 'flag' }
    | { kind: 'choice'; choices: Choice[] }
    | { kind: 'group'; fields: { name: string; field: Field }[] }
    | { kind: 'list'; item: Field; least?: number; most?: number }
    | { kind: 'map'; item: Field }
    | { kind: 'json'; type?: 'object' | 'array' }
  );

interface Place {
  root: JsonObject;
  name: string;
  required: boolean;
  /** Labels are the names as they are written, not words. */
  plain: boolean;
  /** References on the way here. */
  seen: readonly string[];
}

/** The field for a schema; the whole form is the field of the schema of an object. `plain`: labels are the names themselves. */
export function formOf(schema: Json | undefined, plain = false): Field {
  const root = isJsonObject(schema) ? schema : {};
  return fieldOf(root, { root, name: '', required: true, plain, seen: [] });
}

function fieldOf(given: JsonObject, place: Place): Field {
  const seen = [...place.seen];
  const schema = resolved(given, place.root, seen);
  if (schema === undefined) return { ...common(given, place), kind: 'json' };
  const here = { ...place, seen };
  const alternatives = alternativesOf(schema);
  if (alternatives.length === 1) return fieldOf({ ...without(schema), ...alternatives[0]!, ...told(schema) }, here);
  const about = common(schema, here);
  const choices = choicesOf(schema, alternatives);
  if (choices) return { ...about, kind: 'choice', choices };
  if (alternatives.length > 1) return ofSeveral(about, schema, alternatives, here);
  switch (typeOf(schema)) {
    case 'boolean':
      return { ...about, kind: 'flag' };
    case 'number':
    case 'integer':
      return {
        ...about,
        kind: 'number',
        integer: typeOf(schema) === 'integer',
        ...bound(schema, 'minimum', 'minimum'),
        ...bound(schema, 'maximum', 'maximum'),
        ...bound(schema, 'exclusiveMinimum', 'above'),
        ...bound(schema, 'exclusiveMaximum', 'below'),
      };
    case 'string':
      return textField(about, schema);
    case 'array': {
      const item = isJsonObject(schema.items) ? fieldOf(schema.items, { ...here, name: 'item', required: true }) : undefined;
      return item
        ? { ...about, kind: 'list', item, ...bound(schema, 'minItems', 'least'), ...bound(schema, 'maxItems', 'most') }
        : { ...about, kind: 'json', type: 'array' };
    }
    case 'object':
      return objectField(about, schema, here);
    case 'scalar':
      return { ...textField(about, schema), numeric: true } as Field;
    default:
      return { ...about, kind: 'json' };
  }
}

function objectField(about: Common, schema: JsonObject, place: Place): Field {
  if (isJsonObject(schema.properties) && Object.keys(schema.properties).length > 0) {
    const required = Array.isArray(schema.required) ? schema.required : [];
    return {
      ...about,
      kind: 'group',
      fields: Object.entries(schema.properties).flatMap(([name, one]) =>
        isJsonObject(one) && one.deprecated === true
          ? []
          : [{ name, field: fieldOf(isJsonObject(one) ? one : {}, { ...place, name, required: required.includes(name) }) }],
      ),
    };
  }
  if (isJsonObject(schema.additionalProperties)) {
    return { ...about, kind: 'map', item: fieldOf(schema.additionalProperties, { ...place, name: 'value', required: true }) };
  }
  return { ...about, kind: 'json', type: 'object' };
}

/** Texts and numbers in any mixture are one field of text; other mixtures are JSON. */
function ofSeveral(about: Common, schema: JsonObject, alternatives: JsonObject[], { root, seen }: Place): Field {
  const types = new Set(alternatives.map((one) => typeOf(resolved(one, root, [...seen]) ?? {})));
  const scalars = [...types].every((type) => type === 'string' || type === 'number' || type === 'integer' || type === 'scalar');
  return scalars ? ({ ...textField(about, schema), numeric: types.size > 1 || types.has('scalar') } as Field) : { ...about, kind: 'json' };
}

const FORMATS: { [format: string]: 'password' | 'email' | 'url' | 'date' | 'long' } = {
  password: 'password',
  email: 'email',
  uri: 'url',
  date: 'date',
  multiline: 'long',
};

function textField(about: Common, schema: JsonObject): Field {
  const secret = schema.writeOnly === true || schema['x-secret'] === true;
  return {
    ...about,
    kind: 'text',
    type: secret ? 'password' : (FORMATS[String(schema.format)] ?? 'text'),
    ...bound(schema, 'minLength', 'minLength'),
    ...bound(schema, 'maxLength', 'maxLength'),
    ...(typeof schema.pattern === 'string' ? { pattern: schema.pattern } : {}),
  };
}

/** With the target of its reference and its parts laid together; `undefined`: it leads back into itself, or nowhere. */
function resolved(schema: JsonObject, root: JsonObject, seen: string[]): JsonObject | undefined {
  let all = schema;
  for (let hops = 0; typeof all.$ref === 'string'; hops++) {
    const { $ref: reference, ...rest } = all as JsonObject & { $ref: string };
    if (seen.includes(reference) || hops > 20) return undefined;
    seen.push(reference);
    const target = at(root, reference);
    if (!isJsonObject(target)) return undefined;
    all = { ...target, ...rest };
  }
  if (!Array.isArray(all.allOf)) return all;
  const { allOf, ...rest } = all;
  return (allOf as Json[]).filter(isJsonObject).reduce<JsonObject>((sum, part) => joined(sum, resolved(part, root, seen) ?? {}), rest);
}

function joined(a: JsonObject, b: JsonObject): JsonObject {
  return {
    ...b,
    ...a,
    ...(isJsonObject(a.properties) || isJsonObject(b.properties)
      ? { properties: { ...(b.properties as JsonObject | undefined), ...(a.properties as JsonObject | undefined) } }
      : {}),
    ...(Array.isArray(a.required) || Array.isArray(b.required)
      ? { required: [...((a.required as Json[] | undefined) ?? []), ...((b.required as Json[] | undefined) ?? [])] }
      : {}),
  };
}

function at(root: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#/')) return reference === '#' ? root : undefined;
  let value: Json | undefined = root;
  for (const part of reference.slice(2).split('/')) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** What it may be instead of each other; null and templates, which any setting may be, are no alternatives of their own. */
function alternativesOf(schema: JsonObject): JsonObject[] {
  const list = [schema.anyOf, schema.oneOf].find(Array.isArray) as Json[] | undefined;
  return (list ?? []).filter(isJsonObject).filter((one) => one.type !== 'null' && one.const !== null && one.$ref !== '#/$defs/template');
}

function choicesOf(schema: JsonObject, alternatives: JsonObject[]): Choice[] | undefined {
  if (Array.isArray(schema.enum)) {
    const hints = Array.isArray(schema.enumDescriptions) ? schema.enumDescriptions : [];
    return schema.enum.map((value, index) => choice(value, hints[index]));
  }
  if (schema.const !== undefined) return [choice(schema.const)];
  if (alternatives.length === 0 || !alternatives.every((one) => one.const !== undefined || Array.isArray(one.enum))) return undefined;
  return alternatives.flatMap((one) =>
    Array.isArray(one.enum)
      ? one.enum.map((value) => choice(value))
      : [{ ...choice(one.const!, one.description), ...(typeof one.title === 'string' ? { label: one.title } : {}) }],
  );
}

function choice(value: Json, hint?: Json): Choice {
  return { value, label: typeof value === 'string' ? value : JSON.stringify(value), ...(typeof hint === 'string' ? { hint } : {}) };
}

/** `scalar`: texts, numbers and switches alike. */
function typeOf({ type, properties, items }: JsonObject): string | undefined {
  if (Array.isArray(type)) {
    const types = type.filter((one) => one !== 'null');
    if (types.length === 1) return String(types[0]);
    return types.every((one) => one === 'string' || one === 'number' || one === 'integer' || one === 'boolean') ? 'scalar' : undefined;
  }
  if (typeof type === 'string') return type;
  return isJsonObject(properties) ? 'object' : items === undefined ? undefined : 'array';
}

function common(schema: JsonObject, { name, required, plain }: Place): Common {
  return {
    label: typeof schema.title === 'string' && !plain ? schema.title : plain ? name : name.replaceAll(/[_-]+/g, ' '),
    required,
    ...(typeof schema.description === 'string' ? { hint: schema.description } : {}),
    ...(schema.default === undefined ? {} : { fallback: schema.default }),
  };
}

function without({ anyOf: _, oneOf: __, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** What is said around the alternatives goes before what the one says of itself. */
function told({ title, description, default: fallback }: JsonObject): JsonObject {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function bound<K extends string>(schema: JsonObject, keyword: string, name: K): { [key in K]?: number } {
  const value = schema[keyword];
  return (typeof value === 'number' ? { [name]: value } : {}) as { [key in K]?: number };
}
