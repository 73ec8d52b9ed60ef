/**
 * The pages, mounted in the regional Worker. Reached only after every API and application route has declined.
 *
 * Invariants
 * 1. Pages get their data from `api`, in-process and as the visitor: no network, and none of the Worker's own rights.
 * 2. No page is ever cached, neither here nor on the way: Qwik City's adapter caches what carries Cache-Control, so
 *    the pages set none and `no-store` is added only after it.
 * 3. Pages are read. No body goes to them, and nothing that Qwik City would take for a call of a function of theirs: it reads
 *    those before it asks who is there, and there are none.
 * 4. Whatever goes wrong, the visitor sees a page with a request id, and never a stack.
 */
import { isHosted } from '#workers/mode';

/** What the pages need of the Worker's bindings. */
export interface DashboardEnv {
  /** Static files of the build; absent where none are bound. */
  ASSETS?: { fetch(request: Request): Promise<Response> };
  REGION?: string;
  MODE?: string;
}

/** The part of an execution context that pages use. */
export interface PageContext {
  waitUntil(promise: Promise<unknown>): void;
}

const NO_FILES = { fetch: async () => new Response('Not found', { status: 404, headers: { 'content-type': 'text/plain' } }) };

const REQUEST_ID = 'x-request-id';
/** Names a function of a page that is to be called. */
const FUNCTION = 'x-qrl';

/** `api` answers a request as the API's own door would, credentials checked. */
export async function renderDashboard(request: Request, env: DashboardEnv, ctx: PageContext, api: (request: Request) => Promise<Response>): Promise<Response> {
  const requestId = request.headers.get(REQUEST_ID) ?? request.headers.get('cf-ray') ?? crypto.randomUUID();
  const headers = new Headers(request.headers);
  headers.set(REQUEST_ID, requestId);
  headers.delete(FUNCTION);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusedText(405, 'Pages are read with GET.\n', requestId, { allow: 'GET, HEAD' });
  if (!isWellFormed(new URL(request.url).pathname)) {
    return refusedText(400, 'The address is not well-formed: a percent sign is not followed by two hex digits of UTF-8.\n', requestId);
  }
  const asked = new Request(request, { headers });
  try {
    // Imported late: an isolate that only serves the API never evaluates the pages.
    const pages = await import('../dashboard/mount.js');
    // Only what pages need crosses over; secrets stay out of their reach.
    const response = await pages.fetch(asked, { ASSETS: env.ASSETS ?? NO_FILES, REGION: env.REGION, MODE: env.MODE, API: { fetch: api } }, ctx);
    if (!isPage(response)) return isHosted(env) ? response : packed(asked, response);
    if (response.status >= 500 && response.headers.get('content-security-policy') === null) return crashed(pages.crashPage, requestId);
    return sealed(response, requestId);
  } catch (error) {
    console.error('dashboard', requestId, error);
    const { crashPage } = await import('../dashboard/mount.js');
    return crashed(crashPage, requestId);
  }
}

function refusedText(status: number, text: string, requestId: string, more: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', [REQUEST_ID]: requestId, ...more },
  });
}

function isWellFormed(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Not a static file, which has its own rules of caching. */
function isPage(response: Response): boolean {
  const type = response.headers.get('content-type') ?? '';
  return response.status >= 300 || type.startsWith('text/html') || type.includes('qwik-json') || type.startsWith('text/plain');
}

const PACKS_WELL = /javascript|css|json|svg/;

/** A static file as the network before a deployed Worker sends it; on one machine nobody else packs it. */
function packed(request: Request, response: Response): Response {
  const accepts = request.headers.get('accept-encoding')?.includes('gzip') === true;
  if (!accepts || !response.body || !PACKS_WELL.test(response.headers.get('content-type') ?? '')) return response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  headers.set('content-encoding', 'gzip');
  headers.append('vary', 'accept-encoding');
  return new Response(response.body.pipeThrough(new CompressionStream('gzip')), { status: response.status, headers, encodeBody: 'manual' });
}

function sealed(response: Response, requestId: string): Response {
  const headers = new Headers(response.headers);
  headers.set('cache-control', 'no-store');
  headers.set(REQUEST_ID, requestId);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function crashed(page: (requestId: string, nonce: string) => string, requestId: string): Response {
  const nonce = crypto.randomUUID();
  return new Response(page(requestId, nonce), {
    status: 500,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; frame-ancestors 'none'`,
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      [REQUEST_ID]: requestId,
    },
  });
}
