/** `=`, `|=`, `+=` and the like: for each path of the left side a write, all in one copy. */
import type { Json } from '#contracts/json';
import { ARITHMETIC } from '#jq/arithmetic';
import type { Arithmetic, Assignment } from '#jq/ast';
import { Break, type Code, type Env, keysOf, many, type Signal, single } from '#jq/code';
import { Draft, deletePaths } from '#jq/paths';
import { isTrue } from '#jq/values';

/** `closed`: the right side does not look at the input. */
export function assignment(op: Assignment, left: Code, right: Code, closed: boolean): Code {
  const code = assigned(op, left, right);
  const value = right.one;
  // With more than one path, the later ones would be looked for in what the first had changed.
  if (!left.one || !value || (op !== '|=' && !closed)) return code;
  const change = op === '|=' ? value : undefined;
  const combine = op === '|=' ? undefined : changeBy(op);
  code.inPlace = (draft, env) => {
    left.paths(null, draft.root, env, (path, found) => {
      const keys = keysOf(path, found);
      const old = draft.get(keys);
      draft.set(keys, change ? change(old, env) : combine!(old, value(null, env)));
      return undefined;
    });
  };
  return code;
}

function assigned(op: Assignment, left: Code, right: Code): Code {
  const breaks = left.breaks || right.breaks;
  if (op === '|=') {
    const run = (input: Json, env: Env) => updated(left, input, env, (value) => firstOutput(right, value, env));
    if (!breaks) return single((input, env) => run(input, env).value);
    return many(
      (input, env, emit) => {
        const { signal, value } = run(input, env);
        return signal ?? emit(value);
      },
      undefined,
      true,
    );
  }
  // The right side sees the whole input, and each of its outputs gives a result.
  const change = changeBy(op);
  const assign = (input: Json, env: Env, given: Json) => updated(left, input, env, (value) => ({ value: change(value, given), signal: undefined }));
  if (right.one && !breaks) {
    const value = right.one;
    return single((input, env) => assign(input, env, value(input, env)).value);
  }
  return many(
    (input, env, emit) =>
      right.each(input, env, (given) => {
        const { signal, value } = assign(input, env, given);
        return signal ?? emit(value);
      }),
    undefined,
    breaks,
  );
}

function changeBy(op: Exclude<Assignment, '|='>): (value: Json, given: Json) => Json {
  if (op === '=') return (_, given) => given;
  if (op === '//=') return (value, given) => (isTrue(value) ? value : given);
  return ARITHMETIC[op[0] as Arithmetic];
}

/** A value to write, or none to delete what stands there; or a signal to give up. */
interface Change {
  value: Json | undefined;
  signal: Signal;
}

function updated(left: Code, input: Json, env: Env, change: (value: Json) => Change): { value: Json; signal: Signal } {
  const draft = new Draft(input);
  const gone: Json[][] = [];
  const signal = left.paths(null, input, env, (path, found) => {
    const keys = keysOf(path, found);
    const { value, signal: inner } = change(draft.get(keys));
    if (inner) return inner;
    if (value === undefined) gone.push(keys);
    else draft.set(keys, value);
    return undefined;
  });
  return { value: gone.length === 0 ? draft.root : deletePaths(draft.root, gone), signal };
}

export function firstOutput(code: Code, input: Json, env: Env): Change {
  if (code.one) return { value: code.one(input, env), signal: undefined };
  const stop = new Break();
  let value: Json | undefined;
  const signal = code.each(input, env, (output) => {
    value = output;
    return stop;
  });
  return { value, signal: signal === stop ? undefined : signal };
}
