/**
 * Cloudflare Access: a proxy in front that has signed the visitor in already, and says so in a signed header.
 * Only the signature counts: whoever reaches the Worker past the proxy can send any header, but no signature.
 */
import { jwtVerify } from 'jose';
import { Problem } from '#contracts/problems';
import type { IdentityProvider } from '#storage/identity-ports';
import type { ExternalPerson } from '#workers/identity/external-person';
import type { ProviderEnv } from '#workers/identity/provider-fetch';
import { keysAt } from '#workers/identity/provider-keys';

export type AccessSettings = IdentityProvider['settings'] & { kind: 'access' };

export const ACCESS_HEADER = 'cf-access-jwt-assertion';

/** Throws Problem: sign_in_failed, provider_failed. */
export async function personOfAccess(settings: AccessSettings, token: string | null, env: ProviderEnv): Promise<ExternalPerson> {
  if (token === null) throw new Problem('sign_in_failed', 'Cloudflare Access has not signed you in: this address is not behind it.');
  const issuer = settings.issuer.replace(/\/$/, '');
  const { payload } = await jwtVerify(token, keysAt(`${issuer}/cdn-cgi/access/certs`, env), {
    issuer,
    audience: settings.audience,
    algorithms: ['RS256'],
    requiredClaims: ['sub', 'exp', 'iat', 'email'],
  }).catch((cause: unknown) => {
    if (cause instanceof Problem) throw cause;
    throw new Problem('sign_in_failed', 'What Cloudflare Access says of you is not valid here.', { cause });
  });
  const { sub, email } = payload;
  // Service tokens have no subject, and are no persons.
  if (!sub || typeof email !== 'string') throw new Problem('sign_in_failed', 'Cloudflare Access names no person.');
  return { subject: sub, email, email_verified: true };
}
