/** What forms are made of: functions whose arguments are programs, called as often as the form wants. */
import type { Json } from '#contracts/json';
import { eachItemPath } from '#jq/access';
import { grow } from '#jq/budget';
import { type Code, type Env, many, type Signal, single, stream } from '#jq/code';
import { raise } from '#jq/values';

export type Form = (args: readonly Code[]) => Code;

export function breaksIn(args: readonly Code[]): boolean {
  return args.some((arg) => arg.breaks);
}

/** Exactly one output, made by walking the outputs of arguments; `run` may be left by a signal. */
export function folded(args: readonly Code[], run: (input: Json, env: Env, args: readonly Code[]) => { value: Json; signal: Signal }): Code {
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
export function gathered(code: Code, input: Json, env: Env, out: Json[]): Signal {
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

export const IDENTITY = single(
  (input) => input,
  (path, input, _env, emit) => emit(path, input),
);

export const ITEMS = stream((path, input, _env, emit) => eachItemPath(path, input, emit), false);

export function count(value: Json, name: string): number {
  return typeof value === 'number' ? value : raise(`${name} needs a number`);
}
