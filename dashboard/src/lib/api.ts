/**
 * The API as the pages call it on the server: in-process, as the visitor.
 *
 * Invariants
 * 1. Only the visitor's own cookie goes along; nothing of the Worker's secrets.
 * 2. Every failure is a `ProblemBody`. 401 is not a failure but a redirect to the sign-in page, and comes back to this page.
 */
import type { RequestEventCommon } from '@builder.io/qwik-city';
import type { ProblemBody } from '#contracts/problems';
import { REQUEST_ID_HEADER } from './platform';

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: ProblemBody };

/** GET of a path below the host, e.g. `/api/v1/executions?limit=50`; `region`: of that one alone. Throws the redirect to sign in. */
export async function get<T>(event: RequestEventCommon, path: string, region?: string): Promise<Answer<T>> {
  const requestId = event.request.headers.get(REQUEST_ID_HEADER) ?? undefined;
  let response: Response;
  try {
    const headers = headersFor(event.request, requestId);
    if (region !== undefined) headers.set('x-region', region);
    response = await event.platform.env.API.fetch(new Request(new URL(path, event.url), { headers }));
  } catch (error) {
    console.error('dashboard: the API did not answer', error);
    return { ok: false, problem: internalProblem(requestId) };
  }
  if (response.status === 401) throw event.redirect(302, signInPath(event.url));
  const body = await response.json().catch(() => undefined);
  // The company asks for a second factor: until it is set up nothing else answers.
  if (response.status === 403 && body?.code === 'second_factor_needed' && event.url.pathname !== '/account') throw event.redirect(302, '/account');
  if (response.ok && body !== undefined) return { ok: true, value: body as T };
  return { ok: false, problem: asProblem(body, response.status, requestId) };
}

/** The page answers with the status of what went wrong, or 500 where that has none. */
export function failWith(event: Pick<RequestEventCommon, 'status'>, problem: ProblemBody | undefined): void {
  event.status(problem && problem.status >= 400 ? problem.status : 500);
}

function headersFor(request: Request, requestId: string | undefined): Headers {
  const headers = new Headers({ accept: 'application/json' });
  const cookie = request.headers.get('cookie');
  if (cookie) headers.set('cookie', cookie);
  const tenant = request.headers.get('x-tenant');
  if (tenant) headers.set('x-tenant', tenant);
  if (requestId) headers.set(REQUEST_ID_HEADER, requestId);
  return headers;
}

/** Sign-in page that leads back to `url`. */
export function signInPath(url: URL): string {
  const next = url.pathname.replace(/\/q-data\.json$/, '') + url.search;
  return next === '/' || next === '/executions' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}

export function asProblem(body: unknown, status: number, requestId?: string): ProblemBody {
  if (typeof body === 'object' && body !== null && 'code' in body && 'title' in body) return { request_id: requestId, ...(body as ProblemBody) };
  return { ...internalProblem(requestId), status };
}

function internalProblem(requestId?: string): ProblemBody {
  return {
    type: 'about:blank',
    title: 'Something went wrong on our side',
    status: 500,
    code: 'internal',
    hint: 'Try again; tell us the request id if it stays.',
    request_id: requestId,
  };
}

const UNREACHABLE: ProblemBody = {
  type: 'about:blank',
  title: 'The server could not be reached',
  status: 0,
  code: 'connection_failed',
  hint: 'Check the connection, then try again.',
};

/** The same in the browser, for what a page asks for later. The session cookie goes along by itself. */
export async function call<T>(path: string, init?: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...init, headers: { accept: 'application/json', ...init?.headers } });
    const body = await response.json().catch(() => undefined);
    const requestId = response.headers.get(REQUEST_ID_HEADER) ?? undefined;
    return response.ok && body !== undefined ? { ok: true, value: body as T } : { ok: false, problem: asProblem(body, response.status, requestId) };
  } catch {
    return { ok: false, problem: UNREACHABLE };
  }
}

/** `POST` with a JSON body; `region`: to that one alone. */
export function post<T>(path: string, body: unknown, region?: string): Promise<Answer<T>> {
  const headers = { 'content-type': 'application/json', ...(region === undefined ? {} : { 'x-region': region }) };
  return call<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** A call whose answer does not matter. The problem, or nothing when it went well. `region`: to that one alone. */
export async function send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, region?: string): Promise<ProblemBody | undefined> {
  const json = body === undefined ? undefined : { body: JSON.stringify(body) };
  try {
    const headers = {
      accept: 'application/json',
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...(region === undefined ? {} : { 'x-region': region }),
    };
    const response = await fetch(path, { method, headers, ...json });
    if (response.ok) return undefined;
    return asProblem(await response.json().catch(() => undefined), response.status, response.headers.get(REQUEST_ID_HEADER) ?? undefined);
  } catch {
    return UNREACHABLE;
  }
}
