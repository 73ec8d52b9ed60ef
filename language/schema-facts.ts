/** What the language reads off a zod schema beside checking with it: its keys, and the marks of `.meta()`. */
import type { ZodType } from 'zod';

interface Inner {
  def?: { type?: string; in?: unknown; innerType?: unknown };
  shape?: { [key: string]: ZodType };
  meta?: () => { [mark: string]: unknown } | undefined;
}

/** Top-level keys of an object schema, `undefined` when it is not one. Transforms and defaults are seen through. */
export function schemaShape(schema: ZodType): { [key: string]: ZodType } | undefined {
  for (const at of layers(schema)) if (at.shape) return at.shape;
  return undefined;
}

function* layers(schema: ZodType): Generator<Inner> {
  let at = schema as unknown as Inner | undefined;
  for (let depth = 0; depth < 10 && at?.def; depth++) {
    yield at;
    at = (at.def.in ?? at.def.innerType) as Inner | undefined;
  }
}

/** A mark that a step sets with `.meta({ … })`, on the schema or on what it wraps. */
export function mark(schema: ZodType, name: string): unknown {
  for (const at of layers(schema)) {
    const value = at.meta?.()?.[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The type of what a schema takes, as zod names it (`string`, `object`, …). */
export function typeOf(schema: ZodType | undefined): string | undefined {
  let type: string | undefined;
  for (const at of schema ? layers(schema) : []) type = at.def?.type;
  return type;
}

const literals = new WeakMap<ZodType, ReadonlySet<string>>();

/** Keys whose text is taken as it is: no templates, no secrets (`literal: true`). */
export function literalKeys(schema: ZodType): ReadonlySet<string> {
  const known = literals.get(schema);
  if (known) return known;
  const shape = schemaShape(schema) ?? {};
  const keys = new Set(Object.keys(shape).filter((key) => mark(shape[key]!, 'literal') === true));
  literals.set(schema, keys);
  return keys;
}

const decoding = new WeakMap<ZodType, ReadonlySet<string>>();

/** Keys in which JSON that a template writes is the value, not its text (`decoded: true`). */
export function decodedKeys(schema: ZodType): ReadonlySet<string> {
  const known = decoding.get(schema);
  if (known) return known;
  const shape = schemaShape(schema) ?? {};
  const keys = new Set(Object.keys(shape).filter((key) => mark(shape[key]!, 'decoded') === true));
  decoding.set(schema, keys);
  return keys;
}

const naming = new WeakMap<ZodType, ReadonlyMap<string, string>>();

/** Keys whose text names something else of the application, and what kind of thing (`names: 'machine'`). */
export function namingKeys(schema: ZodType): ReadonlyMap<string, string> {
  const known = naming.get(schema);
  if (known) return known;
  const keys = new Map<string, string>();
  for (const [key, field] of Object.entries(schemaShape(schema) ?? {})) {
    const kind = mark(field, 'names');
    if (typeof kind === 'string') keys.set(key, kind);
  }
  naming.set(schema, keys);
  return keys;
}

const sealing = new WeakMap<ZodType, ReadonlySet<string>>();

/** Keys whose whole value has to be a secret by its name, `${NAME}` (`sealed: true`): nothing else may come into a log by them. */
export function sealedKeys(schema: ZodType): ReadonlySet<string> {
  const known = sealing.get(schema);
  if (known) return known;
  const shape = schemaShape(schema) ?? {};
  const keys = new Set(Object.keys(shape).filter((key) => mark(shape[key]!, 'sealed') === true));
  sealing.set(schema, keys);
  return keys;
}

/** The key to write instead of a deprecated one (`deprecated: true, use: 'status'`). */
export function replacementOf(schema: ZodType, key: string): string | undefined {
  const shape = schemaShape(schema);
  const field = shape && Object.hasOwn(shape, key) ? shape[key] : undefined;
  if (!field || mark(field, 'deprecated') !== true) return undefined;
  const use = mark(field, 'use');
  return typeof use === 'string' ? use : undefined;
}
