/** Problems as answers: RFC 9457, with the request's id; what was not foreseen is `internal`, and its cause stays here. */
import { HTTPException } from 'hono/http-exception';
import type { ZodError } from 'zod';
import { Problem, type ProblemCode, type ProblemDetail } from '#contracts/problems';
import { platformProblem } from '#workers/objects/fault';

/** Headers that some problems carry. */
const HEADERS: Partial<Record<ProblemCode, Record<string, string>>> = {
  unauthenticated: { 'WWW-Authenticate': 'Bearer' },
};

export function problemResponse(error: unknown, requestId: string): Response {
  const problem = problemOf(error, requestId);
  const body = { ...problem.body(), request_id: requestId };
  const { allow, ...rest } = body as typeof body & { allow?: string };
  return new Response(JSON.stringify(rest), {
    status: body.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
      ...HEADERS[problem.code],
      ...(allow ? { Allow: allow } : {}),
      ...problem.headers(),
    },
  });
}

/** The problem that an exception stands for. One that nobody foresaw is logged for the operator, and told as `internal`. */
function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) {
    if (error.code === 'internal') report(error, requestId);
    return error;
  }
  if (error instanceof HTTPException && error.status < 500) return new Problem('invalid_request', error.message);
  const known = platformProblem(error);
  report(error, requestId, known?.code);
  if (known) return known;
  return new Problem('internal', 'The request could not be completed. Try again; tell us the request id if it stays.');
}

function report(error: unknown, requestId: string, code: ProblemCode = 'internal'): void {
  const { name, message, stack } = error instanceof Error ? error : { name: 'Error', message: String(error), stack: undefined };
  console.error(JSON.stringify({ level: 'error', code, request_id: requestId, name, message, stack }));
}

/** `query`: parameters; otherwise the body. */
export function problemOfZod(error: ZodError, part: 'query' | 'body'): Problem {
  const errors: ProblemDetail[] = error.issues.flatMap((issue): ProblemDetail[] => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ code: issue.code, message: issue.message, path }];
    return issue.keys.map((key) => ({ code: 'unknown_key', message: `'${key.slice(0, 64)}' is not known here`, path: path ? `${path}.${key}` : key }));
  });
  const unknown = errors.filter((each) => each.code === 'unknown_key');
  if (part === 'query' && unknown.length > 0) return new Problem('unknown_query_key', unknown.map((each) => each.message).join('; '), { errors });
  const first = errors[0];
  const where = first?.path ? `${first.path}: ` : '';
  return new Problem('invalid_request', `${where}${first?.message ?? 'The request is not valid'}`, { errors });
}
