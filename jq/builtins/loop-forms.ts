/** Forms that go on: from value to value, into values, and round after round. */
import type { Json, JsonObject } from '#contracts/json';
import { eachItemPath } from '#jq/access';
import { ascend, burn, descend, grow } from '#jq/budget';
import { breaksIn, type Form, IDENTITY } from '#jq/builtins/form';
import { map, mapValues } from '#jq/builtins/item-forms';
import { type Code, type Emit, type EmitPath, type Env, many, type Path, type Signal, single, stream } from '#jq/code';
import { JqError } from '#jq/errors';
import { isObject, isTrue, put, raise } from '#jq/values';

export const recurse: Form = ([each, condition]) => {
  if (!each) return stream(recurseItems, false);
  const next = condition ? filtered(each, condition) : each;
  return stream((path, input, env, emit) => recurseBy(next, path, input, env, emit), next.breaks);
};

function filtered(source: Code, condition: Code): Code {
  return stream(
    (path, input, env, emit) => source.paths(path, input, env, (at, value) => condition.each(value, env, (yes) => (isTrue(yes) ? emit(at, value) : undefined))),
    source.breaks || condition.breaks,
  );
}

export function recurseItems(path: Path, input: Json, _env: Env, emit: EmitPath): Signal {
  burn(1);
  const signal = emit(path, input);
  if (signal || typeof input !== 'object' || input === null) return signal;
  descend();
  const inner = eachItemPath(path, input, (at, value) => recurseItems(at, value, null, emit));
  ascend();
  return inner;
}

/**
 * Emits, then goes on with each output of `next`. The last output is held back and gone on with in a loop, so that a
 * chain needs no stack; what happens after it, an error or a break, happens after its turn.
 */
function recurseBy(next: Code, path: Path, input: Json, env: Env, emit: EmitPath): Signal {
  let [at, value] = [path, input];
  while (true) {
    burn(1);
    const signal = emit(at, value);
    if (signal) return signal;
    let held = false;
    let [heldPath, heldValue] = [at, value];
    let after: Signal;
    let raised: JqError | undefined;
    descend();
    try {
      after = next.paths(at, value, env, (toPath, to) => {
        if (held) {
          const inner = recurseBy(next, heldPath, heldValue, env, emit);
          if (inner) return inner;
        }
        held = true;
        [heldPath, heldValue] = [toPath, to];
        return undefined;
      });
    } catch (error) {
      if (!held || !(error instanceof JqError)) throw error;
      raised = error;
    }
    ascend();
    if (!held) return after;
    if (!after && !raised) {
      [at, value] = [heldPath, heldValue];
      continue;
    }
    const inner = recurseBy(next, heldPath, heldValue, env, emit);
    if (inner) return inner;
    if (raised) throw raised;
    return after;
  }
}

export const range: Form = (args) => {
  const [from, to, by] = args.length === 1 ? [single(() => 0), args[0]!, undefined] : args;
  const run = (start: Json, end: Json, step: Json, emit: Emit): Signal => {
    if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') return raise('Range bounds must be numeric');
    if (step > 0) {
      for (let at = start; at < end; at += step) {
        burn(1);
        const signal = emit(at);
        if (signal) return signal;
      }
    } else if (step < 0) {
      for (let at = start; at > end; at += step) {
        burn(1);
        const signal = emit(at);
        if (signal) return signal;
      }
    }
    return undefined;
  };
  const { one: first } = from!;
  const { one: last } = to!;
  if (first && last && !by) return many((input, env, emit) => run(first(input, env), last(input, env), 1, emit), undefined, false);
  return many(
    (input, env, emit) =>
      from!.each(input, env, (start) =>
        to!.each(input, env, (end) => (by ? by.each(input, env, (step) => run(start, end, step, emit)) : run(start, end, 1, emit))),
      ),
    undefined,
    breaksIn(args),
  );
};

export const until: Form = ([test, next]) => {
  const [done, step] = [test!.one, next!.one];
  if (done && step) {
    return single(
      (input, env) => {
        let value = input;
        for (; !isTrue(done(value, env)); value = step(value, env)) burn(1);
        return value;
      },
      (path, input, env, emit) => untilBy(test!, next!, path, input, env, emit),
    );
  }
  return stream((path, input, env, emit) => untilBy(test!, next!, path, input, env, emit), breaksIn([test!, next!]));
};

function untilBy(test: Code, next: Code, path: Path, input: Json, env: Env, emit: EmitPath): Signal {
  burn(1);
  descend();
  const signal = test.each(input, env, (done) =>
    isTrue(done) ? emit(path, input) : next.paths(path, input, env, (at, value) => untilBy(test, next, at, value, env, emit)),
  );
  ascend();
  return signal;
}

/** `while(test; next)`: emits as long as the test holds. */
export const whileLoop: Form = ([test, next]) => {
  const body = filtered(IDENTITY, test!);
  const step = stream((path, input, env, emit) => next!.paths(path, input, env, (at, value) => body.paths(at, value, env, emit)), breaksIn([test!, next!]));
  return stream((path, input, env, emit) => body.paths(path, input, env, (at, value) => recurseBy(step, at, value, env, emit)), step.breaks);
};

/** `f` again and again on the same input. */
export const repeat: Form = ([source]) =>
  stream((path, input, env, emit) => {
    while (true) {
      burn(1);
      const signal = source!.paths(path, input, env, emit);
      if (signal) return signal;
    }
  }, source!.breaks);

export const walk: Form = ([each]) => {
  const { one } = each!;
  if (one) {
    const run = (value: Json, env: Env): Json => {
      burn(1);
      descend();
      let inner = value;
      if (Array.isArray(value)) {
        grow(32 + 8 * value.length);
        inner = value.map((item) => run(item, env));
      } else if (isObject(value)) {
        const made: JsonObject = {};
        for (const key of Object.keys(value)) {
          grow(24);
          put(made, key, run(value[key]!, env));
        }
        inner = made;
      }
      ascend();
      return one(inner, env);
    };
    return single((input, env) => run(input, env));
  }
  const self: Code = many((input, env, emit) => inner(input, env, emit), undefined, each!.breaks);
  const inside: { array: Code; object: Code } = { array: map([self]), object: mapValues([self]) };
  const inner = (input: Json, env: Env, emit: Emit): Signal => {
    descend();
    const finish = (value: Json) => each!.each(value, env, emit);
    const signal = Array.isArray(input) ? inside.array.each(input, env, finish) : isObject(input) ? inside.object.each(input, env, finish) : finish(input);
    ascend();
    return signal;
  };
  return self;
};
