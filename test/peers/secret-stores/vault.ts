/** HashiCorp Vault, as far as a reader of a KV engine of version 2 sees it: tokens and AppRole, leases, renewal, namespaces. */
import { randomUUID } from 'node:crypto';
import type { VaultSettings } from '#contracts/secret-store';
import { StandIn } from './server.ts';

const ROOT = 'hvs.root-token-of-the-stand-in';
const SECRET_ID = 'b6f2f8f4-secret-id-of-the-role';
const ROLE_ID = '59d6d1ca-role-id';

interface Lent {
  until: number;
  renewable: boolean;
  seconds: number;
}

export class VaultStandIn extends StandIn {
  readonly settings: VaultSettings;
  readonly credential: string;
  /** Seconds that a token is lent for. */
  lease = 1200;
  readonly #lent = new Map<string, Lent>();

  constructor(address: string, now: () => number, { method = 'token', namespace }: { method?: 'token' | 'approle'; namespace?: string } = {}) {
    super(address, now);
    const auth = method === 'token' ? { method } : { method, role_id: ROLE_ID, mount: 'approle' };
    this.settings = { kind: 'vault', address, mount: 'secret', auth, ...(namespace === undefined ? {} : { namespace }) } as VaultSettings;
    this.credential = method === 'token' ? ROOT : SECRET_ID;
    if (method === 'token') this.#lend(ROOT);
  }

  forget(): void {
    this.#lent.clear();
  }

  protected async serve(request: Request, url: URL): Promise<Response> {
    const path = url.pathname.replace(/^\/v1\//, '');
    const body = request.method === 'POST' ? ((await request.json()) as Record<string, unknown>) : {};
    if ((request.headers.get('x-vault-namespace') ?? undefined) !== this.settings.namespace) return refused(404, 'no handler for route');
    if (path === 'auth/approle/login') {
      if (body.role_id !== ROLE_ID || body.secret_id !== SECRET_ID) return refused(400, 'invalid role or secret ID');
      const token = `hvs.${randomUUID()}`;
      return this.#auth(token, this.#lend(token));
    }
    const token = request.headers.get('x-vault-token') ?? '';
    const lent = this.#lent.get(token);
    if (!lent || lent.until <= this.now()) return refused(403, 'permission denied');
    if (path === 'auth/token/lookup-self') {
      return Response.json({ data: { ttl: Math.floor((lent.until - this.now()) / 1000), renewable: lent.renewable, policies: ['read'] } });
    }
    if (path === 'auth/token/renew-self') return this.#auth(token, this.#lend(token));
    const [, secret] = /^secret\/data\/(.+)$/.exec(path) ?? [];
    if (secret === undefined) return refused(403, 'permission denied');
    const data = this.secrets.get(decodeURIComponent(secret));
    if (data === undefined) return refused(404);
    return Response.json({ data: { data: typeof data === 'string' ? { value: data } : data, metadata: { version: 1, destroyed: false, deletion_time: '' } } });
  }

  #lend(token: string): Lent {
    const lent = { until: this.now() + this.lease * 1000, renewable: true, seconds: this.lease };
    this.#lent.set(token, lent);
    return lent;
  }

  #auth(client_token: string, { seconds, renewable }: Lent): Response {
    return Response.json({ lease_duration: 0, auth: { client_token, lease_duration: seconds, renewable, token_type: 'service', policies: ['read'] } });
  }
}

function refused(status: number, ...errors: string[]): Response {
  return Response.json({ errors }, { status });
}
