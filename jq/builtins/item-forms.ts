/** Forms about the items of a list or an object: each changed, and lists by a key. */
import type { Json, JsonObject } from '#contracts/json';
import { eachItem } from '#jq/access';
import { firstOutput } from '#jq/assignment';
import { burn, grow } from '#jq/budget';
import { fromEntries, toEntries } from '#jq/builtins/entries';
import { type Form, folded, gathered } from '#jq/builtins/form';
import type { Code, Env, Signal } from '#jq/code';
import { compare, described, isObject, put, raise } from '#jq/values';

export const map: Form = ([each]) =>
  folded([each!], (input, env) => {
    const out: Json[] = [];
    grow(32);
    const signal = eachItem(input, (item) => gathered(each!, item, env, out));
    return { value: out, signal };
  });

/** Each value by the first output of `f`; without one it goes. */
export const mapValues: Form = ([each]) =>
  folded([each!], (input, env) => {
    if (Array.isArray(input)) {
      grow(32 + 8 * input.length);
      const out: Json[] = [];
      for (const item of input) {
        burn(1);
        const { value, signal } = firstOutput(each!, item, env);
        if (signal) return { value: null, signal };
        if (value !== undefined) out.push(value);
      }
      return { value: out, signal: undefined };
    }
    if (!isObject(input)) return { value: null, signal: eachItem(input, () => undefined) };
    const out: JsonObject = {};
    for (const key of Object.keys(input)) {
      grow(24);
      const { value, signal } = firstOutput(each!, input[key]!, env);
      if (signal) return { value: null, signal };
      if (value !== undefined) put(out, key, value);
    }
    return { value: out, signal: undefined };
  });

export const withEntries: Form = ([each]) =>
  folded([each!], (input, env) => {
    const out: Json[] = [];
    for (const entry of toEntries(input)) {
      const signal = gathered(each!, entry, env, out);
      if (signal) return { value: null, signal };
    }
    return { value: fromEntries(out), signal: undefined };
  });

interface Keyed {
  key: Json[];
  value: Json;
}

/** The items of a list with what `by` gives for each. */
function keyed(by: Code, input: Json, env: Env): { items: Keyed[]; signal: Signal } {
  const items: Keyed[] = [];
  if (!Array.isArray(input))
    return raise(isObject(input) ? `${described(input)} cannot be sorted, as it is not an array` : `Cannot iterate over ${described(input)}`);
  for (const value of input) {
    const key: Json[] = [];
    grow(48);
    const signal = gathered(by, value, env, key);
    if (signal) return { items, signal };
    items.push({ key, value });
  }
  return { items, signal: undefined };
}

export function byKey(finish: (items: Keyed[]) => Json): Form {
  return ([by]) =>
    folded([by!], (input, env) => {
      const { items, signal } = keyed(by!, input, env);
      return { value: signal ? null : finish(items), signal };
    });
}

export function inOrder(items: Keyed[]): Keyed[] {
  return items.sort((a, b) => compare(a.key, b.key));
}

export function groups(items: Keyed[]): Keyed[][] {
  const out: Keyed[][] = [];
  let before: Keyed | undefined;
  for (const item of inOrder(items)) {
    if (before && compare(before.key, item.key) === 0) out[out.length - 1]!.push(item);
    else out.push([item]);
    before = item;
  }
  return out;
}

export function extreme(better: (order: number) => boolean): Form {
  return byKey((items) => {
    let best: Keyed | undefined;
    for (const item of items) if (!best || better(compare(item.key, best.key))) best = item;
    return best?.value ?? null;
  });
}
