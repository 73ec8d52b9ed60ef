/** `.key`, `.[key]`, `.[from:to]`, `.[]`: values and their paths. */
import type { Json } from '#contracts/json';
import { burn } from '#jq/budget';
import { type Code, type Emit, type EmitPath, many, mayIterate, type One, type Path, type Paths, type Signal, single, stepInto, UNTRACKED } from '#jq/code';
import { getKey, sliced } from '#jq/paths';
import { described, isObject, raise } from '#jq/values';

/** A field whose name is known. */
export function fieldAccess(target: Code, key: string): Code {
  const paths: Paths = (path, input, env, emit) => target.paths(path, input, env, (at, value) => emit(stepInto(at, key, value), getKey(value, key)));
  // A name that no prototype has can be read without asking whose it is.
  const read: (value: Json) => Json =
    key in Object.prototype
      ? (value) => getKey(value, key)
      : (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value[key] ?? null) : getKey(value, key));
  const { one } = target;
  if (one) return single((input, env) => read(one(input, env)), paths);
  return many((input, env, emit) => target.each(input, env, (value) => emit(read(value))), paths, target.breaks);
}

export function indexAccess(target: Code, key: Code): Code {
  const paths: Paths = (path, input, env, emit) =>
    key.each(input, env, (index) => target.paths(path, input, env, (at, value) => emit(stepInto(at, index, value), getKey(value, index))));
  if (target.one && key.one) {
    const [base, index] = [target.one, key.one];
    return single((input, env) => {
      burn(1);
      const at = index(input, env);
      return getKey(base(input, env), at);
    }, paths);
  }
  return many(
    (input, env, emit) => key.each(input, env, (index) => target.each(input, env, (value) => emit(getKey(value, index)))),
    paths,
    target.breaks || key.breaks,
  );
}

export function sliceAccess(target: Code, from: Code, to: Code): Code {
  const paths: Paths = (path, input, env, emit) =>
    from.each(input, env, (start) =>
      to.each(input, env, (end) => target.paths(path, input, env, (at, value) => emit(stepInto(at, { start, end }, value), sliced(value, start, end)))),
    );
  if (target.one && from.one && to.one) {
    const [base, first, last]: One[] = [target.one, from.one, to.one];
    return single((input, env) => {
      const [start, end] = [first!(input, env), last!(input, env)];
      return sliced(base!(input, env), start, end);
    }, paths);
  }
  return many(
    (input, env, emit) => from.each(input, env, (start) => to.each(input, env, (end) => target.each(input, env, (value) => emit(sliced(value, start, end))))),
    paths,
    target.breaks || from.breaks || to.breaks,
  );
}

export function iteration(target: Code): Code {
  const paths: Paths = (path, input, env, emit) => target.paths(path, input, env, (at, value) => eachItemPath(at, value, emit));
  const { one } = target;
  if (one) return many((input, env, emit) => eachItem(one(input, env), emit), paths, false);
  return many((input, env, emit) => target.each(input, env, (value) => eachItem(value, emit)), paths, target.breaks);
}

export function eachItem(value: Json, emit: Emit): Signal {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      burn(1);
      const signal = emit(value[i]!);
      if (signal) return signal;
    }
    return undefined;
  }
  for (const key of Object.keys(iterable(value))) {
    burn(1);
    const signal = emit((value as { [key: string]: Json })[key]!);
    if (signal) return signal;
  }
  return undefined;
}

export function eachItemPath(path: Path, value: Json, emit: EmitPath): Signal {
  if (path === UNTRACKED) return eachItem(value, (item) => emit(path, item));
  mayIterate(path, value);
  const keys = Array.isArray(value) ? value.keys() : Object.keys(iterable(value));
  for (const key of keys) {
    burn(1);
    const signal = emit({ key, up: path }, (value as { [key: string]: Json })[key]!);
    if (signal) return signal;
  }
  return undefined;
}

function iterable(value: Json) {
  return isObject(value) ? value : raise(`Cannot iterate over ${described(value)}`);
}
