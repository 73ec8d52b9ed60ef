/**
 * Settings with templates, compiled once to a plan that fills them in.
 *
 * Invariants
 * 1. A part without templates is given as it is, not copied: settings are read only.
 * 2. `{_from: path}` gives the value at the path, whatever its type; nothing there gives `null`.
 */
import { decodedText, isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type Frame, readPath } from '#language/expressions';
import { parsePath } from '#language/path';
import type { Part } from '#language/templates/ast';
import { type CompiledTemplate, compileTemplate } from '#language/templates/engine';
import { isDynamic } from '#language/templates/lexer';

/** One filling in. `at` is where it has come, for the error message. */
export interface Filling {
  frame: Frame;
  secret: ((name: string) => string) | undefined;
  at: string;
}

type Fill = (filling: Filling) => Json;

export interface ConfigPlan {
  fill: Fill;
  /** Whether `${NAME}` stands anywhere. */
  hasSecrets: boolean;
  /** Paths (joined by NUL) of values that are filled in; only these are ever converted to another type. */
  dynamic: ReadonlySet<string>;
}

const plans = new WeakMap<JsonObject, ConfigPlan>();

/**
 * `raw`: top-level keys that are left as they are; `decoded`: those in which written JSON is the value. Throws
 * TemplateSyntaxError. Cached by the settings object.
 */
export function planOf(config: JsonObject, raw: ReadonlySet<string>, decoded: ReadonlySet<string> = NONE): ConfigPlan {
  const known = plans.get(config);
  if (known) return known;
  const planner = new Planner(decoded);
  const fill = planner.object(config, [], raw) ?? (() => config);
  const plan: ConfigPlan = { fill, hasSecrets: planner.hasSecrets, dynamic: planner.dynamic };
  plans.set(config, plan);
  return plan;
}

/** `{_from: path}` and nothing else. */
export function isInsertion(value: Json): value is { _from: string } {
  return isJsonObject(value) && typeof value._from === 'string' && Object.keys(value).length === 1;
}

export function pathKey(path: readonly PropertyKey[]): string {
  return path.map(String).join('\0');
}

const NONE: ReadonlySet<string> = new Set();

/** Whether the author writes JSON: brackets of his own, or `json`. What comes in with data alone stays the text that it is. */
function writesJson([first, second]: readonly Part[]): boolean {
  if (first?.kind === 'text') return /^\s*[[{]/.test(first.text);
  if (first?.kind !== 'action') return first !== undefined && first.kind !== 'secret' && first.kind !== 'expression';
  const last = first.pipe.commands.at(-1);
  return second === undefined && last?.kind === 'call' && last.name === 'json';
}

class Planner {
  hasSecrets = false;
  readonly dynamic = new Set<string>();

  constructor(private readonly decoded: ReadonlySet<string>) {}

  /** `undefined` when the value holds nothing to fill in. */
  private value(value: Json, path: readonly string[]): Fill | undefined {
    if (typeof value === 'string') return isDynamic(value) ? this.text(value, path) : undefined;
    if (Array.isArray(value)) return this.list(value, path);
    if (!isJsonObject(value)) return undefined;
    return isInsertion(value) ? this.insertion(value._from, path) : this.object(value, path, NONE);
  }

  private text(source: string, path: readonly string[]): Fill | undefined {
    const template: CompiledTemplate = compileTemplate(source);
    if (template.secrets.length > 0) this.hasSecrets = true;
    else if (template.tree.parts.every((part) => part.kind === 'text')) return undefined;
    this.dynamic.add(pathKey(path));
    const at = path.join('.');
    const decodes = this.decoded.has(path[0]!) && writesJson(template.tree.parts);
    return (filling) => {
      filling.at = at;
      const value = template.value(filling.frame, filling.secret);
      if (value === undefined) return '';
      return decodes && typeof value === 'string' ? decodedText(value, LIMITS.jsonDepth) : value;
    };
  }

  private insertion(source: string, path: readonly string[]): Fill {
    this.dynamic.add(pathKey(path));
    const at = `${path.join('.')}._from`;
    const template = isDynamic(source) ? compileTemplate(source) : undefined;
    return (filling) => {
      filling.at = at;
      const text = template ? template.text(filling.frame) : source;
      const keys = parsePath(text);
      if (!keys) throw new Problem('template_error', `"${text.slice(0, 100)}" is not a path such as steps.name.field.`);
      const value = readPath(filling.frame.context, keys);
      if (value === undefined && filling.frame.strict) throw new Problem('missing_value', `"${text}" is not there.`);
      return value ?? null;
    };
  }

  private list(items: Json[], path: readonly string[]): Fill | undefined {
    const fills = items.map((item, index) => this.value(item, [...path, String(index)]));
    if (fills.every((fill) => fill === undefined)) return undefined;
    return (filling) =>
      items.map((item, index) => {
        const fill = fills[index];
        return fill ? fill(filling) : item;
      });
  }

  object(object: JsonObject, path: readonly string[], raw: ReadonlySet<string>): Fill | undefined {
    const keys = Object.keys(object);
    const fills = keys.map((key) => (raw.has(key) ? undefined : this.value(object[key]!, [...path, key])));
    if (fills.every((fill) => fill === undefined)) return undefined;
    return (filling) => {
      const result: JsonObject = {};
      for (let i = 0; i < keys.length; i++) {
        const fill = fills[i];
        result[keys[i]!] = fill ? fill(filling) : object[keys[i]!]!;
      }
      return result;
    };
  }
}
