/**
 * A step's settings, filled in and checked.
 *
 * Invariants
 * 1. A value that is exactly one `{{ … }}` keeps its type, where the schema takes it; where the schema asks for text it
 *    becomes text, where it asks for a number or truth value a text that is one becomes that. Nothing else is converted.
 * 2. Secrets stay markers until `marks.finalize`; steps may move values about in between.
 * 3. An error names the step and the key, and never shows a marker.
 */
import type { ZodType } from 'zod';
import type { Json, JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo, Problem } from '#contracts/problems';
import { type ConfigPlan, type Filling, pathKey, planOf } from '#language/config-plan';
import { ExpressionSyntaxError } from '#language/expression-lexer';
import type { Frame } from '#language/expressions';
import { decodedKeys, literalKeys } from '#language/schema-facts';
import { SecretMarks } from '#language/secrets';
import { TemplateSyntaxError } from '#language/templates/ast';
import { toNumber, toText } from '#language/values';

export interface ResolveOptions {
  schema: ZodType;
  /** Keys of the settings that are conditions; left as source. */
  expressions: readonly string[];
  stepName: string;
  /** Whether `${NAME}` is a secret to be filled in; in a pure step it is text. */
  secrets: boolean;
}

/** `marks` is there when the settings hold secrets; its `finalize` must see the final input. */
export type ResolvedConfig = { ok: true; value: Json; marks: SecretMarks | undefined } | { ok: false; error: ErrorInfo };

/** Settings without anything to fill in, as the schema takes them: read only, like the settings themselves. */
const settled = new WeakMap<JsonObject, Json>();

const rawKeys = new WeakMap<ZodType, ReadonlySet<string>>();

function rawOf(schema: ZodType, expressions: readonly string[]): ReadonlySet<string> {
  const known = rawKeys.get(schema);
  if (known) return known;
  const raw = new Set([...literalKeys(schema), ...expressions]);
  rawKeys.set(schema, raw);
  return raw;
}

export function resolveConfig(config: JsonObject, frame: Frame, options: ResolveOptions): ResolvedConfig {
  const known = settled.get(config);
  if (known !== undefined) return { ok: true, value: known, marks: undefined };
  const filling: Filling = { frame, secret: undefined, at: '' };
  let marks: SecretMarks | undefined;
  try {
    const plan = planOf(config, rawOf(options.schema, options.expressions), decodedKeys(options.schema));
    if (plan.hasSecrets && options.secrets) {
      marks = new SecretMarks();
      filling.secret = marks.mark;
    }
    const filled = plan.fill(filling);
    const parsed = options.schema.safeParse(filled);
    if (parsed.success) {
      const value = parsed.data as Json;
      if (plan.dynamic.size === 0 && !plan.hasSecrets) settled.set(config, value);
      return { ok: true, value, marks };
    }
    const issues = parsed.error.issues as unknown as Issue[];
    const again = convert(filled, issues, plan, options.schema);
    if (again.ok) return { ok: true, value: again.value, marks };
    return { ok: false, error: invalid(again.issues, options.stepName, marks) };
  } catch (error) {
    return { ok: false, error: failure(error, options.stepName, filling.at, marks) };
  }
}

interface Issue {
  code?: string;
  expected?: string;
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
  errors?: readonly (readonly Issue[])[];
}

const MAX_ROUNDS = 4;

/** Converts filled-in values that the schema refuses for their type, and checks again; a union may need several rounds. */
function convert(filled: Json, first: Issue[], plan: ConfigPlan, schema: ZodType): { ok: true; value: Json } | { ok: false; issues: Issue[] } {
  let value = filled;
  let issues = first;
  const tried = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let changed = false;
    for (const issue of issues) {
      for (const { path, wanted } of wishes(issue, [])) {
        const mark = `${pathKey(path)}\0${wanted}`;
        if (tried.has(mark) || !plan.dynamic.has(pathKey(path))) continue;
        tried.add(mark);
        const converted = convertTo(at(value, path), wanted);
        if (converted === undefined) continue;
        value = replace(value, path, converted);
        changed = true;
        break;
      }
    }
    if (!changed) break;
    const parsed = schema.safeParse(value);
    if (parsed.success) return { ok: true, value: parsed.data as Json };
    issues = parsed.error.issues as unknown as Issue[];
  }
  return { ok: false, issues };
}

/** The types that would have been taken, with their places; for a union those of each branch. */
function wishes(issue: Issue, base: readonly PropertyKey[]): { path: readonly PropertyKey[]; wanted: string }[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'invalid_type' && issue.expected) return [{ path, wanted: issue.expected }];
  if (issue.code === 'invalid_union') return (issue.errors ?? []).flatMap((branch) => branch.flatMap((inner) => wishes(inner, path)));
  return [];
}

function convertTo(value: Json | undefined, wanted: string): Json | undefined {
  if (value === undefined) return undefined;
  if (wanted === 'string') return typeof value === 'string' || value === null ? undefined : toText(value);
  if (typeof value !== 'string') return undefined;
  if (wanted === 'number' || wanted === 'int') return toNumber(value);
  if (wanted === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  if (wanted === 'array' || wanted === 'object' || wanted === 'record') return decoded(value, wanted === 'array');
  return undefined;
}

/** Text that is the JSON of a list or object, as `{{ json .x }}` gives. */
function decoded(text: string, list: boolean): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return Array.isArray(value) === list ? value : undefined;
  } catch {
    return undefined;
  }
}

function at(value: Json, path: readonly PropertyKey[]): Json | undefined {
  let found: Json | undefined = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? (found as { [key: PropertyKey]: Json })[key] : undefined;
  return found;
}

/** A copy in which one value is another; the settings themselves are never written to. */
function replace(value: Json, path: readonly PropertyKey[], fresh: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return fresh;
  if (Array.isArray(value)) return value.map((item, index) => (index === Number(key) ? replace(item, rest, fresh) : item));
  const object = value as JsonObject;
  return { ...object, [key]: replace(object[String(key)]!, rest, fresh) };
}

function invalid(issues: readonly Issue[], stepName: string, marks: SecretMarks | undefined): ErrorInfo {
  const clean = (text: string) => marks?.clean(text) ?? text;
  const details = issues.slice(0, 20).map((issue) => ({ path: ['config', ...issue.path].map(String).join('.'), message: clean(issue.message) }));
  const first = details[0];
  return errorInfo('step_config_invalid', `Step "${stepName}": ${first ? `${first.path}: ${first.message}` : 'the settings are not valid'}`, { details });
}

/** Whatever was thrown, as the log keeps it; never a stack. */
export function failure(error: unknown, stepName: string, where: string, marks?: SecretMarks): ErrorInfo {
  const clean = (text: string) => marks?.clean(text) ?? text;
  const place = where === '' ? `Step "${stepName}"` : `Step "${stepName}", config.${where}`;
  if (error instanceof Problem) {
    const details = error.errors?.map((detail) => ({ ...detail, message: clean(detail.message) })) as Json | undefined;
    const named = error.code === 'missing_value' || error.code === 'template_error' || error.code === 'expression_error';
    const message = clean(error.message);
    return errorInfo(error.code, named ? `${place}: ${message}` : message, details === undefined ? {} : { details });
  }
  if (error instanceof TemplateSyntaxError) return errorInfo('template_error', `${place}: ${error.message}`);
  if (error instanceof ExpressionSyntaxError) return errorInfo('expression_error', `${place}: ${error.message}`);
  if (error instanceof RangeError) return errorInfo('template_error', `${place}: a value is nested too deep.`);
  return errorInfo('step_failed', `Step "${stepName}" failed in an unforeseen way.`);
}
