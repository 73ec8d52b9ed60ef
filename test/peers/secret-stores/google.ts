/** Google Secret Manager and the token endpoint in front of it, for the one service account that it knows. */
import { createPublicKey, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { GcpSettings } from '#contracts/secret-store';
import { StandIn } from './server.ts';

const EMAIL = 'reader@acme-stand-in.iam.gserviceaccount.com';
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export class GoogleStandIn extends StandIn {
  readonly settings: GcpSettings;
  readonly credential: string;
  readonly #tokens = new Set<string>();

  constructor(address: string, now: () => number) {
    super(address, now);
    this.settings = { kind: 'gcp', project: 'acme-stand-in', endpoint: address };
    this.credential = JSON.stringify({
      type: 'service_account',
      client_email: EMAIL,
      private_key: privateKey,
      private_key_id: 'k1',
      token_uri: `${address}/token`,
    });
  }

  forget(): void {
    this.#tokens.clear();
  }

  protected async serve(request: Request, url: URL): Promise<Response> {
    if (url.pathname === '/token') return this.#token(new URLSearchParams(await request.text()));
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (token === undefined || !this.#tokens.has(token)) return refused(401, 'UNAUTHENTICATED');
    const [, name] = /^\/v1\/projects\/acme-stand-in\/secrets\/([^/]+)\/versions\/latest:access$/.exec(url.pathname) ?? [];
    const value = name === undefined ? undefined : this.secrets.get(decodeURIComponent(name));
    if (value === undefined) return refused(404, 'NOT_FOUND');
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return Response.json({ name: `projects/1/secrets/${name}/versions/1`, payload: { data: Buffer.from(text).toString('base64') } });
  }

  #token(form: URLSearchParams): Response {
    const [head, claims, signature] = (form.get('assertion') ?? '').split('.') as [string, string, string];
    const good =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(createPublicKey(publicKey), signature, 'base64url');
    const said = good ? (JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>) : {};
    const seconds = this.now() / 1000;
    if (said.iss !== EMAIL || said.aud !== `${this.address}/token` || Number(said.exp) < seconds || Number(said.exp) - Number(said.iat) > 3600) {
      return Response.json({ error: 'invalid_grant' }, { status: 400 });
    }
    const access_token = `ya29.${randomUUID()}`;
    this.#tokens.add(access_token);
    return Response.json({ access_token, expires_in: 3599, token_type: 'Bearer' });
  }
}

function refused(code: number, status: string): Response {
  return Response.json({ error: { code, status, message: 'of the stand-in' } }, { status: code });
}
