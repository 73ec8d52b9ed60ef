/**
 * A step's or module's `config`, checked against its zod schema while templates are still unrendered.
 *
 * Invariants
 * 1. A fault at or below a dynamic value is not reported here; it is checked once it is rendered.
 * 2. Every other fault is, at the node it is about.
 */
import type { ZodType } from 'zod';
import type { Json } from '#contracts/json';
import { isJsonObject } from '#contracts/json';
import { type Checker, type Place, rangeOf } from '#language/checker';
import { hintOfMissing, hintOfValue, type ValueFault } from '#language/config-hints';
import { isInsertion } from '#language/config-plan';
import { didYouMean, nearest } from '#language/nearest';
import { schemaShape } from '#language/schema-facts';
import { type MapNode, nodeAt, type SourceNode } from '#language/source';
import { isDynamic } from '#language/templates/lexer';

/** The parts of a zod issue that are looked at. */
interface Issue extends ValueFault {
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
  errors?: readonly (readonly Issue[])[];
  /** Of an `invalid_key`: what is wrong with the key. */
  issues?: readonly Issue[];
}

/** Whether a value is filled in at run time, or holds something that is. */
function dynamicAt(value: Json | undefined, inside: boolean): boolean {
  if (typeof value === 'string') return isDynamic(value);
  if (Array.isArray(value)) return inside && value.some((item) => dynamicAt(item, true));
  if (!isJsonObject(value)) return false;
  return isInsertion(value) || (inside && Object.values(value).some((item) => dynamicAt(item, true)));
}

export function checkConfig(checker: Checker, place: Place, config: Json, schema: ZodType, what: string): void {
  const result = schema.safeParse(config);
  if (result.success) return;
  const issues = result.error.issues as unknown as Issue[];
  const misspelt = misspeltKeys(schema, issues);
  for (const issue of issues) if (!misspelt.has(JSON.stringify(issue.path))) report(checker, place, config, schema, issue, what);
}

/** Paths of keys that are missing because they are there in another spelling: one mistake, one diagnostic. */
function misspeltKeys(schema: ZodType, issues: readonly Issue[]): Set<string> {
  const paths = new Set<string>();
  for (const { code, path, keys = [] } of issues) {
    if (code !== 'unrecognized_keys') continue;
    const known = knownKeys(schema, path);
    for (const key of keys) {
      const meant = nearest(key, known);
      if (meant !== undefined) paths.add(JSON.stringify([...path, meant]));
    }
  }
  return paths;
}

function report(checker: Checker, place: Place, config: Json, schema: ZodType, issue: Issue, what: string): void {
  let value: Json | undefined = config;
  if (dynamicAt(value, false)) return;
  for (const [depth, part] of issue.path.entries()) {
    value = typeof value === 'object' && value !== null ? (value as { [key: PropertyKey]: Json })[part] : undefined;
    // Keys are never filled in, whatever their value is.
    if (issue.code === 'invalid_key' && depth === issue.path.length - 1) break;
    if (dynamicAt(value, false)) return;
  }
  if (issue.code === 'invalid_union') {
    if (dynamicAt(value, true)) return;
    const branch = closest(issue);
    if (branch) {
      for (const inner of branch) report(checker, place, config, schema, { ...inner, path: [...issue.path, ...inner.path] }, what);
      return;
    }
  }
  const found = nodeAt(place.node, issue.path);
  const path = issue.path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), place.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    for (const key of issue.keys ?? []) {
      const entry = found.node.kind === 'map' ? found.node.entries.get(key) : undefined;
      const range = entry?.keyRange ?? rangeOf(found.node);
      checker.report.error('unknown_key', `Unknown key "${key}" in ${what}.`, `${path}.${key}`, range, didYouMean(key, known));
    }
    return;
  }
  const last = issue.path[issue.path.length - 1];
  if (issue.code === 'invalid_key') {
    const message = issue.issues?.[0]?.message ?? issue.message;
    checker.report.error(
      'invalid_config',
      `The key "${String(last)}" in ${what}: ${sentence(message)}`,
      path,
      found.keyRange ?? rangeOf(found.node),
      'Choose a key that follows the rule above.',
    );
    return;
  }
  if (value === undefined && last !== undefined) {
    const parent = found.node;
    const range = found.depth === issue.path.length - 1 ? (found.keyRange ?? (found.depth === 0 ? place.keyRange : rangeOf(parent))) : place.keyRange;
    checker.report.error(
      'missing_key',
      `The key "${String(last)}" is missing in ${what}.`,
      path,
      range,
      hintOfMissing(String(last), fieldAt(schema, issue.path)),
    );
    return;
  }
  checker.report.error(
    'invalid_config',
    `${last === undefined ? what : `"${String(last)}"`}: ${sentence(issue.message)}`,
    path,
    rangeOf(found.node),
    hintOfValue(issue, value, fieldAt(schema, issue.path)),
  );
}

/** Of a union's branches the one with the fewest and deepest faults, if one stands out. */
function closest(issue: Issue): readonly Issue[] | undefined {
  const branches = (issue.errors ?? []).filter((errors) => errors.length > 0);
  const deep = branches.filter((errors) => errors.every((error) => error.path.length > 0 || error.code === 'unrecognized_keys'));
  const candidates = deep.length > 0 ? deep : branches.length === 1 ? branches : [];
  return [...candidates].sort((a, b) => a.length - b.length)[0];
}

function knownKeys(schema: ZodType, path: readonly PropertyKey[]): string[] {
  const at = fieldAt(schema, path);
  return Object.keys((at && schemaShape(at)) ?? {});
}

function fieldAt(schema: ZodType, path: readonly PropertyKey[]): ZodType | undefined {
  let at: ZodType | undefined = schema;
  for (const part of path) at = fieldOf(at, String(part));
  return at;
}

function fieldOf(schema: ZodType | undefined, key: string): ZodType | undefined {
  const shape = schema && schemaShape(schema);
  return shape && Object.hasOwn(shape, key) ? shape[key] : undefined;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;
}

/** Every text of a tree with its path. */
export function eachText(node: SourceNode, path: string, see: (node: SourceNode & { kind: 'scalar' }, path: string) => void): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') see(node, path);
  } else if (node.kind === 'seq') {
    for (const [index, item] of node.items.entries()) eachText(item, `${path}[${index}]`, see);
  } else {
    for (const entry of node.entries.values()) eachText(entry.value, `${path}.${entry.key}`, see);
  }
}

export function emptyMap(at: Place): MapNode {
  return { kind: 'map', range: at.node.range, entries: new Map() };
}
