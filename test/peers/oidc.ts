/**
 * A real OpenID provider (`oidc-provider`), and the keys of a Cloudflare Access team, beside the runtime on loopback ports.
 *
 * Anybody signs in at the provider with the name they type: `ada` is `ada@corp.example`, verified; `eve` is not verified;
 * `mute` has no address. The team's keys are exchanged by `POST /rotate`; `POST /sign` signs any claims by the present key,
 * or as its query says: `?key=stranger`, `?alg=none`, `?alg=HS256`.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import Provider from 'oidc-provider';

export interface OidcPeer {
  issuer: string;
  team: string;
}

const CLIENT = { client_id: 'workflow', client_secret: 'client-secret-of-workflow' };

export async function startOidc(redirectUris: string[]): Promise<{ peer: OidcPeer; stop(): Promise<void> }> {
  const team = await startTeam();
  // Its address is part of what it says, so it listens first.
  const server = createServer((request, response) => handler(request, response));
  const issuer = await listening(server);
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: redirectUris, grant_types: ['authorization_code'], response_types: ['code'] }],
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    jwks: { keys: [await privateKey('provider')] },
    cookies: { keys: ['a key for cookies'] },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: id, ...(id === 'mute' ? {} : { email: `${id}@corp.example`, email_verified: id !== 'eve' }) }),
    }),
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client!.clientId, accountId: context.oidc.session!.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handler = provider.callback();
  return {
    peer: { issuer, team: team.url },
    async stop() {
      await Promise.all([closed(server), team.stop()]);
    },
  };
}

async function startTeam(): Promise<{ url: string; stop(): Promise<void> }> {
  let generation = 1;
  let key = await generateKeyPair('RS256', { extractable: true });
  const stranger = await generateKeyPair('RS256');
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://team');
    const body = await text(request);
    if (url.pathname === '/cdn-cgi/access/certs') {
      const jwk = await exportJWK(key.publicKey);
      return response.end(JSON.stringify({ keys: [{ ...jwk, kid: `team-${generation}`, alg: 'RS256', use: 'sig' }] }));
    }
    if (url.pathname === '/rotate') {
      generation++;
      key = await generateKeyPair('RS256', { extractable: true });
      return response.end();
    }
    if (url.pathname !== '/sign') {
      response.statusCode = 404;
      return response.end();
    }
    const claims = JSON.parse(body) as Record<string, unknown>;
    const alg = url.searchParams.get('alg') ?? 'RS256';
    if (alg === 'none') return response.end(new UnsecuredJWT(claims).encode());
    const header = { alg, kid: `team-${generation}` };
    // Signed with the public key as if it were a shared secret.
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(key.publicKey)));
    const signer = alg === 'HS256' ? secret : url.searchParams.get('key') === 'stranger' ? stranger.privateKey : key.privateKey;
    response.end(await new SignJWT(claims).setProtectedHeader(header).sign(signer));
  });
  return { url: await listening(server), stop: () => closed(server) };
}

async function privateKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
