/** Who asks: the bearer token of a request, checked against the module that issued it. */
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest } from '#modules/door';

export interface Issuer {
  /** The module that issues the tokens and remembers those that were revoked; absent: tokens of others, who cannot be asked. */
  module?: string;
  secret?: string;
  issuer?: string;
  audience?: string;
}

/** The token of the request. Throws Problem('unauthenticated') where there is none. */
export function bearerOf(request: DoorRequest): string {
  const [scheme, token, ...more] = (request.headers.get('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token || more.length > 0) throw refused('Send a token: Authorization: Bearer …');
  return token;
}

/** The claims of the token. Throws Problem('unauthenticated'). */
export async function bearerClaims(
  request: DoorRequest,
  { tokens, revocations }: DoorContext,
  { module, secret, issuer, audience }: Issuer,
): Promise<JsonObject> {
  const token = bearerOf(request);
  if (!secret) throw new Problem('internal', 'No secret is set that tokens could be checked with.');
  const checked = await tokens.verify(token, { secret, ...(issuer ? { issuer } : {}), ...(audience ? { audience } : {}) });
  if (!checked.ok) throw refused(`The token is not accepted: ${checked.reason}.`);
  // A refresh token is for one purpose only.
  if (checked.claims.use === 'refresh') throw refused('This is a refresh token; send the access token.');
  const { jti } = checked.claims;
  if (module !== undefined && typeof jti === 'string' && (await revocations.has(module, jti))) throw refused('The token was revoked; sign in again.');
  return checked.claims;
}

/** What a pipeline is told of the caller; the token itself is not. */
export function callerOf(claims: JsonObject): JsonObject {
  const roles = Array.isArray(claims.roles) ? claims.roles : typeof claims.role === 'string' ? [claims.role] : [];
  return { auth: { subject: claims.sub ?? null, roles, claims } };
}

function refused(message: string): Problem {
  return new Problem('unauthenticated', message, { extra: { headers: { 'www-authenticate': 'Bearer' } } });
}
