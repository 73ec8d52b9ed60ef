/** What an order to an execution is answered with. */
import type { ControlResult } from '#contracts/execution-rpc';
import { Problem, type ProblemDetail } from '#contracts/problems';
import { unknownExecution } from '#workers/api/unknown';

/** Throws Problem when the order was not taken. */
export function controlled(id: string, result: ControlResult | null) {
  if (!result) throw unknownExecution(id);
  if (result.ok) return { execution_id: id, status: result.status };
  const { code, status, message, details } = result;
  throw new Problem(code, message ?? `The execution is ${status}.`, {
    ...(Array.isArray(details) ? { errors: details as unknown as ProblemDetail[] } : {}),
    extra: { execution_id: id, execution_status: status },
  });
}
