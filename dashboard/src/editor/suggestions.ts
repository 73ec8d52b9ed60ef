/** What can be written at a place of a document, and what is said of what stands there. Pure. */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { Outline, OutlinePipeline } from '#contracts/outline';
import { pipelineAt } from './outline';
import { schemasAround, schemasOfKey } from './schema-at';
import { expressionAt, templateFunctions, templateSuggestions } from './template-words';
import { lineOf, placeAt } from './yaml-place';

export interface Suggestion {
  label: string;
  /** A word beside the label. */
  detail?: string;
  /** Sentences about it. */
  info?: string;
  kind: 'key' | 'value' | 'function' | 'name';
  /** What is written, where that is more than the label. */
  insert?: string;
  /** Needed, or nearer at hand than others. */
  first?: boolean;
}

export interface Suggestions {
  /** Column from which what is typed is replaced. */
  from: number;
  options: Suggestion[];
}

/** @param outline what the text was read as; @param line 0-based; @param column of the cursor. */
export function suggestionsAt(schema: JsonObject, outline: Outline, lines: readonly string[], line: number, column: number): Suggestions | undefined {
  const expression = expressionAt(lines, line, column);
  if (expression) return templateSuggestions(expression, templateFunctions(schema), pipelineAt(outline, lines, line), line);
  const place = placeAt(lines, line, column);
  if (place.kind === 'text') return undefined;
  const around = schemasAround(schema, lines, place);
  if (place.kind === 'key') return { from: place.from, options: keys(schema, around, place.siblings, place.typed, ' '.repeat(Math.max(0, place.column))) };
  return { from: place.from, options: values(schemasOfKey(schema, around, place.key!), place.key!, outline, pipelineAt(outline, lines, line)) };
}

function keys(root: JsonObject, around: readonly JsonObject[], there: ReadonlyMap<string, string>, typed: string, indent: string): Suggestion[] {
  const known = new Map<string, JsonObject[]>();
  const needed = new Set<string>();
  for (const schema of around) {
    if (isJsonObject(schema.properties)) {
      for (const [name, property] of Object.entries(schema.properties)) {
        // A key without a word about it is one that older documents write there.
        if (isJsonObject(property) && Object.keys(property).length > 0 && property.deprecated !== true) known.set(name, [...(known.get(name) ?? []), property]);
      }
    }
    if (Array.isArray(schema.required)) for (const name of schema.required) needed.add(String(name));
  }
  return [...known.keys()]
    .filter((name) => !there.has(name) || name === typed.replace(/:$/, ''))
    .map((name) => {
      const schemas = schemasOfKey(root, around, name);
      const info = aboutOf(schemas);
      const shape = shapeOf(schemas);
      return {
        label: name,
        kind: 'key' as const,
        ...(shape === undefined ? {} : { detail: shape }),
        ...(info === undefined ? {} : { info }),
        insert: shape === 'object' ? `${name}:\n${indent}  ` : shape === 'list' ? `${name}:\n${indent}  - ` : `${name}: `,
        ...(needed.has(name) ? { first: true } : {}),
      };
    });
}

function values(schemas: readonly JsonObject[], key: string, outline: Outline, own: OutlinePipeline | undefined): Suggestion[] {
  const options = new Map<string, Suggestion>();
  const add = (value: Json, info?: Json) => {
    const label = typeof value === 'string' ? value : JSON.stringify(value);
    if (!options.has(label)) options.set(label, { label, kind: 'value', ...(typeof info === 'string' ? { info } : {}) });
  };
  for (const schema of schemas) {
    const hints = Array.isArray(schema.enumDescriptions) ? schema.enumDescriptions : [];
    for (const [index, value] of (Array.isArray(schema.enum) ? schema.enum : []).entries()) add(value, hints[index]);
    if (schema.const !== undefined) add(schema.const);
    if (schema.type === 'boolean') for (const value of [true, false]) add(value);
    if (schema.default !== undefined && !isJsonObject(schema.default)) add(schema.default, 'The default.');
  }
  const about = aboutOf(schemas) ?? '';
  const named = (list: readonly string[], info: string) => {
    for (const name of list) options.set(name, { label: name, kind: 'name', info, first: true });
  };
  if (STEP_KEYS.has(key) || /\bstep (?:to|that|of)\b|\btarget\b/i.test(about)) named(own?.steps.map((step) => step.name) ?? [], 'A step of this pipeline.');
  if (/\bmodule\b/i.test(about)) named(outline.modules, 'A module of this document.');
  if (key === 'pipeline' || /\bpipeline\b.*\b(?:to call|called|started)\b/i.test(about))
    named(
      outline.pipelines.map((one) => one.name),
      'A pipeline of this document.',
    );
  return [...options.values()];
}

/** Keys whose value is the name of a step, in whatever mapping. */
const STEP_KEYS = new Set(['merge_step', 'default', 'then', 'else', 'from_step']);

export interface About {
  /** Columns of what it is about. */
  from: number;
  to: number;
  title: string;
  text?: string;
  facts: string[];
}

/** What is said of the key or the value at the column. */
export function aboutAt(schema: JsonObject, lines: readonly string[], line: number, column: number): About | undefined {
  const text = lines[line] ?? '';
  const own = lineOf(text);
  if (own.key === undefined || column < own.start) return undefined;
  const end = own.start + own.key.length;
  const place = placeAt(lines, line, Math.min(own.start + 1, text.length));
  if (place.kind === 'text') return undefined;
  const around = schemasAround(schema, lines, { ...place, siblings: place.siblings });
  const schemas = schemasOfKey(schema, around, own.key);
  if (schemas.length === 0) return undefined;
  if (column > end) {
    const chosen = chosenOf(schemas, own.value.replace(/^["']|["']$/g, ''));
    const from = text.indexOf(own.value, end);
    return chosen && from >= 0 ? { from, to: from + own.value.length, title: own.value, text: chosen, facts: [] } : undefined;
  }
  const info = aboutOf(schemas);
  const facts = factsOf(schemas);
  return info === undefined && facts.length === 0
    ? undefined
    : { from: own.start, to: end, title: own.key, ...(info === undefined ? {} : { text: info }), facts };
}

function chosenOf(schemas: readonly JsonObject[], value: string): string | undefined {
  for (const { enum: choices, enumDescriptions } of schemas) {
    const at = Array.isArray(choices) ? choices.indexOf(value) : -1;
    if (at >= 0 && Array.isArray(enumDescriptions) && typeof enumDescriptions[at] === 'string') return enumDescriptions[at];
  }
  return undefined;
}

function aboutOf(schemas: readonly JsonObject[]): string | undefined {
  const found = schemas.find((schema) => typeof schema.description === 'string' && !schema.description.startsWith('A template'));
  return found?.description as string | undefined;
}

function factsOf(schemas: readonly JsonObject[]): string[] {
  const choices = schemas.flatMap((schema) => (Array.isArray(schema.enum) && schema.enum.length <= 12 ? schema.enum.map(String) : []));
  const fallback = schemas.find((schema) => schema.default !== undefined)?.default;
  return [
    ...(choices.length > 0 ? [`One of ${[...new Set(choices)].join(', ')}.`] : []),
    ...(fallback === undefined ? [] : [`Default: ${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}.`]),
  ];
}

/** A word for what kind of value it is. */
function shapeOf(schemas: readonly JsonObject[]): string | undefined {
  const types = new Set(schemas.flatMap((schema) => (Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type])));
  if (schemas.some((schema) => Array.isArray(schema.enum))) return 'choice';
  if (types.has('string') || types.has('number') || types.has('integer'))
    return types.has('object') || types.has('array') ? undefined : types.has('string') ? 'text' : 'number';
  if (types.has('boolean')) return 'true or false';
  if (types.has('object') || schemas.some((schema) => isJsonObject(schema.properties))) return 'object';
  return types.has('array') ? 'list' : undefined;
}
