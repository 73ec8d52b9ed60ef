/** Signing in and out, and who one is. Browsers get a cookie, programs get tokens. */
import { meSchema, refreshRequest, renameRequest, signedInSchema, signInRequest, tokensSchema, userSchema } from '#contracts/api-identity';
import { signInWaysQuery, signInWaysSchema } from '#contracts/api-identity-providers';
import { Problem, type ProblemCode } from '#contracts/problems';
import type { IdentityProvider } from '#storage/identity-ports';
import { type AnyEndpoint, endpoint, type PublicCall, publicEndpoint } from '#workers/api/endpoint';
import { requireOwnOrigin } from '#workers/api/own-origin';
import { personOf } from '#workers/api/person';
import { signInOrTell, tellReusedToken } from '#workers/api/refused-sign-in';
import { sessionCookie } from '#workers/api/session-cookie';
import { recordSignIn, signInBrowser, userView } from '#workers/api/signed-in-answer';
import { ACCESS_SECONDS, beginApiSession, refreshSession } from '#workers/identity/user-sessions';

const TAG = 'Sign-in';
const REFUSALS: ProblemCode[] = [
  'sign_in_failed',
  'second_factor_required',
  'second_factor_wrong',
  'email_unverified',
  'account_disabled',
  'unknown_tenant',
  'rate_limited',
  'invalid_json',
];

const login = publicEndpoint({
  route: 'POST /auth/login',
  weight: 'heavy',
  tag: TAG,
  summary: 'Sign in for tokens',
  description: 'An access token for a quarter of an hour, and a refresh token that is good for one use.',
  body: signInRequest,
  answer: tokensSchema,
  answers: { 200: { description: 'Signed in', schema: tokensSchema } },
  problems: REFUSALS,
  async handle(call) {
    const { env, request, body, now } = call;
    await requireCompany(call, body.company);
    const user = await signInOrTell(call, body);
    const tokens = await beginApiSession(env, request, { tenant: body.company, user: user.id, method: 'password', now });
    await recordSignIn(call, body.company, user, { method: 'password', for: 'api' });
    return { body: { ...tokens, token_type: 'Bearer' as const, expires_in: ACCESS_SECONDS, user: userView({ ...user, last_sign_in_at: now }) } };
  },
});

const session = publicEndpoint({
  route: 'POST /auth/session',
  weight: 'heavy',
  tag: TAG,
  summary: 'Sign a browser in',
  description: 'Sets the cookie of a session. From pages of this origin only.',
  body: signInRequest,
  answer: signedInSchema,
  answers: { 200: { description: 'Signed in', schema: signedInSchema } },
  problems: [...REFUSALS, 'forbidden'],
  async handle(call) {
    const { request, body, now } = call;
    requireOwnOrigin(request);
    await requireCompany(call, body.company);
    const user = await signInOrTell(call, body);
    const headers = await signInBrowser(call, body.company, user, 'password');
    return Response.json({ user: userView({ ...user, last_sign_in_at: now }) }, { headers });
  },
});

const refresh = publicEndpoint({
  route: 'POST /auth/refresh',
  tag: TAG,
  summary: 'Get the next tokens',
  description: 'The refresh token is used up. One that is used twice ends its session: somebody else may have it.',
  body: refreshRequest,
  answer: tokensSchema,
  answers: { 200: { description: 'The next tokens', schema: tokensSchema } },
  problems: ['session_ended', 'invalid_json'],
  async handle(call) {
    const { env, body, now, stores } = call;
    const { tenant, user: id, ...tokens } = await refreshSession(env, body.refresh_token, now, (ended) => tellReusedToken(call, ended));
    const user = await stores.users.get(tenant, id);
    if (!user) throw new Problem('session_ended');
    return { body: { ...tokens, token_type: 'Bearer' as const, expires_in: ACCESS_SECONDS, user: userView(user) } };
  },
});

const logout = endpoint({
  route: 'POST /auth/logout',
  weight: 'ending',
  tag: TAG,
  summary: 'Sign out',
  description: 'Ends the session of the cookie or access token that is sent, with all of its tokens.',
  answers: { 204: { description: 'Signed out' } },
  anyTenant: true,
  whileClosed: true,
  async handle({ actor, stores, request }) {
    if (actor.session_id !== undefined) await stores.sessions.remove(actor.tenant, actor.id, actor.session_id);
    return { headers: { 'Set-Cookie': sessionCookie(request, '', 0) } };
  },
});

const me = endpoint({
  route: 'GET /auth/me',
  tag: TAG,
  summary: 'Who am I',
  answer: meSchema,
  answers: { 200: { description: 'Whoever the credential stands for', schema: meSchema } },
  async handle({ actor, stores }) {
    const user = actor.kind === 'user' ? await stores.users.get(actor.tenant, actor.id) : null;
    const { kind, id, tenant, by } = actor;
    return {
      body: {
        kind,
        id,
        company: tenant,
        by,
        role: actor.grants.company ?? null,
        user: user && userView(user),
        session: actor.session_id ?? null,
        needs_second_factor: actor.owes_second_factor === true,
      },
    };
  },
});

const rename = endpoint({
  route: 'PUT /auth/me',
  tag: TAG,
  summary: 'Change the own name',
  body: renameRequest,
  answer: userSchema,
  answers: { 200: { description: 'Changed', schema: userSchema } },
  problems: ['invalid_json'],
  async handle(call) {
    const user = await personOf(call);
    await call.stores.users.rename(call.tenant, user.id, call.body.name);
    return { body: userView({ ...user, name: call.body.name }) };
  },
});

const ways = publicEndpoint({
  route: 'GET /auth/ways',
  tag: TAG,
  summary: 'List the ways to sign in to a company',
  description: 'Identity providers, for a sign-in page. Address and password is always one.',
  query: signInWaysQuery,
  answer: signInWaysSchema,
  answers: { 200: { description: 'Those that are enabled', schema: signInWaysSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    const { company } = call.query;
    await requireCompany(call, company);
    const providers = (await call.stores.identityProviders.list(company)).filter(({ settings }) => settings.enabled);
    return {
      body: {
        providers: providers.map((provider) => wayOf(provider, company)),
      },
    };
  },
});

export const authEndpoints: AnyEndpoint[] = [login, session, refresh, logout, me, rename, ways];

/** A button of the sign-in page. */
export function wayOf({ id, settings: { name, kind } }: IdentityProvider, company: string) {
  return { id, name, kind, url: `/sign-in/with/${id}?company=${company}` };
}

/** Throws Problem('unknown_tenant'): companies are no secret, they are part of every application's address. */
export async function requireCompany({ stores }: Pick<PublicCall, 'stores'>, company: string): Promise<void> {
  if (!(await stores.tenants.get(company))) throw new Problem('unknown_tenant', `There is no company ${company}.`);
}
