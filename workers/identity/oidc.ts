/**
 * OpenID Connect, authorization code with PKCE: `oauth4webapi` speaks the protocol, jose checks signatures.
 *
 * 1. state, nonce and verifier are new for each sign-in and stay in a cookie of the browser that began it: nobody can
 *    finish what another browser has begun.
 * 2. The issuer that answers is the one that was configured, the audience is our client, and only signatures by a key of
 *    the issuer count.
 */
import { jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { Problem } from '#contracts/problems';
import type { IdentityProvider } from '#storage/identity-ports';
import { IsolateCache } from '#storage/isolate-cache';
import type { ExternalPerson } from '#workers/identity/external-person';
import { type ProviderEnv, providerFetch } from '#workers/identity/provider-fetch';
import { keysAt, SIGNATURES } from '#workers/identity/provider-keys';
import { isHosted } from '#workers/mode';

export type OidcSettings = IdentityProvider['settings'] & { kind: 'oidc' };

/** What has to be remembered until the browser comes back. */
export interface OidcFlow {
  state: string;
  nonce: string;
  verifier: string;
}

const DISCOVERY_MS = 10 * 60_000;
const discovered = new IsolateCache<oauth.AuthorizationServer>({ max: 500, ttlMs: DISCOVERY_MS });

/** Where the browser goes, and what to remember. Throws Problem('provider_failed'). */
export async function beginOidc(settings: OidcSettings, redirectUri: string, env: ProviderEnv): Promise<{ url: string; flow: OidcFlow }> {
  const server = await serverOf(settings.issuer, env);
  if (!server.authorization_endpoint) throw new Problem('provider_failed', 'The identity provider names no authorization endpoint.');
  const flow = { state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), verifier: oauth.generateRandomCodeVerifier() };
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: settings.client_id,
    redirect_uri: redirectUri,
    scope: [...new Set(['openid', ...settings.scopes])].join(' '),
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, flow };
}

/** Who came back. Throws Problem: provider_failed, sign_in_failed. */
export async function finishOidc(
  settings: OidcSettings,
  clientSecret: string | undefined,
  { answer, redirectUri, flow }: { answer: URL; redirectUri: string; flow: OidcFlow },
  env: ProviderEnv,
): Promise<ExternalPerson> {
  const server = await serverOf(settings.issuer, env);
  const client: oauth.Client = { client_id: settings.client_id };
  const options = optionsFor(env);
  return told(async () => {
    const parameters = oauth.validateAuthResponse(server, client, answer, flow.state);
    const authentication = authenticationOf(server, clientSecret);
    const response = await oauth.authorizationCodeGrantRequest(server, client, authentication, parameters, redirectUri, flow.verifier, options);
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: flow.nonce, requireIdToken: true });
    if (!server.jwks_uri) throw new Problem('provider_failed', 'The identity provider names no keys.');
    const { payload } = await jwtVerify(tokens.id_token!, keysAt(server.jwks_uri, env), {
      issuer: server.issuer,
      audience: settings.client_id,
      algorithms: SIGNATURES,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    const claims =
      payload.email === undefined && server.userinfo_endpoint
        ? { ...(await userInfo(server, client, tokens.access_token, payload.sub!, options)), ...payload }
        : payload;
    return personOfClaims(claims);
  });
}

function personOfClaims(claims: Record<string, unknown>): ExternalPerson {
  const { sub, email, email_verified, name } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw new Problem('provider_failed', 'The identity provider does not say who it is.');
  return {
    subject: sub,
    ...(typeof email === 'string' ? { email } : {}),
    // Some providers write it as text.
    ...(email_verified === undefined ? {} : { email_verified: email_verified === true || email_verified === 'true' }),
    ...(typeof name === 'string' ? { name } : {}),
  };
}

/** Its discovery document. Throws Problem('provider_failed'). */
export async function serverOf(issuer: string, env: ProviderEnv): Promise<oauth.AuthorizationServer> {
  const known = discovered.get(issuer);
  if (known) return known;
  const server = await told(async () => {
    const url = new URL(issuer);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: 'oidc', ...optionsFor(env) }));
  });
  discovered.set(issuer, server);
  return server;
}

async function userInfo(server: oauth.AuthorizationServer, client: oauth.Client, token: string, subject: string, options: ReturnType<typeof optionsFor>) {
  const response = await oauth.userInfoRequest(server, client, token, options);
  const { email, email_verified, name } = await oauth.processUserInfoResponse(server, client, subject, response);
  return { email, email_verified, name };
}

function authenticationOf(server: oauth.AuthorizationServer, secret: string | undefined): oauth.ClientAuth {
  if (secret === undefined) return oauth.None();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic') ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

function optionsFor(env: ProviderEnv) {
  const fetch = providerFetch(env);
  return {
    [oauth.customFetch]: (url: string, init: oauth.CustomFetchOptions<string, unknown>) => fetch(url, init as RequestInit),
    [oauth.allowInsecureRequests]: !isHosted(env),
  };
}

/** Whatever a library throws, as a problem that says which side is at fault, and nothing of tokens. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const { code, error } = cause as { code?: unknown; error?: unknown };
    if (error === 'access_denied') throw new Problem('sign_in_failed', 'The sign-in was cancelled at the identity provider.', { cause });
    const what = [code, error].filter((part) => typeof part === 'string' && /^[\w.]{1,80}$/.test(part)).join(', ');
    throw new Problem('provider_failed', `The identity provider's answer was refused${what ? ` (${what})` : ''}.`, { cause });
  }
}
