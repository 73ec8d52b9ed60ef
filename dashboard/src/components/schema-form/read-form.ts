/**
 * From what stands in the fields of a form to JSON, with a sentence at each field that cannot be taken. Pure: what
 * stands there is asked for through `Inputs`.
 *
 * Invariants
 * 1. An empty field is left out; a switch at its default that nobody gave is left out too.
 * 2. With `templates`, a text with `{{` or `${` in it is taken as it is, whatever was asked for.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { Field } from './field';

/** What stands in the form, by path. */
export interface Inputs {
  /** Text of a field, state of a switch; `undefined`: there is no such field. */
  at(path: string): string | boolean | undefined;
  /** Ids of the items of a list or map, in the order in which they stand. */
  items(path: string): string[];
}

export interface Reading {
  value: Json | undefined;
  errors: { [path: string]: string };
}

interface Options {
  templates?: boolean;
}

/** Path of a field within another. */
export function within(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Name of the field that holds an entry's key. */
export const KEY = '@key';

/** @param given what the form was filled with. */
export function readForm(field: Field, given: Json | undefined, inputs: Inputs, options: Options = {}): Reading {
  const errors: Reading['errors'] = {};
  const value = read(field, given, '', { inputs, errors, templates: options.templates === true });
  return { value, errors };
}

interface Reader {
  inputs: Inputs;
  errors: { [path: string]: string };
  templates: boolean;
}

function read(field: Field, given: Json | undefined, path: string, reader: Reader): Json | undefined {
  const value = valueIn(field, given, path, reader);
  if (value === undefined && field.required && reader.errors[path] === undefined && path !== '') {
    reader.errors[path] = `${nameOf(field)} is needed.`;
  }
  return value;
}

function valueIn(field: Field, given: Json | undefined, path: string, reader: Reader): Json | undefined {
  const { inputs, errors } = reader;
  if (field.kind === 'group') return group(field, given, path, reader);
  if (field.kind === 'list') return list(field, given, path, reader);
  if (field.kind === 'map') return map(field, given, path, reader);
  const typed = inputs.at(path);
  if (typeof typed === 'boolean') {
    const untouched = given === undefined && !field.required && typed === (field.fallback === true);
    return untouched ? undefined : typed;
  }
  if (typed === undefined || typed === '') return undefined;
  if (reader.templates && /\{\{|\$\{/.test(typed) && !(field.kind === 'json' && isJson(typed))) return typed;
  const fault = (message: string) => {
    errors[path] = message;
    return undefined;
  };
  switch (field.kind) {
    case 'choice': {
      const chosen = field.choices.find((one) => one.label === typed);
      return chosen ? chosen.value : fault(`${nameOf(field)} is one of ${field.choices.map((one) => one.label).join(', ')}.`);
    }
    case 'flag':
      return typed === 'true' ? true : typed === 'false' ? false : fault(`${nameOf(field)} is true or false.`);
    case 'number':
      return number(field, typed, fault);
    case 'text':
      return text(field, typed, fault);
    case 'json':
      return json(field, typed, fault);
    default: {
      const never: never = field;
      return never;
    }
  }
}

function group(field: Field & { kind: 'group' }, given: Json | undefined, path: string, reader: Reader): JsonObject | undefined {
  const known = isJsonObject(given) ? given : {};
  const names = new Set(field.fields.map(({ name }) => name));
  const inner: Reader = { ...reader, errors: {} };
  // What the form does not show is kept as it was given.
  const value: JsonObject = Object.fromEntries(Object.entries(known).filter(([name]) => !names.has(name)));
  for (const { name, field: one } of field.fields) {
    const part = read(one, known[name], within(path, name), inner);
    if (part !== undefined) value[name] = part;
  }
  // A group that may be left out, and of which nothing is filled in, needs none of its fields.
  const left =
    Object.keys(value).length === 0 &&
    !field.required &&
    Object.keys(inner.errors).every((key) => reader.inputs.at(key) === '' || reader.inputs.at(key) === undefined);
  if (left) return undefined;
  Object.assign(reader.errors, inner.errors);
  return value;
}

function list(field: Field & { kind: 'list' }, given: Json | undefined, path: string, reader: Reader): Json[] | undefined {
  const known = Array.isArray(given) ? given : [];
  const ids = reader.inputs.items(path);
  const values = ids.flatMap((id) => {
    const value = valueIn(field.item, known[Number(id)], within(path, id), reader);
    return value === undefined ? [] : [value];
  });
  if (values.length === 0 && !field.required && !Array.isArray(given)) return undefined;
  if (field.least !== undefined && values.length < field.least) reader.errors[path] = `${nameOf(field)} has at least ${field.least}.`;
  if (field.most !== undefined && values.length > field.most) reader.errors[path] = `${nameOf(field)} has at most ${field.most}.`;
  return values;
}

function map(field: Field & { kind: 'map' }, given: Json | undefined, path: string, reader: Reader): JsonObject | undefined {
  const known = isJsonObject(given) ? Object.values(given) : [];
  const value: JsonObject = {};
  for (const id of reader.inputs.items(path)) {
    const here = within(path, id);
    const key = String(reader.inputs.at(within(here, KEY)) ?? '').trim();
    const one = valueIn(field.item, known[Number(id)], here, reader);
    if (key === '' && one === undefined) continue;
    if (key === '') reader.errors[here] = 'A name is needed.';
    else if (Object.hasOwn(value, key)) reader.errors[here] = `${key} is there twice.`;
    else value[key] = one ?? '';
  }
  return Object.keys(value).length === 0 && !field.required && !isJsonObject(given) ? undefined : value;
}

type Fault = (message: string) => undefined;

function number(field: Field & { kind: 'number' }, typed: string, fault: Fault): number | undefined {
  const value = Number(typed.trim().replace(',', '.'));
  const name = nameOf(field);
  if (!Number.isFinite(value) || typed.trim() === '') return fault(`${name} is not a number.`);
  if (field.integer && !Number.isInteger(value)) return fault(`${name} is a whole number.`);
  if (field.minimum !== undefined && value < field.minimum) return fault(`${name} is at least ${field.minimum}.`);
  if (field.maximum !== undefined && value > field.maximum) return fault(`${name} is at most ${field.maximum}.`);
  if (field.above !== undefined && value <= field.above) return fault(`${name} is above ${field.above}.`);
  if (field.below !== undefined && value >= field.below) return fault(`${name} is below ${field.below}.`);
  return value;
}

function text(field: Field & { kind: 'text' }, typed: string, fault: Fault): Json | undefined {
  const name = nameOf(field);
  if (field.numeric && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(typed)) return Number(typed);
  if (field.minLength !== undefined && typed.length < field.minLength) return fault(`${name} has at least ${field.minLength} characters.`);
  if (field.maxLength !== undefined && typed.length > field.maxLength) return fault(`${name} has at most ${field.maxLength} characters.`);
  if (field.pattern !== undefined && !fits(field.pattern, typed)) return fault(`${name} does not have the form ${field.pattern}`);
  if (field.type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(typed)) return fault(`${name} is no mail address.`);
  if (field.type === 'url' && !URL.canParse(typed)) return fault(`${name} is no address such as https://example.com/path.`);
  return typed;
}

function json(field: Field & { kind: 'json' }, typed: string, fault: Fault): Json | undefined {
  try {
    const value = JSON.parse(typed) as Json;
    if (field.type === 'object' && !isJsonObject(value)) return fault(`${nameOf(field)} is an object, such as {"amount": 40}.`);
    if (field.type === 'array' && !Array.isArray(value)) return fault(`${nameOf(field)} is a list, such as [1, 2].`);
    return value;
  } catch {
    return fault(`${nameOf(field)} is not JSON yet.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A pattern that this browser does not know is left to the server. */
function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text.slice(0, 1000));
  } catch {
    return true;
  }
}

function nameOf({ label }: Field): string {
  return label === '' ? 'This' : label.charAt(0).toUpperCase() + label.slice(1);
}
