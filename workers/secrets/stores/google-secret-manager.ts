/** Google Secret Manager: the latest version of a secret; signed in as a service account by a JWT (RFC 7523). */
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { isJsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { GcpSettings } from '#contracts/secret-store';
import type { HttpPort } from '#steps/define-step';
import { type Lease, LeasedToken } from '#workers/secrets/stores/lease';
import { objectOf, refusedBy, type SecretStoreClient, secretOfText } from '#workers/secrets/stores/store';

const KIND = 'gcp';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URI = 'https://oauth2.googleapis.com/token';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ASSERTION_SECONDS = 600;

/** What is read of the file that Google gives out for a service account. */
const serviceAccount = z.object({
  client_email: z.string().min(3),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default(TOKEN_URI),
});

export function googleStore(settings: GcpSettings, credential: string, http: () => HttpPort, now: () => number): SecretStoreClient {
  const base = (settings.endpoint ?? 'https://secretmanager.googleapis.com').replace(/\/+$/, '');

  const signIn = async (): Promise<Lease> => {
    const account = accountOf(credential);
    const at = Math.floor(now() / 1000);
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(account.private_key_id === undefined ? {} : { kid: account.private_key_id }) })
      .setIssuer(account.client_email)
      .setAudience(account.token_uri)
      .setIssuedAt(at)
      .setExpirationTime(at + ASSERTION_SECONDS)
      .sign(await keyOf(account.private_key));
    const reply = await http().fetch({
      url: account.token_uri,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
    });
    if (reply.status !== 200) throw refusedBy(KIND, reply, 'the sign-in of the service account');
    const { access_token, expires_in } = objectOf(reply);
    if (typeof access_token !== 'string') throw new Problem('secret_store_refused', 'Google gave no access token.');
    return { token: access_token, lasts: (typeof expires_in === 'number' && expires_in > 0 ? expires_in : ASSERTION_SECONDS) * 1000, renewable: false };
  };
  const token = new LeasedToken({ obtain: signIn }, now);

  return {
    async read(path) {
      const url = `${base}/v1/projects/${encodeURIComponent(settings.project)}/secrets/${encodeURIComponent(path)}/versions/latest:access`;
      const get = async () => http().fetch({ url, method: 'GET', headers: { authorization: `Bearer ${await token.get()}`, accept: 'application/json' } });
      let reply = await get();
      if (reply.status === 401) {
        token.forget();
        reply = await get();
      }
      if (reply.status === 404) return undefined;
      if (reply.status !== 200) throw refusedBy(KIND, reply, `the secret ${path}`);
      const payload = objectOf(reply).payload ?? null;
      const data = isJsonObject(payload) ? payload.data : undefined;
      if (typeof data !== 'string') throw new Problem('secret_store_refused', `Google Secret Manager gave no value for ${path}.`);
      return secretOfText(textOf(data));
    },
    async check() {
      token.forget();
      await token.get();
    },
  };
}

function accountOf(credential: string): z.output<typeof serviceAccount> {
  const account = serviceAccount.safeParse(objectOf({ body: credential }));
  if (!account.success)
    throw new Problem('secret_store_refused', 'The credential is not the JSON key of a service account: it has no client_email or private_key.');
  return account.data;
}

async function keyOf(pem: string): Promise<CryptoKey> {
  try {
    return await importPKCS8(pem, 'RS256');
  } catch {
    // Not the cause: its words may hold what it could not read.
    throw new Problem('secret_store_refused', 'The private_key of the service account cannot be read.');
  }
}

/** Bytes that are no text stay the base64 that they came in. */
function textOf(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return base64;
  }
}
