/** The object of the execution that a path names. */
import type { ExecutionRpc } from '#contracts/execution-rpc';
import type { Call } from '#workers/api/endpoint';
import { executionStub } from '#workers/execution-stub';

/** Throws Problem: invalid_id, unknown_execution. Whether it is the caller's own, the object itself tells by `null`. */
export function executionOf(call: Call): { id: string; object: ExecutionRpc } {
  const id = call.params.execution!;
  return { id, object: executionStub(call.env, id) };
}
