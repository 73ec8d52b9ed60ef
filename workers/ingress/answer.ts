/** What came of an execution, as the answer to the HTTP request that started it. */
import { isJsonObject } from '#contracts/json';
import { type ErrorInfo, PROBLEMS, Problem, type ProblemCode, type ProblemDetail, type ProblemKind } from '#contracts/problems';
import type { HttpAnswer } from '#contracts/step';
import { problemResponse, traceparentOf } from '#workers/door/refusal';
import type { Started } from '#workers/start';

export function httpAnswer(started: Started, method: string): Response {
  const response = responseOf(started);
  const { headers } = response;
  headers.set('x-execution-id', started.execution_id);
  headers.set('traceparent', traceparentOf(started.trace_id));
  if (started.kind === 'existing') headers.set('idempotent-replayed', 'true');
  return method === 'HEAD' ? new Response(null, { status: response.status, headers }) : response;
}

function responseOf(started: Started): Response {
  const { answer, status, execution_id, refused } = started;
  if (refused) return problemResponse(refusalProblem(refused, execution_id), refused.reason === 'superseded' ? {} : { 'retry-after': '1' });
  if (answer) return sent(answer, execution_id);
  switch (status) {
    case 'failed':
    case 'compensated':
      return problemResponse(failureProblem(started.error, execution_id, status), retryAfter(started.error));
    case 'cancelled':
      return problemResponse(new Problem('execution_cancelled', 'The execution was cancelled before it had an answer.', { extra: { execution_id } }));
    default:
      return Response.json({ execution_id, status }, { status: 202 });
  }
}

function sent(answer: HttpAnswer, execution_id: string): Response {
  const empty = answer.status === 204 || answer.status === 205 || answer.status === 304;
  const body = answer.encoding === 'base64' ? Buffer.from(answer.body, 'base64') : answer.body;
  try {
    return new Response(empty ? null : body, { status: answer.status, headers: answer.headers });
  } catch (error) {
    // HTTP has no room for it; the execution has ended all the same, and its id leads to what it did.
    const detail = `The execution has ended, but its answer cannot be sent: ${(error as Error).message} Mend the headers of the step that responds.`;
    return problemResponse(new Problem('execution_failed', detail, { extra: { execution_id, cause: 'step_config_invalid' } }));
  }
}

function refusalProblem({ reason, by }: NonNullable<Started['refused']>, execution_id: string): Problem {
  const extra = { execution_id, ...(by === undefined ? {} : { held_by: by }) };
  if (reason === 'full') return new Problem('queue_full', undefined, { extra });
  if (reason === 'busy') return new Problem('concurrency_conflict', `${by ?? 'Another execution'} is under way.`, { extra });
  return new Problem('superseded', `${by ?? 'A later start'} took the place of this one.`, { extra });
}

function failureProblem(error: ErrorInfo | undefined, execution_id: string, status: string): Problem {
  const extra = { execution_id, execution_status: status };
  if (error && passes(error.code)) {
    const facts = isJsonObject(error.details) && !Array.isArray(error.details.errors) ? error.details : {};
    return new Problem(error.code, error.message, { extra: { ...facts, ...extra }, errors: faultsOf(error) });
  }
  const undone = status === 'compensated' ? ' The steps before it were undone.' : '';
  return new Problem('execution_failed', `${error?.message ?? 'The execution failed.'}${undone}`, { extra: { ...extra, cause: error?.code } });
}

/** Where the failure is told as it is, so is when to try again. */
function retryAfter(error: ErrorInfo | undefined): Record<string, string> {
  if (!error || !passes(error.code) || error.retry_after_ms === undefined) return {};
  return { 'retry-after': String(Math.max(1, Math.ceil(error.retry_after_ms / 1000))) };
}

function passes(code: ProblemCode): boolean {
  const kind: ProblemKind = PROBLEMS[code];
  return kind.passes ?? false;
}

function faultsOf(error: ErrorInfo): ProblemDetail[] | undefined {
  const faults = Array.isArray(error.details) ? error.details : isJsonObject(error.details) ? error.details.errors : undefined;
  return Array.isArray(faults) ? (faults.filter(isJsonObject) as unknown as ProblemDetail[]) : undefined;
}
