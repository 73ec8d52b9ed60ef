/**
 * Builtins whose arguments are programs of their own: they run when and as often as the builtin asks. What stands here
 * in place of a definition in jq itself does so for speed, or to loop without a stack.
 */
import type { Json, JsonObject } from '#contracts/json';
import { eachItem, eachItemPath } from '#jq/access';
import { add, concatText } from '#jq/arithmetic';
import { firstOutput } from '#jq/assignment';
import { ascend, burn, descend, grow } from '#jq/budget';
import { fromEntries, toEntries } from '#jq/builtins/entries';
import { Break, type Code, type Emit, type EmitPath, type Env, keysOf, many, type Path, type Paths, type Signal, single, stepInto, stream } from '#jq/code';
import { JqError } from '#jq/errors';
import { deletePaths, getPath, setPath } from '#jq/paths';
import { compare, described, isObject, isTrue, put, raise } from '#jq/values';

type Form = (args: readonly Code[]) => Code;

function breaksIn(args: readonly Code[]): boolean {
  return args.some((arg) => arg.breaks);
}

/** Exactly one output, made by walking the outputs of arguments; `run` may be left by a signal. */
function folded(args: readonly Code[], run: (input: Json, env: Env, args: readonly Code[]) => { value: Json; signal: Signal }): Code {
  if (!breaksIn(args)) return single((input, env) => run(input, env, args).value);
  return many(
    (input, env, emit) => {
      const { value, signal } = run(input, env, args);
      return signal ?? emit(value);
    },
    undefined,
    true,
  );
}

/** The outputs of `code` as a list. */
function gathered(code: Code, input: Json, env: Env, out: Json[]): Signal {
  if (code.one) {
    grow(8);
    out.push(code.one(input, env));
    return undefined;
  }
  return code.each(input, env, (value) => {
    grow(8);
    out.push(value);
    return undefined;
  });
}

const IDENTITY = single(
  (input) => input,
  (path, input, _env, emit) => emit(path, input),
);

const ITEMS = stream((path, input, _env, emit) => eachItemPath(path, input, emit), false);

const empty: Form = () =>
  many(
    () => undefined,
    () => undefined,
    false,
  );

const error: Form = ([message = IDENTITY]) =>
  many(
    (input, env) =>
      message.each(input, env, (value) => {
        throw new JqError(value);
      }),
    undefined,
    message.breaks,
  );

const select: Form = ([test]) => {
  const { one } = test!;
  const paths: Paths = (path, input, env, emit) => test!.each(input, env, (value) => (isTrue(value) ? emit(path, input) : undefined));
  if (one) return many((input, env, emit) => (isTrue(one(input, env)) ? emit(input) : undefined), paths, false);
  return many((input, env, emit) => test!.each(input, env, (value) => (isTrue(value) ? emit(input) : undefined)), paths, test!.breaks);
};

const map: Form = ([each]) =>
  folded([each!], (input, env) => {
    const out: Json[] = [];
    grow(32);
    const signal = eachItem(input, (item) => gathered(each!, item, env, out));
    return { value: out, signal };
  });

/** Each value by the first output of `f`; without one it goes. */
const mapValues: Form = ([each]) =>
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

const recurse: Form = ([each, condition]) => {
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

function recurseItems(path: Path, input: Json, _env: Env, emit: EmitPath): Signal {
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

const range: Form = (args) => {
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

const first: Form = ([source]) =>
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

const last: Form = ([source]) =>
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

function count(value: Json, name: string): number {
  return typeof value === 'number' ? value : raise(`${name} needs a number`);
}

const limit: Form = ([size, source]) =>
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

const skip: Form = ([size, source]) =>
  stream(
    (path, input, env, emit) =>
      size!.each(input, env, (given) => {
        let left = count(given, 'skip');
        if (left < 0) return raise("skip doesn't support negative count");
        return source!.paths(path, input, env, (at, value) => (left-- > 0 ? undefined : emit(at, value)));
      }),
    size!.breaks || source!.breaks,
  );

const nth: Form = ([index, source]) =>
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

const until: Form = ([test, next]) => {
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
const whileLoop: Form = ([test, next]) => {
  const body = filtered(IDENTITY, test!);
  const step = stream((path, input, env, emit) => next!.paths(path, input, env, (at, value) => body.paths(at, value, env, emit)), breaksIn([test!, next!]));
  return stream((path, input, env, emit) => body.paths(path, input, env, (at, value) => recurseBy(step, at, value, env, emit)), step.breaks);
};

const isEmpty: Form = ([source]) =>
  folded([source!], (input, env) => {
    const stop = new Break();
    const signal = source!.each(input, env, () => stop);
    return { value: signal !== stop, signal: signal === stop ? undefined : signal };
  });

/** `any` (wanted true) and `all` (wanted false): the first output of that truth decides. */
function decided(wanted: boolean): Form {
  return (args) => {
    const [source, test] = args.length === 2 ? args : [ITEMS, args[0] ?? IDENTITY];
    return folded([source!, test!], (input, env) => {
      const stop = new Break();
      const signal = source!.each(input, env, (item) => test!.each(item, env, (value) => (isTrue(value) === wanted ? stop : undefined)));
      return { value: signal === stop ? wanted : !wanted, signal: signal === stop ? undefined : signal };
    });
  };
}

/** `f` again and again on the same input. */
const repeat: Form = ([source]) =>
  stream((path, input, env, emit) => {
    while (true) {
      burn(1);
      const signal = source!.paths(path, input, env, emit);
      if (signal) return signal;
    }
  }, source!.breaks);

/** The sum of outputs; lists and objects are gathered in one that is ours. */
const sum: Form = ([source = ITEMS]) =>
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

const path: Form = ([source]) => many((input, env, emit) => source!.paths(null, input, env, (at, value) => emit(keysOf(at, value))), undefined, source!.breaks);

const paths: Form = ([test]) =>
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

const getpath: Form = ([keys]) => {
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

const del: Form = ([source]) =>
  folded([source!], (input, env) => {
    const gone: Json[] = [];
    const signal = source!.paths(null, input, env, (at, value) => {
      gone.push(keysOf(at, value));
      return undefined;
    });
    return { value: deletePaths(input, gone), signal };
  });

const pick: Form = ([source]) =>
  folded([source!], (input, env) => {
    let out: Json = null;
    const signal = source!.paths(null, input, env, (at, value) => {
      const keys = keysOf(at, value);
      out = setPath(out, keys, getPath(input, keys));
      return undefined;
    });
    return { value: out, signal };
  });

const withEntries: Form = ([each]) =>
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

function byKey(finish: (items: Keyed[]) => Json): Form {
  return ([by]) =>
    folded([by!], (input, env) => {
      const { items, signal } = keyed(by!, input, env);
      return { value: signal ? null : finish(items), signal };
    });
}

function inOrder(items: Keyed[]): Keyed[] {
  return items.sort((a, b) => compare(a.key, b.key));
}

function groups(items: Keyed[]): Keyed[][] {
  const out: Keyed[][] = [];
  let before: Keyed | undefined;
  for (const item of inOrder(items)) {
    if (before && compare(before.key, item.key) === 0) out[out.length - 1]!.push(item);
    else out.push([item]);
    before = item;
  }
  return out;
}

function extreme(better: (order: number) => boolean): Form {
  return byKey((items) => {
    let best: Keyed | undefined;
    for (const item of items) if (!best || better(compare(item.key, best.key))) best = item;
    return best?.value ?? null;
  });
}

const walk: Form = ([each]) => {
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

/** The message is looked at by nobody here, but what makes it may fail. */
const debug: Form = ([message]) => {
  if (!message) return IDENTITY;
  const ignored = (input: Json, env: Env) => message.each(input, env, () => undefined);
  return many(
    (input, env, emit) => ignored(input, env) ?? emit(input),
    (at, input, env, emit) => ignored(input, env) ?? emit(at, input),
    message.breaks,
  );
};

export const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['empty/0', empty],
  ['error/0', error],
  ['error/1', error],
  ['not/0', () => single((input) => !isTrue(input))],
  ['select/1', select],
  ['map/1', map],
  ['map_values/1', mapValues],
  ['recurse/0', recurse],
  ['recurse/1', recurse],
  ['recurse/2', recurse],
  ['range/1', range],
  ['range/2', range],
  ['range/3', range],
  ['first/1', first],
  ['last/1', last],
  ['limit/2', limit],
  ['skip/2', skip],
  ['nth/2', nth],
  ['until/2', until],
  ['while/2', whileLoop],
  ['repeat/1', repeat],
  ['isempty/1', isEmpty],
  ['any/0', decided(true)],
  ['any/1', decided(true)],
  ['any/2', decided(true)],
  ['all/0', decided(false)],
  ['all/1', decided(false)],
  ['all/2', decided(false)],
  ['add/0', sum],
  ['add/1', sum],
  ['path/1', path],
  ['paths/0', paths],
  ['paths/1', paths],
  ['getpath/1', getpath],
  ['del/1', del],
  ['pick/1', pick],
  ['with_entries/1', withEntries],
  ['sort_by/1', byKey((items) => inOrder(items).map(({ value }) => value))],
  ['group_by/1', byKey((items) => groups(items).map((group) => group.map(({ value }) => value)))],
  ['unique_by/1', byKey((items) => groups(items).map(([one]) => one!.value))],
  ['min_by/1', extreme((order) => order < 0)],
  ['max_by/1', extreme((order) => order >= 0)],
  ['walk/1', walk],
  ['debug/0', debug],
  ['debug/1', debug],
  ['stderr/0', debug],
]);
