/** Forms about the outputs of a program: the first, the last, some of them, whether there are any, and their sum. */
import type { Json } from '#contracts/json';
import { add, concatText } from '#jq/arithmetic';
import { grow } from '#jq/budget';
import { count, type Form, folded, IDENTITY, ITEMS } from '#jq/builtins/form';
import { Break, type Env, many, type Path, type Paths, stream } from '#jq/code';
import { JqError } from '#jq/errors';
import { isObject, isTrue, put, raise } from '#jq/values';

export const empty: Form = () =>
  many(
    () => undefined,
    () => undefined,
    false,
  );

export const error: Form = ([message = IDENTITY]) =>
  many(
    (input, env) =>
      message.each(input, env, (value) => {
        throw new JqError(value);
      }),
    undefined,
    message.breaks,
  );

export const select: Form = ([test]) => {
  const { one } = test!;
  const paths: Paths = (path, input, env, emit) => test!.each(input, env, (value) => (isTrue(value) ? emit(path, input) : undefined));
  if (one) return many((input, env, emit) => (isTrue(one(input, env)) ? emit(input) : undefined), paths, false);
  return many((input, env, emit) => test!.each(input, env, (value) => (isTrue(value) ? emit(input) : undefined)), paths, test!.breaks);
};

export const first: Form = ([source]) =>
  stream((path, input, env, emit) => {
    const stop = new Break();
    let found: { at: Path; value: Json } | undefined;
    const signal = source!.paths(path, input, env, (at, value) => {
      found = { at, value };
      return stop;
    });
    if (signal && signal !== stop) return signal;
    return found ? emit(found.at, found.value) : undefined;
  }, source!.breaks);

export const last: Form = ([source]) =>
  stream((path, input, env, emit) => {
    let found: { at: Path; value: Json } | undefined;
    const signal = source!.paths(path, input, env, (at, value) => {
      found = { at, value };
      return undefined;
    });
    if (signal) return signal;
    // As a `reduce` from null.
    return emit(found?.at ?? path, found?.value ?? null);
  }, source!.breaks);

export const limit: Form = ([size, source]) =>
  stream(
    (path, input, env, emit) =>
      size!.each(input, env, (given) => {
        let left = count(given, 'limit');
        if (left === 0) return undefined;
        if (left < 0) return source!.paths(path, input, env, emit);
        const stop = new Break();
        const signal = source!.paths(path, input, env, (at, value) => {
          left--;
          return emit(at, value) ?? (left <= 0 ? stop : undefined);
        });
        return signal === stop ? undefined : signal;
      }),
    size!.breaks || source!.breaks,
  );

export const skip: Form = ([size, source]) =>
  stream(
    (path, input, env, emit) =>
      size!.each(input, env, (given) => {
        let left = count(given, 'skip');
        if (left < 0) return raise("skip doesn't support negative count");
        return source!.paths(path, input, env, (at, value) => (left-- > 0 ? undefined : emit(at, value)));
      }),
    size!.breaks || source!.breaks,
  );

export const nth: Form = ([index, source]) =>
  stream(
    (path, input, env, emit) =>
      index!.each(input, env, (given) => {
        let left = count(given, 'nth');
        if (left < 0) return raise("nth doesn't support negative indices");
        const stop = new Break();
        let found: { at: Path; value: Json } | undefined;
        const signal = source!.paths(path, input, env, (at, value) => {
          if (left-- > 0) return undefined;
          found = { at, value };
          return stop;
        });
        if (signal && signal !== stop) return signal;
        return found ? emit(found.at, found.value) : undefined;
      }),
    index!.breaks || source!.breaks,
  );

export const isEmpty: Form = ([source]) =>
  folded([source!], (input, env) => {
    const stop = new Break();
    const signal = source!.each(input, env, () => stop);
    return { value: signal !== stop, signal: signal === stop ? undefined : signal };
  });

/** `any` (wanted true) and `all` (wanted false): the first output of that truth decides. */
export function decided(wanted: boolean): Form {
  return (args) => {
    const [source, test] = args.length === 2 ? args : [ITEMS, args[0] ?? IDENTITY];
    return folded([source!, test!], (input, env) => {
      const stop = new Break();
      const signal = source!.each(input, env, (item) => test!.each(item, env, (value) => (isTrue(value) === wanted ? stop : undefined)));
      return { value: signal === stop ? wanted : !wanted, signal: signal === stop ? undefined : signal };
    });
  };
}

/** The sum of outputs; lists and objects are gathered in one that is ours. */
export const sum: Form = ([source = ITEMS]) =>
  folded([source], (input, env) => {
    let total: Json = null;
    let ours = false;
    const signal = source.each(input, env, (value) => {
      if (typeof total === 'string' && typeof value === 'string') total = concatText(total, value);
      else if (ours && Array.isArray(total) && Array.isArray(value)) {
        grow(8 * value.length);
        for (const item of value) total.push(item);
      } else if (ours && isObject(total) && isObject(value)) {
        for (const key of Object.keys(value)) {
          grow(24);
          put(total, key, value[key]!);
        }
      } else {
        ours = total !== null && value !== null && typeof value === 'object';
        total = add(total, value);
      }
      return undefined;
    });
    return { value: total, signal };
  });

/** The message is looked at by nobody here, but what makes it may fail. */
export const debug: Form = ([message]) => {
  if (!message) return IDENTITY;
  const ignored = (input: Json, env: Env) => message.each(input, env, () => undefined);
  return many(
    (input, env, emit) => ignored(input, env) ?? emit(input),
    (at, input, env, emit) => ignored(input, env) ?? emit(at, input),
    message.breaks,
  );
};
