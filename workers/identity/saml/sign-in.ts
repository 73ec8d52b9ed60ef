/**
 * Signing in by SAML 2.0, as the browser goes: away with a request, back with an answer, and on with a code.
 *
 * The answer comes as a form that a page of the provider posts here, across sites: the cookie of the sign-in is SameSite=Lax and
 * is not sent with it, so what arrives cannot be told from what somebody else's page posts. Therefore nobody is signed in by it:
 *
 * 1. What is verified is kept for a minute under a code that is told to the browser alone, in the address that it is led to next.
 * 2. That address is opened by GET from here, with the cookie. The answer counts where the cookie, which we have signed, names
 *    the request that is answered: a browser that began another sign-in, or none, gets nothing. So nobody can be signed in as
 *    somebody else by a page that posts an answer of its own (login CSRF), and a stolen answer opens nothing elsewhere.
 * 3. A cookie with SameSite=None would come with the form, but also with everything else, from everywhere; it is not needed.
 * 4. An assertion counts once, and a request is answered once, in whichever browser and order they come.
 */
import type { IdentityProvider, KeptSamlSettings, SamlAnswerStore } from '#storage/identity-ports';
import { utf8 } from '#workers/door/request-body';
import { sha256Hex } from '#workers/identity/digest';
import type { ExternalPerson } from '#workers/identity/external-person';
import { newLinkToken, randomToken } from '#workers/identity/link-tokens';
import { ANSWER_BYTES, readAnswer } from '#workers/identity/saml/answer';
import { publicKeyOf } from '#workers/identity/saml/certificates';
import type { ServiceProvider } from '#workers/identity/saml/metadata';
import { personOf } from '#workers/identity/saml/person';
import { AnswerRefused } from '#workers/identity/saml/refused';
import { newRequestId, requestAddress } from '#workers/identity/saml/request';

export type SamlProvider = IdentityProvider & { settings: Required<Pick<KeptSamlSettings, 'issuer' | 'sso_url' | 'certificates'>> & KeptSamlSettings };

/** What has to be remembered until the browser comes back. */
export interface SamlFlow {
  request: string;
  state: string;
}

const CODE_MS = 60_000;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const STATE = /^[\w-]{1,80}$/;

/** Whether it has been told all that it needs. */
export function isSamlReady(provider: IdentityProvider): provider is SamlProvider {
  const { settings } = provider;
  return settings.kind === 'saml' && settings.issuer !== undefined && settings.sso_url !== undefined && settings.certificates !== undefined;
}

export async function beginSaml({ settings }: SamlProvider, self: ServiceProvider, now: number): Promise<{ url: string; flow: SamlFlow }> {
  const flow = { request: newRequestId(), state: randomToken() };
  return { url: await requestAddress(settings.sso_url, self, { id: flow.request, relayState: flow.state, now }), flow };
}

interface Come {
  tenant: string;
  provider: SamlProvider;
  self: ServiceProvider;
  now: number;
}

/** Of the form that was posted. The code, and what came back with it, for the address that the browser is led to. Throws AnswerRefused. */
export async function receiveAnswer(store: SamlAnswerStore, form: URLSearchParams, { tenant, provider, self, now }: Come): Promise<URLSearchParams> {
  const { issuer, certificates, email_attribute } = provider.settings;
  const expected = { provider: { entity_id: issuer, keys: certificates.map(publicKeyOf) }, self, now };
  const answer = readAnswer(decoded(form), expected);
  const { subject, email, name } = personOf(answer, email_attribute);
  const { token, hash } = await newLinkToken();
  const isNew = await store.keep(
    tenant,
    {
      provider: provider.id,
      assertion: await sha256Hex(answer.assertion_id),
      request: answer.request_id,
      code_hash: hash,
      code_until: now + CODE_MS,
      person: { subject, email, name },
      expires_at: answer.expires_at,
    },
    now,
  );
  if (!isNew) throw new AnswerRefused('replayed', 'The assertion has come before, or its request was answered.');
  const state = form.get('RelayState') ?? '';
  return new URLSearchParams({ code: token, ...(STATE.test(state) ? { state } : {}) });
}

/** Whom the answer named that the browser comes for. `flow`: what its cookie remembers. Throws AnswerRefused('browser'); `null`: there is no such code. */
export async function finishSaml(
  store: SamlAnswerStore,
  query: URLSearchParams,
  flow: SamlFlow | null,
  { tenant, provider, now }: Omit<Come, 'self'>,
): Promise<ExternalPerson | null> {
  const kept = await store.take(tenant, await sha256Hex(query.get('code') ?? ''), now);
  if (kept?.provider !== provider.id) return null;
  if (kept.request !== flow?.request || query.get('state') !== flow.state) {
    throw new AnswerRefused('browser', 'The answer is to a request of another browser, or of one that began too long ago.');
  }
  return kept.person;
}

function decoded(form: URLSearchParams): string {
  const [text, ...more] = form.getAll('SAMLResponse');
  if (text === undefined || more.length > 0 || text.length > ANSWER_BYTES * 1.5 || !BASE64.test(text)) {
    throw new AnswerRefused('unreadable', 'The form has not exactly one SAMLResponse in base64, of 256 KB at most.');
  }
  const xml = utf8(Buffer.from(text, 'base64'));
  if (xml === undefined) throw new AnswerRefused('unreadable', 'The answer is not UTF-8.');
  return xml;
}
