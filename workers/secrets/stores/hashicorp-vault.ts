/**
 * HashiCorp Vault over its HTTP API: the KV engine, version 2; signed in with a token, or by AppRole. Tokens that can be
 * renewed are renewed in time; one of an AppRole that is not taken any more is replaced by signing in again.
 */
import { isJsonObject, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { VaultSettings } from '#contracts/secret-store';
import type { HttpPort, HttpReply } from '#steps/define-step';
import { type Lease, LeasedToken } from '#workers/secrets/stores/lease';
import { fieldsOf, objectOf, refusedBy, type SecretStoreClient, type StoredSecret } from '#workers/secrets/stores/store';

const KIND = 'vault';

export function vaultStore(settings: VaultSettings, credential: string, http: () => HttpPort, now: () => number): SecretStoreClient {
  const { auth } = settings;
  const base = settings.address.replace(/\/+$/, '');

  const send = (method: 'GET' | 'POST', path: string, token?: string, body?: JsonObject): Promise<HttpReply> =>
    http().fetch({
      url: `${base}/v1/${path}`,
      method,
      headers: {
        accept: 'application/json',
        'x-vault-request': 'true',
        ...(token === undefined ? {} : { 'x-vault-token': token }),
        ...(settings.namespace === undefined ? {} : { 'x-vault-namespace': trimmed(settings.namespace) }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const signIn = async (): Promise<Lease> => {
    if (auth.method === 'approle') {
      const path = `auth/${encoded(auth.mount)}/login`;
      const reply = await send('POST', path, undefined, { role_id: auth.role_id, secret_id: credential });
      if (reply.status !== 200) throw refusedBy(KIND, reply, 'the sign-in by AppRole');
      return leaseOf(reply);
    }
    const reply = await send('GET', 'auth/token/lookup-self', credential);
    if (reply.status !== 200) throw refusedBy(KIND, reply, 'the look-up of the token');
    const { data } = objectOf(reply);
    // A page to sign in on, say: it would be taken for a Vault that is well.
    if (data === undefined || !isJsonObject(data))
      throw new Problem('secret_store_refused', 'What answers at the address says nothing of the token: it is no Vault.');
    return { token: credential, lasts: seconds(data.ttl), renewable: data.renewable === true };
  };
  const renew = async (token: string): Promise<Lease> => {
    const reply = await send('POST', 'auth/token/renew-self', token, {});
    if (reply.status !== 200) throw refusedBy(KIND, reply, 'the renewal of the token');
    return leaseOf(reply);
  };
  const token = new LeasedToken({ obtain: signIn, renew }, now);

  const get = async (path: string): Promise<HttpReply> => {
    const reply = await send('GET', path, await token.get());
    if (reply.status !== 403) return reply;
    // Revoked, or its uses are over: a new one may do.
    token.forget();
    return auth.method === 'approle' ? send('GET', path, await token.get()) : reply;
  };

  return {
    async read(path): Promise<StoredSecret | undefined> {
      const reply = await get(`${encoded(settings.mount)}/data/${encoded(path)}`);
      // One that was deleted is 404, with what is known of it.
      if (reply.status === 404) return undefined;
      if (reply.status !== 200) throw refusedBy(KIND, reply, `the secret ${path}`);
      const data = part(objectOf(reply), 'data').data;
      if (!isJsonObject(data ?? null)) throw new Problem('secret_store_refused', `What Vault has at ${path} is no secret of a KV engine of version 2.`);
      return { fields: fieldsOf(data as JsonObject) };
    },
    async check() {
      token.forget();
      await token.get();
    },
  };
}

function leaseOf(reply: HttpReply): Lease {
  const { client_token, lease_duration, renewable } = part(objectOf(reply), 'auth');
  if (typeof client_token !== 'string') throw new Problem('secret_store_refused', 'Vault gave no token.');
  return { token: client_token, lasts: seconds(lease_duration), renewable: renewable === true };
}

function part(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return value !== undefined && isJsonObject(value) ? value : {};
}

/** Seconds, as ms. */
function seconds(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value * 1000 : 0;
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}

function encoded(path: string): string {
  return trimmed(path).split('/').map(encodeURIComponent).join('/');
}
