/**
 * Where SAML providers find us, per company and provider, below `/sign-in/saml/{company}/{provider}`: `/metadata` says who we are;
 * answers are posted to the address itself, and lead on to `/return`, which signs in (why: `workers/identity/saml/sign-in.ts`).
 */
import { type Context, Hono } from 'hono';
import { Problem } from '#contracts/problems';
import type { IdentityProvider } from '#storage/identity-ports';
import type { ApiEnv } from '#workers/api/endpoint';
import { anyProviderOf, type Flow, flowOf, noFlow, providerOf, redirect, shown, signedIn } from '#workers/api/provider-flow';
import { tellRefusedAnswer } from '#workers/api/refused-sign-in';
import type { SignInCall } from '#workers/api/signed-in-answer';
import { readBody, utf8 } from '#workers/door/request-body';
import type { RegionEnv } from '#workers/env';
import { publicOrigin } from '#workers/identity/public-origin';
import { AnswerRefused } from '#workers/identity/saml/refused';
import type { SamlFlow } from '#workers/identity/saml/sign-in';
import { storesOf } from '#workers/stores';

const AT = '/sign-in/saml/:company/:provider';
/** An answer of 256 KB in base64, with every `+` and `/` escaped, and what comes with it. */
const FORM_BYTES = 512 * 1024;

export function createSamlRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.get(`${AT}/metadata`, (c) => {
    const { call, company, id } = placeOf(c);
    return shown(call, company, async () => {
      // Before it has been told anything: its admin needs this first.
      const provider = await anyProviderOf(c.env, company, id);
      if (provider.settings.kind !== 'saml') throw new Problem('unknown_provider');
      const { serviceProviderMetadata } = await import('#workers/identity/saml/metadata');
      const text = serviceProviderMetadata(serviceProvider(c.env, c.req.raw, company, provider.id));
      return new Response(text, { headers: { 'Content-Type': 'application/samlmetadata+xml; charset=utf-8', 'Cache-Control': 'no-store' } });
    });
  });

  app.post(AT, (c) => {
    const { call, company, id } = placeOf(c);
    const work = async () => {
      const { receiveAnswer } = await import('#workers/identity/saml/sign-in');
      const provider = await samlProvider(c.env, company, id);
      const self = serviceProvider(c.env, c.req.raw, company, provider.id);
      const form = await formOf(c.req.raw);
      const query = await told(call, company, provider, () =>
        receiveAnswer(storesOf(c.env).samlAnswers, form, { tenant: company, provider, self, now: call.now }),
      );
      return redirect(`/sign-in/saml/${company}/${provider.id}/return?${query}`);
    };
    return shown(call, company, work, { keepsFlow: true });
  });

  app.get(`${AT}/return`, (c) => {
    const { call, company, id } = placeOf(c);
    return shown(call, company, async () => {
      const { finishSaml } = await import('#workers/identity/saml/sign-in');
      const provider = await samlProvider(c.env, company, id);
      const flow = await flowOf<Flow & SamlFlow>(call, company);
      const query = new URL(c.req.url).searchParams;
      const person = await told(call, company, provider, () =>
        finishSaml(storesOf(c.env).samlAnswers, query, flow, { tenant: company, provider, now: call.now }),
      );
      if (person === null) throw noFlow();
      return signedIn(call, company, provider, person, flow?.next);
    });
  });
  return app;
}

/** Who we are to a provider: an entity of its own for each, so that an answer for one says nothing to another. */
export function serviceProvider(env: RegionEnv, request: Request, company: string, provider: string) {
  const acs_url = `${publicOrigin(env, request)}/sign-in/saml/${company}/${provider}`;
  return { entity_id: `${acs_url}/metadata`, acs_url, metadata_url: `${acs_url}/metadata` };
}

function placeOf(c: Context<ApiEnv>): { call: SignInCall; company: string; id: string } {
  const call = { env: c.env, request: c.req.raw, requestId: c.get('requestId'), now: Date.now() };
  return { call, company: c.req.param('company') ?? '', id: c.req.param('provider') ?? '' };
}

async function samlProvider(env: RegionEnv, company: string, id: string) {
  const { isSamlReady } = await import('#workers/identity/saml/sign-in');
  const provider = await providerOf(env, company, id);
  if (!isSamlReady(provider)) throw new Problem('unknown_provider');
  return provider;
}

async function formOf(request: Request): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new Problem('unsupported_media_type', 'An answer is posted as application/x-www-form-urlencoded.');
  }
  const bytes = await readBody(request, FORM_BYTES);
  if (!bytes) throw new Problem('body_too_large', 'An answer has at most 256 KB.');
  const text = utf8(bytes);
  if (text === undefined) throw new Problem('invalid_request', 'The form is not UTF-8.');
  return new URLSearchParams(text);
}

/** What is refused stands in the audit log; whoever brought it learns the same. */
async function told<T>(call: SignInCall, tenant: string, provider: IdentityProvider, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof AnswerRefused)) throw cause;
    await tellRefusedAnswer(call, tenant, provider.id, cause);
    throw new Problem('answer_refused', cause.message, { extra: { reason: cause.fault }, cause });
  }
}
