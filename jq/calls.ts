/** Calls: of a parameter, of a function of the program, of a builtin. */
import type { Json } from '#contracts/json';
import { burn, grow } from '#jq/budget';
import { type Closure, type Code, type Each, type Emit, type Env, hop, invoke, many, type One, type Paths, type Signal, single, tailCall } from '#jq/code';
import type { CompiledFunction } from '#jq/scope';

export function closureCall(hops: number): Code {
  return many(
    (input, env, emit) => {
      const { code, env: own } = hop(env, hops)!.value as Closure;
      return invoke(code.each, input, own, emit);
    },
    (path, input, env, emit) => {
      const { code, env: own } = hop(env, hops)!.value as Closure;
      return invoke((value, at) => code.paths(path, value, at, emit), input, own, IGNORED);
    },
    true,
  );
}

const IGNORED: Emit = () => undefined;

export function functionCall(fn: CompiledFunction, hops: number, args: readonly Code[], tail: boolean): Code {
  const closures = (env: Env): Env => {
    // Paid for, since calls without a stack may add to the environment for ever.
    grow(64 * args.length);
    let inner = hop(env, hops);
    for (const code of args) inner = { value: { code, env } satisfies Closure, up: inner };
    return inner;
  };
  const values = args.filter((_, index) => fn.params[index]!.startsWith('$'));
  const singles = values.map((value) => value.one!);
  const plain = singles.every((one) => one !== undefined);
  /** The environment of the body, where each value has one output. */
  const enter = (input: Json, env: Env): Env => {
    let inner = closures(env);
    for (const one of singles) inner = { value: one(input, env), up: inner };
    return inner;
  };
  const eachEnvironment = (index: number, input: Json, env: Env, inner: Env, next: (env: Env) => Signal): Signal => {
    const value = values[index];
    if (!value) return next(inner);
    return value.each(input, env, (output) => eachEnvironment(index + 1, input, env, { value: output, up: inner }, next));
  };
  const paths: Paths = (path, input, env, emit) =>
    eachEnvironment(0, input, env, closures(env), (inner) => invoke((value, at) => fn.code!.paths(path, value, at, emit), input, inner, IGNORED));
  const breaks = fn.code === undefined || fn.code.breaks || args.some((arg) => arg.breaks);
  const one = fn.code?.one;
  if (plain && one) {
    return single((input, env) => {
      burn(1);
      return one(input, enter(input, env));
    }, paths);
  }
  const each: Each = (input, env, emit) => fn.code!.each(input, env, emit);
  if (plain && tail) return many((input, env, emit) => tailCall(each, input, enter(input, env), emit), paths, breaks);
  if (plain) return many((input, env, emit) => invoke(each, input, enter(input, env), emit), paths, breaks);
  return many((input, env, emit) => eachEnvironment(0, input, env, closures(env), (inner) => invoke(each, input, inner, emit)), paths, breaks);
}

export function nativeCall(native: (input: Json, ...args: Json[]) => Json, args: readonly Code[]): Code {
  const [first, second] = args;
  const singles = args.map((arg) => arg.one!);
  if (singles.every((one) => one !== undefined)) {
    if (!first)
      return single((input) => {
        burn(1);
        return native(input);
      });
    const [a, b] = singles as One[];
    if (args.length === 1)
      return single((input, env) => {
        burn(1);
        return native(input, a!(input, env));
      });
    if (args.length === 2 && second)
      return single((input, env) => {
        burn(1);
        return native(input, a!(input, env), b!(input, env));
      });
    return single((input, env) => {
      burn(1);
      return native(input, ...singles.map((one) => one(input, env)));
    });
  }
  const each = (index: number, input: Json, env: Env, values: Json[], emit: Emit): Signal => {
    if (index < 0) return emit(native(input, ...values));
    return args[index]!.each(input, env, (value) => each(index - 1, input, env, [value, ...values], emit));
  };
  return many(
    (input, env, emit) => {
      burn(1);
      return each(args.length - 1, input, env, [], emit);
    },
    undefined,
    args.some((arg) => arg.breaks),
  );
}
