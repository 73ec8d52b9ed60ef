/**
 * Signing in to the dashboard with a key, which is exchanged for a session cookie; and signing out.
 *
 * `GET /sign-in?key=…[&tenant=]` is the link that start prints; without a key the next handler (the page) answers.
 * `POST /sign-in` takes the form fields `key` and `next`. Both end at `/executions`, or at the page `next` of this origin;
 * a wrong key ends at the sign-in page again, which says so.
 */
import { Hono } from 'hono';
import { Problem } from '#contracts/problems';
import { actorOfKey, createSession, isSameOrigin, readSession, SESSION_SECONDS } from '#workers/api/auth';
import { readText } from '#workers/api/body';
import type { ApiEnv } from '#workers/api/endpoint';
import { laterOf } from '#workers/api/mount-endpoint';
import { isOwnPage } from '#workers/api/own-page';
import { problemResponse } from '#workers/api/problem-response';
import { tellRefusedCredential } from '#workers/api/refused-credential';
import { sessionCookie } from '#workers/api/session-cookie';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import type { Later } from '#workers/identity/api-keys';
import { admitStranger } from '#workers/quota/strangers';
import { storesOf } from '#workers/stores';

const HOME = '/executions';
const SIGN_IN = '/sign-in';
const FORM_BYTES = 16 * 1024;

export function createSessionRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(SIGN_IN, async (c, next) => {
    const key = c.req.query('key');
    if (key === undefined) return next();
    // From there a page could sign its visitor in as somebody else; who opens the link in the address bar comes from nowhere.
    if (isFromElsewhere(c.req.raw)) return refusedLink(c.req.raw, c.get('requestId'));
    const entered = { key, tenant: c.req.query('tenant'), next: c.req.query('next') };
    return signIn(c.req.raw, c.env, laterOf(c), c.get('requestId'), async () => entered);
  });

  app.post(SIGN_IN, async (c) => {
    const request = c.req.raw;
    // A form of another site would sign its visitor in as somebody else.
    if (request.headers.has('origin') && !isSameOrigin(request)) throw new Problem('forbidden', 'Sign in on the page of this origin.');
    return signIn(request, c.env, laterOf(c), c.get('requestId'), async () => {
      const fields = new URLSearchParams(await readText(request, FORM_BYTES));
      return { key: fields.get('key') ?? '', tenant: fields.get('tenant') ?? undefined, next: fields.get('next') ?? undefined };
    });
  });

  app.post('/sign-out', async (c) => {
    if (!isSameOrigin(c.req.raw)) throw new Problem('forbidden', 'Sign out on a page of this origin.');
    const actor = await readSession(c.req.raw, c.env, laterOf(c));
    if (actor?.session_id !== undefined) await storesOf(c.env).sessions.remove(actor.tenant, actor.id, actor.session_id);
    return redirect(actor?.kind === 'user' ? `${SIGN_IN}?company=${actor.tenant}` : SIGN_IN, sessionCookie(c.req.raw, '', 0));
  });
  return app;
}

/** A browser says that a page of another origin leads here. */
function isFromElsewhere(request: Request): boolean {
  return ['cross-site', 'same-site'].includes(request.headers.get('sec-fetch-site') ?? '');
}

function refusedLink(request: Request, requestId: string): Response {
  const problem = new Problem('forbidden', 'A link with a key signs in from the address bar only. Copy it there, or enter the key on the page /sign-in.');
  return wantsPage(request) ? redirect(`${SIGN_IN}?by=key&error=forbidden`) : problemResponse(problem, requestId);
}

interface Entered {
  key: string;
  tenant?: string;
  next?: string;
}

/** `read`: what was entered, which is not read of an address that has spent what it has. */
async function signIn(request: Request, env: RegionEnv, later: Later, requestId: string, read: () => Promise<Entered>): Promise<Response> {
  let entered: Entered | undefined;
  try {
    await admitStranger(env, request, 'medium');
    entered = await read();
    const { key, tenant, next } = entered;
    const actor = await actorOfKey(key.trim(), tenant || null, env, later);
    if (!actor) throw new Problem('unauthenticated', 'The key is not valid here.');
    if (!(await exists(actor, env))) throw new Problem('unknown_tenant', 'There is no such tenant in this region.');
    return redirect(isOwnPage(next) ? next : HOME, sessionCookie(request, await createSession(actor, env), SESSION_SECONDS));
  } catch (error) {
    if (entered) later(tellRefusedCredential(env, { request, requestId, refusal: error, now: Date.now(), credential: entered.key.trim() }));
    const { tenant, next } = entered ?? {};
    // A person is shown the page again, with the reason; a program gets the problem.
    const shown = error instanceof Problem && error.code !== 'internal' && wantsPage(request);
    if (!shown) return problemResponse(error, requestId);
    const again = new URLSearchParams({ by: 'key', error: error.code });
    // Left out, the next key would open another company than the one that was meant.
    if (tenant) again.set('tenant', tenant.slice(0, 80));
    if (isOwnPage(next)) again.set('next', next);
    return redirect(`${SIGN_IN}?${again}`);
  }
}

function wantsPage(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html');
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
