/**
 * Parts from parts: what a program does with the outputs of what it is made of, whatever that is. Where several inputs each
 * have several outputs, the order is jq's, as `compile` has it.
 */
import type { Json, JsonObject } from '#contracts/json';
import { burn, depthMark, grow, returnTo } from '#jq/budget';
import { keyText } from '#jq/builtins/entries';
import { type Code, type Emit, type Env, many, type Paths, type Signal, single, stream } from '#jq/code';
import { JqError } from '#jq/errors';
import { isTrue, put } from '#jq/values';

/** One output for each of the part's. */
export function mapped(part: Code, change: (value: Json) => Json): Code {
  const { one } = part;
  if (one) return single((input, env) => change(one(input, env)));
  return many((input, env, emit) => part.each(input, env, (value) => emit(change(value))), undefined, part.breaks);
}

export function combined(left: Code, right: Code, combine: (a: Json, b: Json) => Json): Code {
  if (left.one && right.one) {
    const [first, second] = [left.one, right.one];
    return single((input, env) => {
      burn(1);
      const b = second(input, env);
      return combine(first(input, env), b);
    });
  }
  return many((input, env, emit) => right.each(input, env, (b) => left.each(input, env, (a) => emit(combine(a, b)))), undefined, left.breaks || right.breaks);
}

export function collected(body: Code): Code {
  const gather = (input: Json, env: Env, out: Json[]): Signal => {
    grow(32);
    return body.each(input, env, (value) => {
      grow(8);
      out.push(value);
      return undefined;
    });
  };
  if (body.breaks) {
    return many(
      (input, env, emit) => {
        const out: Json[] = [];
        return gather(input, env, out) ?? emit(out);
      },
      undefined,
      true,
    );
  }
  return single((input, env) => {
    const out: Json[] = [];
    gather(input, env, out);
    return out;
  });
}

export function object(entries: { key: Code; value: Code }[]): Code {
  const ones = entries.map(({ key, value }) => ({ key: key.one!, value: value.one! }));
  if (entries.every(({ key, value }) => key.one !== undefined && value.one !== undefined)) {
    return single((input, env) => {
      grow(32 + 24 * ones.length);
      const out: JsonObject = {};
      for (let i = 0; i < ones.length; i++) {
        const { key, value } = ones[i]!;
        put(out, keyText(key(input, env)), value(input, env));
      }
      return out;
    });
  }
  const fill = (index: number, made: JsonObject, input: Json, env: Env, emit: Emit): Signal => {
    const entry = entries[index];
    if (!entry) return emit(made);
    return entry.key.each(input, env, (key) =>
      entry.value.each(input, env, (value) => {
        grow(32 + 24 * entries.length);
        const next = { ...made };
        put(next, keyText(key), value);
        return fill(index + 1, next, input, env, emit);
      }),
    );
  };
  return many(
    (input, env, emit) => fill(0, {}, input, env, emit),
    undefined,
    entries.some(({ key, value }) => key.breaks || value.breaks),
  );
}

export function comma(left: Code, right: Code): Code {
  const paths: Paths = (path, input, env, emit) => left.paths(path, input, env, emit) ?? right.paths(path, input, env, emit);
  return many((input, env, emit) => left.each(input, env, emit) ?? right.each(input, env, emit), paths, left.breaks || right.breaks);
}

export function logic(and: boolean, left: Code, right: Code): Code {
  if (left.one && right.one) {
    const [first, second] = [left.one, right.one];
    if (and) return single((input, env) => isTrue(first(input, env)) && isTrue(second(input, env)));
    return single((input, env) => isTrue(first(input, env)) || isTrue(second(input, env)));
  }
  return many(
    (input, env, emit) => left.each(input, env, (value) => (isTrue(value) === and ? right.each(input, env, (other) => emit(isTrue(other))) : emit(!and))),
    undefined,
    left.breaks || right.breaks,
  );
}

/** The true outputs of the left; if there are none, those of the right. Errors are errors, as in jq. */
export function alternative(left: Code, right: Code): Code {
  const paths: Paths = (path, input, env, emit) => {
    let found = false;
    const signal = left.paths(path, input, env, (at, value) => {
      if (!isTrue(value)) return undefined;
      found = true;
      return emit(at, value);
    });
    return signal ?? (found ? undefined : right.paths(path, input, env, emit));
  };
  if (left.one && right.one) {
    const [first, second] = [left.one, right.one];
    return single((input, env) => {
      const value = first(input, env);
      return isTrue(value) ? value : second(input, env);
    }, paths);
  }
  return stream(paths, left.breaks || right.breaks);
}

export function attempt(body: Code, handler: Code | undefined): Code {
  return stream(
    (path, input, env, emit) => {
      let outside = false;
      let raised: JqError;
      const mark = depthMark();
      try {
        return body.paths(path, input, env, (at, value) => {
          outside = true;
          const signal = emit(at, value);
          outside = false;
          return signal;
        });
      } catch (error) {
        if (outside || !(error instanceof JqError)) throw error;
        raised = error;
        returnTo(mark);
      }
      return handler?.paths(path, raised.value, env, emit);
    },
    body.breaks || handler?.breaks === true,
  );
}
