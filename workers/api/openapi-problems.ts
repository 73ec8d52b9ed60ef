/**
 * The problems of each operation of the OpenAPI document, by status: one response, whose description names their codes.
 * Where an operation answers with nothing but what is usual, the response stands once for all.
 */
import { PROBLEMS, type ProblemCode, type ProblemKind } from '#contracts/problems';
import type { AnyEndpoint } from '#workers/api/endpoint';
import type { Answer, JsonSchema, Operation } from '#workers/api/openapi';
import { requirementOf } from '#workers/api/policy';

export const SHARED = '#/components/responses/';

/** What every endpoint may answer. */
const COMMON: ProblemCode[] = [
  'invalid_request',
  'unknown_query_key',
  'unauthenticated',
  'forbidden',
  'unknown_tenant',
  'tenant_closed',
  'tenant_moving',
  'region_not_ready',
  'region_unavailable',
  'rate_limited',
  'object_unavailable',
  'object_overloaded',
  'internal',
];

/** To whom a credential makes known. */
const OF_CALLERS: ProblemCode[] = ['second_factor_needed', 'unknown_region'];

/** Of everything that is sent. */
const OF_BODIES: ProblemCode[] = ['body_too_slow', 'body_too_large', 'unsupported_media_type'];

function usualOf({ route, body, ownBody }: AnyEndpoint): ProblemCode[] {
  return [
    ...COMMON,
    ...(requirementOf(route) === 'public' ? [] : OF_CALLERS),
    ...(body || ownBody ? OF_BODIES : []),
    ...(body ? (['invalid_json'] as const) : []),
  ];
}

/** Of 429 and 503, see `Problem.headers`. */
const COME_AGAIN: JsonSchema = { 'Retry-After': { description: 'Seconds until it is worth trying again', schema: { type: 'integer', minimum: 1 } } };

/** `schema`: of a problem. */
export function problemsOf(definition: AnyEndpoint, schema: JsonSchema, shared: Record<string, Answer>): Operation['responses'] {
  const usual = usualOf(definition);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set([...usual, ...(definition.problems ?? [])])) {
    const kind: ProblemKind = PROBLEMS[code];
    byStatus.set(kind.status, [...(byStatus.get(kind.status) ?? []), code]);
  }
  const responses: Operation['responses'] = {};
  for (const [status, codes] of [...byStatus].sort(([left], [right]) => left - right)) {
    const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join('\n');
    const headers = status === 429 || status === 503 ? { headers: COME_AGAIN } : {};
    const answer: Answer = { description, ...headers, content: { 'application/problem+json': { schema } } };
    responses[status] = codes.every((code) => usual.includes(code)) ? { $ref: `${SHARED}${nameOf(status, answer, shared)}` } : answer;
  }
  return responses;
}

/** What is usual differs by whether there is a caller and a body, so a status may have several. */
function nameOf(status: number, answer: Answer, shared: Record<string, Answer>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? `Problem${status}` : `Problem${status}_${count}`;
    shared[name] ??= answer;
    if (shared[name].description === answer.description) return name;
  }
}
