/** Tokens of applications: JWT with HS256 and nothing else, whatever a token's header says. */
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { JsonObject } from '#contracts/json';
import type { TokenPort } from '#modules/door';

const ALGORITHM = 'HS256';

export function createTokens(now: () => number): TokenPort {
  const seconds = () => Math.floor(now() / 1000);
  return {
    sign(claims, { secret, expires_in, issuer, audience, subject }) {
      const token = new SignJWT(claims as JWTPayload)
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setSubject(subject)
        .setJti(crypto.randomUUID())
        .setIssuedAt(seconds())
        .setExpirationTime(seconds() + expires_in);
      if (issuer) token.setIssuer(issuer);
      if (audience) token.setAudience(audience);
      return token.sign(keyOf(secret));
    },
    async verify(token, { secret, issuer, audience }) {
      try {
        const { payload } = await jwtVerify(token, keyOf(secret), {
          algorithms: [ALGORITHM],
          currentDate: new Date(now()),
          requiredClaims: ['exp'],
          ...(issuer ? { issuer } : {}),
          ...(audience ? { audience } : {}),
        });
        return { ok: true, claims: payload as JsonObject };
      } catch (error) {
        return { ok: false, reason: reasonOf(error) };
      }
    },
  };
}

function keyOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it is over';
  if (error instanceof errors.JWTClaimValidationFailed) return `its ${error.claim} is another, or missing`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is not a token of this application';
}
