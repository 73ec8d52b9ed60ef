/** What came of an execution, as the answer to the HTTP request that started it. */
import { isJsonObject } from '#contracts/json';
import { type ErrorInfo, Problem, type ProblemDetail } from '#contracts/problems';
import type { Started } from '#workers/start';

export function httpAnswer(started: Started, method: string): Response {
  const response = responseOf(started);
  const headers = new Headers(response.headers);
  headers.set('x-execution-id', started.execution_id);
  headers.set('traceparent', `00-${started.trace_id}-${rootSpanId(started.trace_id)}-01`);
  if (started.kind === 'existing') headers.set('idempotent-replayed', 'true');
  return new Response(method === 'HEAD' ? null : response.body, { status: response.status, headers });
}

/** The span of the execution as a whole: a fixed part of its trace id, so that nobody has to remember it. */
export function rootSpanId(traceId: string): string {
  return traceId.slice(0, 16);
}

function responseOf(started: Started): Response {
  const { answer, status, execution_id } = started;
  if (answer) {
    const empty = answer.status === 204 || answer.status === 205 || answer.status === 304;
    const body = answer.encoding === 'base64' ? Buffer.from(answer.body, 'base64') : answer.body;
    return new Response(empty ? null : body, { status: answer.status, headers: answer.headers });
  }
  switch (status) {
    case 'failed':
    case 'compensated':
      return problemResponse(failureProblem(started.error, execution_id, status));
    case 'cancelled':
      return problemResponse(new Problem('execution_cancelled', 'The execution was cancelled before it had an answer.', { extra: { execution_id } }));
    default:
      return Response.json({ execution_id, status }, { status: 202 });
  }
}

function failureProblem(error: ErrorInfo | undefined, execution_id: string, status: string): Problem {
  const extra = { execution_id, execution_status: status };
  if (error?.code === 'validation_failed') return new Problem('validation_failed', error.message, { extra, errors: faultsOf(error) });
  if (error?.code === 'execution_timeout') return new Problem('execution_timeout', error.message, { extra });
  const undone = status === 'compensated' ? ' The steps before it were undone.' : '';
  return new Problem('execution_failed', `${error?.message ?? 'The execution failed.'}${undone}`, { extra: { ...extra, cause: error?.code } });
}

function faultsOf(error: ErrorInfo): ProblemDetail[] | undefined {
  const faults = Array.isArray(error.details) ? error.details : isJsonObject(error.details) ? error.details.errors : undefined;
  return Array.isArray(faults) ? (faults.filter(isJsonObject) as unknown as ProblemDetail[]) : undefined;
}

export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const body = problem.body();
  return Response.json(body, { status: body.status, headers: { ...headers, 'content-type': 'application/problem+json' } });
}
