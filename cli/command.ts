/** What a command of the command line is: how it is called, and what it may touch. */
import type { ParseArgsOptionDescriptor } from 'node:util';

/** Exit codes: as most tools have them. */
export const OK = 0;
export const FAILED = 1;
export const MISUSED = 2;

/** Everything outside of the process, handed in, so that a command can be run in a test. */
export interface Surroundings {
  /** A line of the result; goes to standard output. */
  out(line: string): void;
  /** A line about the result, or about what went wrong; goes to standard error. */
  note(line: string): void;
  env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  cwd: string;
  /** Whether standard output takes colours. */
  colours: boolean;
  /** Asks whoever sits at the terminal; absent where nobody does. */
  ask?(question: string): Promise<boolean>;
}

export type Option = ParseArgsOptionDescriptor & { about: string } & (
    | {
        type: 'string';
        /** What stands behind the option in the help: `--wait DURATION`. */
        value: string;
      }
    /** It is given, or it is not. */
    | { type: 'boolean' }
  );

export interface Given {
  positionals: readonly string[];
  /** One without a value is `''` where it is given. */
  options: Readonly<Record<string, string | undefined>>;
}

export interface Command {
  name: string;
  summary: string;
  /** Names of the positional arguments, in order; the last may end in `...`, or stand in brackets: it may be left out. */
  positionals: readonly string[];
  options: Readonly<Record<string, Option>>;
  /** Answers the exit code. Throws Misuse or Failure. */
  run(given: Given, around: Surroundings): Promise<number>;
}

/** The call is wrong: the help of the command is shown with it, and the exit code is 2. */
export class Misuse extends Error {}

/** It could not be done: the message says why and what to do, without a stack; the exit code is 1. */
export class Failure extends Error {}
