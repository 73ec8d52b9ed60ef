/** From an execution's id, or its key, to its object. */
import type { ExecutionRpc } from '#contracts/execution-rpc';
import { executionIdFromHex, hexFromExecutionId } from '#contracts/ids';
import type { CarriableRpc } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { callsOf } from '#workers/objects/calls';
import { CARRIABLE } from '#workers/objects/stubs';
import { inRegion, placementOptions } from '#workers/placement';

type Execution = ExecutionRpc & CarriableRpc;

/**
 * What is decided under an id, an attempt or a key is decided once, however often it comes. An order of a person is not sent again: in
 * between the execution may have come to another pause, or another breakpoint, which they have not seen.
 */
const calls = callsOf<Execution>('execution', {
  ...CARRIABLE,
  // The object is the key: what it has begun it goes on with. Nobody waits for longer than they asked to.
  start: ([request], elapsedMs) => [{ ...request, wait_ms: Math.max(0, request.wait_ms - elapsedMs) }],
  noteGeneration: 'again',
  summary: 'again',
  measure: 'again',
  context: 'again',
  timeline: 'again',
  events: 'again',
  lines: 'again',
  compensationPlan: 'again',
  export: 'again',
  origin: 'again',
  age: 'again',
  rebuild: 'again',
  // Once cancelled it stays so.
  cancel: 'again',
  pause: 'once',
  resume: 'once',
  hold: 'once',
  releaseKey: 'once',
  signal: 'again',
  migration: (args) => (args[1].by === undefined ? args : undefined),
  deadLetter: 'again',
  admit: 'again',
  claim: 'again',
  deliver: 'again',
  childEnded: 'again',
  eraseOld: 'again',
  erase: 'again',
});

/** One that was made in another region may have come here, into an object that is named by its id. Throws Problem('invalid_id') for what is no id. */
export function executionStub(env: RegionEnv, executionId: string): Execution {
  const namespace = inRegion(env.EXECUTION, env);
  const hex = hexFromExecutionId(executionId);
  if (hex === undefined) throw new Problem('invalid_id', `"${executionId.slice(0, 80)}" is not the id of an execution.`);
  const id = isOfThisRegion(env, executionId) ? namespace.idFromString(hex) : namespace.idFromName(`moved/${executionId}`);
  return calls(() => namespace.get(id, placementOptions(env)));
}

/** Whether the id is one that this region's objects can have; one that has come from elsewhere has another. Looks into no store. */
export function isOfThisRegion(env: Pick<RegionEnv, 'EXECUTION' | 'PLACEMENT' | 'MODE'>, executionId: string): boolean {
  const hex = hexFromExecutionId(executionId);
  if (hex === undefined) return false;
  try {
    inRegion(env.EXECUTION, env).idFromString(hex);
    return true;
  } catch {
    return false;
  }
}

/** Id of the execution whose object has this name. */
export function namedExecutionId(env: RegionEnv, name: string): string {
  return executionIdFromHex(inRegion(env.EXECUTION, env).idFromName(name).toString());
}

/** A new execution's object: named by its key, or without a name (created without asking around) where there is no key. */
export function newExecutionStub(env: RegionEnv, name?: string): Execution {
  const namespace = inRegion(env.EXECUTION, env);
  const id = name === undefined ? namespace.newUniqueId() : namespace.idFromName(name);
  return calls(() => namespace.get(id, placementOptions(env)));
}
