/** Refusals that no execution stands behind: problem details that still belong to a trace, the caller's or one that begins here. */
import { newTraceId, parseTraceparent } from '#contracts/ids';
import type { Problem } from '#contracts/problems';

export function refused(request: Request, problem: Problem, headers: Record<string, string> = {}): Response {
  const trace = parseTraceparent(request.headers.get('traceparent'))?.traceId ?? newTraceId();
  return problemResponse(problem, { ...headers, traceparent: traceparentOf(trace) });
}

/** `headers`: beside those of the problem itself, by their names in lower case. */
export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const body = problem.body();
  return Response.json(body, {
    status: body.status,
    headers: { ...problem.headers(), ...headers, 'content-type': 'application/problem+json' },
  });
}

/** The span of an execution as a whole is a fixed part of its trace id, so that nobody has to remember it. */
export function traceparentOf(traceId: string): string {
  return `00-${traceId}-${traceId.slice(0, 16)}-01`;
}
