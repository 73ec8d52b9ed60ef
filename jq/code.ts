/**
 * What a program is compiled to: closures that call back with each output.
 *
 * Invariants
 * 1. `emit` runs whatever comes after to its end before the next output is made, so an environment is never shared
 *    between two outputs, and nothing is computed that nobody asked for.
 * 2. A signal that is returned, by `emit` or by a part, goes up at once: a `Break` to its label, `TAIL` to the nearest
 *    `invoke`.
 * 3. `one` is there where a part has exactly one output (or raises): the fast way, without callbacks.
 * 4. `paths` gives with each output where it stands in the input; `UNTRACKED` where nobody wants to know.
 */
import type { Json } from '#contracts/json';
import { ascend, burn, descend } from '#jq/budget';
import type { Draft } from '#jq/paths';
import { raise, shown } from '#jq/values';

/** Variables, closures and labels in reach, innermost first. Never changed. */
export type Env = { readonly value: unknown; readonly up: Env } | null;

export class Break {}

interface TailCall {
  each: Each;
  input: Json;
  env: Env;
  emit: Emit;
}

export type Signal = Break | TailCall | undefined;
export type Emit = (value: Json) => Signal;
export type One = (input: Json, env: Env) => Json;
export type Each = (input: Json, env: Env, emit: Emit) => Signal;

/** Keys, the last first; `null` is the input itself. */
export type Path = { readonly key: Json; readonly up: Path } | null;
export type EmitPath = (path: Path, value: Json) => Signal;
export type Paths = (path: Path, input: Json, env: Env, emit: EmitPath) => Signal;

export const UNTRACKED: Path = { key: null, up: null };
/** The output is made, not found: it stands nowhere in the input. */
const NOWHERE: Path = { key: null, up: null };

/** Does to the draft's root what the part does to its input. For parts of one output that keep nothing of their input. */
export type InPlace = (draft: Draft, env: Env) => void;

export class Code {
  readonly each: Each;
  /** Lets a `reduce` change its state instead of copying it in each round. */
  inPlace: InPlace | undefined;
  private made: Paths | undefined;

  constructor(
    readonly one: One | undefined,
    each: Each | undefined,
    private readonly found: Paths | undefined,
    /** May give a `Break` that is not its own. */
    readonly breaks = false,
  ) {
    this.each = each ?? ((input, env, emit) => emit(one!(input, env)));
  }

  get paths(): Paths {
    if (this.found) return this.found;
    this.made ??= madePaths(this.each);
    return this.made;
  }
}

/** Exactly one output, made from the input. */
export function single(one: One, paths?: Paths): Code {
  return new Code(one, undefined, paths);
}

/** Any number of outputs. */
export function many(each: Each, paths: Paths | undefined, breaks: boolean): Code {
  return new Code(undefined, each, paths, breaks);
}

/** Any number of outputs, written once for values and paths. */
export function stream(paths: Paths, breaks: boolean): Code {
  return new Code(undefined, (input, env, emit) => paths(UNTRACKED, input, env, (_, value) => emit(value)), paths, breaks);
}

function madePaths(each: Each): Paths {
  return (path, input, env, emit) => {
    if (path === UNTRACKED) return each(input, env, (value) => emit(path, value));
    // A value that is the input itself, as of a variable, still stands where it stood.
    return each(input, env, (value) => emit(value === input && typeof value !== 'string' ? path : NOWHERE, value));
  };
}

/** The path of `value[key]`, `value` standing at `path`. */
export function stepInto(path: Path, key: Json, value: Json): Path {
  if (path === UNTRACKED) return path;
  if (path === NOWHERE) return raise(`Invalid path expression near attempt to access element ${shown(key)} of ${shown(value, 29)}`);
  return { key, up: path };
}

export function mayIterate(path: Path, value: Json): void {
  if (path === NOWHERE) raise(`Invalid path expression near attempt to iterate through ${shown(value)}`);
}

/** The keys of a path, the first first. */
export function keysOf(path: Path, value: Json): Json[] {
  if (path === NOWHERE) return raise(`Invalid path expression with result ${shown(value, 29)}`);
  const keys: Json[] = [];
  for (let at = path; at !== null; at = at.up) keys.push(at.key);
  burn(keys.length);
  return keys.reverse();
}

export interface Closure {
  code: Code;
  env: Env;
}

export function hop(env: Env, count: number): Env {
  let at = env;
  for (let i = count; i > 0; i--) at = at!.up;
  return at;
}

/** A call that is the last thing its caller does; one is under way at a time. */
const TAIL: TailCall = { each: () => undefined, input: null, env: null, emit: () => undefined };

export function tailCall(each: Each, input: Json, env: Env, emit: Emit): Signal {
  TAIL.each = each;
  TAIL.input = input;
  TAIL.env = env;
  TAIL.emit = emit;
  return TAIL;
}

/** Calls, and goes on with whatever is called in its stead, so that such calls need no stack. */
export function invoke(each: Each, input: Json, env: Env, emit: Emit): Signal {
  burn(1);
  descend();
  let signal = each(input, env, emit);
  while (signal === TAIL) {
    burn(1);
    signal = TAIL.each(TAIL.input, TAIL.env, TAIL.emit);
  }
  ascend();
  return signal;
}
