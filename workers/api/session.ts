/**
 * Signing in and out of the dashboard: a key is exchanged for a session cookie.
 *
 * `GET /sign-in?key=…[&tenant=]` is the link that start prints; without a key the next handler (the page) answers.
 * `POST /sign-in` takes the form fields `key` and `next`. Both end at `/executions`, or at the page `next` of this origin;
 * a wrong key ends at the sign-in page again, which says so.
 */
import { Hono } from 'hono';
import { Problem } from '#contracts/problems';
import { actorOfKey, createSession, isSameOrigin, SESSION_COOKIE, SESSION_SECONDS } from '#workers/api/auth';
import { readText } from '#workers/api/body';
import { type ApiEnv, laterOf } from '#workers/api/endpoint';
import { problemResponse } from '#workers/api/problem-response';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import type { Later } from '#workers/identity/api-keys';
import { storesOf } from '#workers/stores';

const HOME = '/executions';
const SIGN_IN = '/sign-in';
const FORM_BYTES = 16 * 1024;

export function createSessionRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(SIGN_IN, async (c, next) => {
    const key = c.req.query('key');
    if (key === undefined) return next();
    return signIn(c.req.raw, c.env, laterOf(c), c.get('requestId'), { key, tenant: c.req.query('tenant'), next: c.req.query('next') });
  });

  app.post(SIGN_IN, async (c) => {
    const request = c.req.raw;
    // A form of another site would sign its visitor in as somebody else.
    if (request.headers.has('origin') && !isSameOrigin(request)) throw new Problem('forbidden', 'Sign in on the page of this origin.');
    const fields = new URLSearchParams(await readText(request, FORM_BYTES));
    return signIn(request, c.env, laterOf(c), c.get('requestId'), {
      key: fields.get('key') ?? '',
      tenant: fields.get('tenant') ?? undefined,
      next: fields.get('next') ?? undefined,
    });
  });

  app.post('/sign-out', (c) => {
    if (!isSameOrigin(c.req.raw)) throw new Problem('forbidden', 'Sign out on a page of this origin.');
    return redirect(SIGN_IN, cookie(c.req.raw, '', 0));
  });
  return app;
}

interface Entered {
  key: string;
  tenant?: string;
  next?: string;
}

async function signIn(request: Request, env: RegionEnv, later: Later, requestId: string, { key, tenant, next }: Entered): Promise<Response> {
  try {
    const actor = await actorOfKey(key.trim(), tenant || null, env, later);
    if (!actor) throw new Problem('unauthenticated', 'The key is not valid here.');
    if (!(await exists(actor, env))) throw new Problem('unknown_tenant', 'There is no such tenant in this region.');
    return redirect(isOwnPage(next) ? next : HOME, cookie(request, await createSession(actor, env), SESSION_SECONDS));
  } catch (error) {
    // A person is shown the page again, with the reason; a program gets the problem.
    const shown = error instanceof Problem && error.code !== 'internal' && (request.headers.get('accept') ?? '').includes('text/html');
    if (!shown) return problemResponse(error, requestId);
    return redirect(`${SIGN_IN}?error=${error.code}${isOwnPage(next) ? `&next=${encodeURIComponent(next)}` : ''}`);
  }
}

/** A path of this origin: not `//elsewhere`, and nothing that a browser might read as such. */
function isOwnPage(next: string | undefined): next is string {
  return next !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\');
}

async function exists(actor: Actor, env: RegionEnv): Promise<boolean> {
  return (await storesOf(env).tenants.get(actor.tenant)) !== null;
}

/** The link may hold a key: it goes into no cache and no Referer. */
function redirect(location: string, setCookie?: string): Response {
  const headers = new Headers({ Location: location, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  if (setCookie !== undefined) headers.set('Set-Cookie', setCookie);
  return new Response(null, { status: 303, headers });
}

function cookie(request: Request, value: string, maxAge: number): string {
  const secure = new URL(request.url).protocol === 'https:' ? '; Secure' : '';
  return `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`;
}
