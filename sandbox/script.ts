/**
 * Scripts of tenants, in an engine of their own.
 *
 * Invariants
 * 1. A script reaches its input and the language; no network, file, clock, chance, secret, or object of this side.
 * 2. Nothing of a run is there in another: a context belongs to one owner and one script, its built-in objects are frozen,
 *    the script's own functions are made anew for each run, and a context with anything left to do is thrown away.
 * 3. Only text crosses the border: JSON in, JSON out.
 * 4. A run ends: at its time, counted in steps too where the clock stands still during a turn, and at its memory. The
 *    engine's own limit is for one piece of memory; what all pieces come to is seen by how much the engine has grown,
 *    and an engine as a whole cannot grow beyond a bound.
 */
import { DefaultIntrinsics, type QuickJSContext, type QuickJSHandle, type QuickJSRuntime } from 'quickjs-emscripten-core';
import { type Json, nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { ProgramFault } from '#contracts/step';
import { engine, engineBytes, engineIsLoaded, hasSpareEngine, replaceEngine } from '#sandbox/engine';
import { ScriptError } from '#sandbox/errors';
import { HARDENING, loaderOf, RUNNER } from '#sandbox/hardening';
import { raised } from '#sandbox/raised';

export interface Script {
  /** Whose it is: contexts are never shared between owners. */
  owner: string;
  code: string;
  /** The function that is called. */
  entry: string;
  timeout_ms: number;
  memory_bytes: number;
}

export interface ScriptRun {
  /** JSON text of `{context, lookUps}`; see `hardening.ts`. */
  input: string;
  /** Epoch ms, and a number to draw chance from: the same run gives the same result. */
  now: number;
  seed: number;
}

const MAX_KEPT = 8;
/** So that one owner with many scripts does not push out those of all others. */
const MAX_OF_OWNER = 4;
const MAX_OUTPUT = 4 * 1024 * 1024;
const STACK_BYTES = 256 * 1024;
/** The engine asks whether to go on each so many steps. */
const STEPS_A_CHECK = 10_000;
/** An engine that has taken more is given up when it has done its run: it gives nothing back. */
const MAX_ENGINE_BYTES = 48 * 1024 * 1024;
/** Items of lists and characters of texts that built-in functions may walk in a millisecond. */
const WORK_A_MS = 50_000;
/** Steps that a fast machine takes in a millisecond. */
const STEPS_A_MS = 100_000;

interface Kept {
  owner: string;
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  begin: QuickJSHandle;
  run: QuickJSHandle;
}

/** In the order of use, the longest unused first. */
const kept = new Map<string, Kept>();

/** Throws ScriptError. The engine must be loaded. */
export function runScript(script: Script, run: ScriptRun): Json {
  const key = JSON.stringify([script.owner, script.entry, script.memory_bytes, script.code]);
  const known = kept.get(key) ?? prepare(script);
  kept.delete(key);
  let clean = false;
  try {
    const text = call(known, script, run);
    clean = !known.runtime.hasPendingJob();
    return parsed(text);
  } catch (error) {
    // The stack of this side ended before that of the engine did.
    if (error instanceof RangeError) throw new ScriptError('limit', 'The script, or what it returns, nests too deep.');
    // A script that throws has left nothing; one that was stopped may be anywhere.
    clean = error instanceof ScriptError && error.kind === 'raised' && !known.runtime.hasPendingJob();
    throw error;
  } finally {
    if (clean) keep(key, known);
    else dispose(known);
    if (engineIsLoaded() && hasSpareEngine() && engineBytes() > MAX_ENGINE_BYTES) giveUpEngine();
  }
}

function giveUpEngine(): void {
  kept.clear();
  replaceEngine();
}

function keep(key: string, one: Kept): void {
  one.runtime.removeInterruptHandler();
  kept.set(key, one);
  const own = [...kept].filter(([, { owner }]) => owner === one.owner);
  const surplus = own.length > MAX_OF_OWNER ? own[0] : kept.size > MAX_KEPT ? [...kept][0] : undefined;
  if (!surplus) return;
  kept.delete(surplus[0]);
  dispose(surplus[1]);
}

function dispose({ runtime, context, begin, run }: Kept): void {
  try {
    begin.dispose();
    run.dispose();
    context.dispose();
    runtime.dispose();
  } catch {
    // The engine found itself in disorder; what else lives in it is lost with it.
    giveUpEngine();
  }
}

function prepare(script: Script): Kept {
  const fault = scriptFault(script.code);
  if (fault) throw new ScriptError('raised', fault.message);
  const runtime = engine().newRuntime();
  // Without typed arrays, proxies and large integers, whose built-in work nothing interrupts.
  const context = runtime.newContext({ intrinsics: { ...DefaultIntrinsics, TypedArrays: false, Proxy: false, BigInt: false } });
  runtime.setMaxStackSize(STACK_BYTES);
  const begin = context.unwrapResult(context.evalCode(HARDENING, 'hardening.js'));
  const loader = context.unwrapResult(context.evalCode(loaderOf(script.code, script.entry), 'script.js'));
  const runner = context.unwrapResult(context.evalCode(RUNNER, 'runner.js'));
  const run = context.unwrapResult(context.callFunction(runner, context.undefined, loader));
  runner.dispose();
  loader.dispose();
  runtime.setMemoryLimit(script.memory_bytes);
  return { owner: script.owner, runtime, context, begin, run };
}

function call({ runtime, context, begin, run }: Kept, { timeout_ms, memory_bytes, code }: Script, { input, now, seed }: ScriptRun): string {
  const stop = bounds(timeout_ms, memory_bytes);
  runtime.setInterruptHandler(stop.due);
  const failed = (error: QuickJSHandle): ScriptError => {
    const over = stop.over();
    if (!over) return raised(context, error, code.split('\n').length);
    error.dispose();
    return over;
  };
  const start = context.callFunction(begin, context.undefined, context.newNumber(now), context.newNumber(seed), context.newNumber(timeout_ms * WORK_A_MS));
  if (start.error) throw failed(start.error);
  start.value.dispose();
  const text = context.newString(input);
  const result = context.callFunction(run, context.undefined, text);
  text.dispose();
  if (result.error) throw failed(result.error);
  const settled = settle(runtime, context, result.value, failed, stop.over);
  try {
    // Built-in functions take memory without being asked in between.
    const over = stop.full();
    if (over) throw over;
    return context.getString(settled);
  } finally {
    settled.dispose();
  }
}

/** The value of a promise, once its jobs are done; any other value is itself. */
function settle(
  runtime: QuickJSRuntime,
  context: QuickJSContext,
  value: QuickJSHandle,
  failed: (error: QuickJSHandle) => ScriptError,
  stopped: () => ScriptError | undefined,
): QuickJSHandle {
  const jobs = runtime.executePendingJobs();
  if (jobs.error) {
    value.dispose();
    throw failed(jobs.error);
  }
  if (context.typeof(value) === 'string') return value;
  const state = context.getPromiseState(value);
  if (state.type === 'pending') {
    value.dispose();
    // A job that is stopped ends without a word.
    const over = stopped();
    if (over) throw over;
    throw new ScriptError('raised', 'The promise of the script is never kept: there is nothing left that it could wait for.');
  }
  if (state.type === 'rejected') {
    value.dispose();
    throw failed(state.error);
  }
  if (state.value !== value) value.dispose();
  return state.value;
}

interface Bounds {
  /** Asked between the steps of a run. */
  due(): boolean;
  /** Why it was stopped. */
  over(): ScriptError | undefined;
  /** What has run to its end may have taken too much still. */
  full(): ScriptError | undefined;
}

function bounds(timeoutMs: number, memoryBytes: number): Bounds {
  const deadline = Date.now() + timeoutMs;
  const most = engineBytes() + memoryBytes;
  let left = Math.ceil((timeoutMs * STEPS_A_MS) / STEPS_A_CHECK);
  let over: ScriptError | undefined;
  const full = () => (engineBytes() > most ? new ScriptError('limit', 'The script takes too much memory.') : undefined);
  return {
    full,
    due: () => {
      over ??= full();
      if (over) return true;
      if (--left < 0 || Date.now() >= deadline) over ??= new ScriptError('limit', `The script takes longer than ${timeoutMs} ms.`);
      return over !== undefined;
    },
    over: () => over,
  };
}

function parsed(text: string): Json {
  if (text.length > MAX_OUTPUT) throw new ScriptError('limit', 'The result of the script is too large.');
  if (nestsDeeperThan(LIMITS.jsonDepth, text)) throw new ScriptError('limit', 'The result of the script nests too deep.');
  return JSON.parse(text) as Json;
}

/** The first fault of a script, if it is none; nothing is said where the engine is not loaded. */
export function scriptFault(code: string): ProgramFault | undefined {
  const large = LARGE_INTEGER.exec(code);
  if (large) return { message: 'Integers such as 10n are not supported.', start: large.index, end: large.index + large[0].length };
  if (!engineIsLoaded()) return undefined;
  const runtime = engine().newRuntime();
  runtime.setMemoryLimit(16 * 1024 * 1024);
  runtime.setMaxStackSize(STACK_BYTES);
  const context = runtime.newContext();
  try {
    const result = context.evalCode(code, 'script.js', { compileOnly: true, strict: true });
    if (!result.error) {
      result.value.dispose();
      return undefined;
    }
    const { message, start, end } = syntaxFault(context, result.error, code);
    return { message, start, end };
  } finally {
    context.dispose();
    runtime.dispose();
  }
}

/** A single operation on a large one may take minutes, and nothing interrupts it. */
const LARGE_INTEGER = /(?<![\w$])(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*)n(?![\w$])/;

function syntaxFault(context: QuickJSContext, error: QuickJSHandle, code: string): ProgramFault {
  const dumped = context.dump(error) as { message?: string; stack?: string };
  error.dispose();
  const [, line, column] = /script\.js:(\d+)(?::(\d+))?/.exec(dumped.stack ?? '') ?? [];
  const lines = code.split('\n');
  const before = lines.slice(0, Number(line ?? 1) - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const start = Math.min(code.length, before + Math.max(0, Number(column ?? 1) - 1));
  const end = column === undefined ? before + (lines[Number(line ?? 1) - 1]?.length ?? 0) : start + 1;
  const message = dumped.message ?? 'The script is not valid';
  return { message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, start, end };
}
