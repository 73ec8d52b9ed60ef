/** Forms about paths: where outputs stand, and what is read, taken out and kept there. */
import type { Json } from '#contracts/json';
import { type Form, folded } from '#jq/builtins/form';
import { recurseItems } from '#jq/builtins/loop-forms';
import { keysOf, many, type Path, type Paths, single, stepInto } from '#jq/code';
import { deletePaths, getPath, setPath } from '#jq/paths';
import { isTrue, raise } from '#jq/values';

export const path: Form = ([source]) =>
  many((input, env, emit) => source!.paths(null, input, env, (at, value) => emit(keysOf(at, value))), undefined, source!.breaks);

export const paths: Form = ([test]) =>
  many(
    (input, env, emit) =>
      recurseItems(null, input, null, (at, value) => {
        if (at === null) return undefined;
        if (!test) return emit(keysOf(at, value));
        return test.each(value, env, (yes) => (isTrue(yes) ? emit(keysOf(at, value)) : undefined));
      }),
    undefined,
    test?.breaks ?? false,
  );

function listed(value: Json): Json[] {
  return Array.isArray(value) ? value : raise('Path must be specified as an array');
}

export const getpath: Form = ([keys]) => {
  const way: Paths = (at, input, env, emit) =>
    keys!.each(input, env, (given) => {
      const value = getPath(input, listed(given));
      return emit(
        listed(given).reduce<Path>((up, key) => stepInto(up, key, input), at),
        value,
      );
    });
  const { one } = keys!;
  if (one) return single((input, env) => getPath(input, listed(one(input, env))), way);
  return many((input, env, emit) => keys!.each(input, env, (given) => emit(getPath(input, listed(given)))), way, keys!.breaks);
};

export const del: Form = ([source]) =>
  folded([source!], (input, env) => {
    const gone: Json[] = [];
    const signal = source!.paths(null, input, env, (at, value) => {
      gone.push(keysOf(at, value));
      return undefined;
    });
    return { value: deletePaths(input, gone), signal };
  });

export const pick: Form = ([source]) =>
  folded([source!], (input, env) => {
    let out: Json = null;
    const signal = source!.paths(null, input, env, (at, value) => {
      const keys = keysOf(at, value);
      out = setPath(out, keys, getPath(input, keys));
      return undefined;
    });
    return { value: out, signal };
  });
