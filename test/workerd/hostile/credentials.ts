/** Credentials that are none: tokens forged in the ways that are known, and keys that somebody guessed, found or bent. */
import { passportFor } from '#workers/regions/passport';
import { region, type World } from './world';

const encode = (value: unknown) => encodeBytes(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));
const encodeBytes = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

async function signed(header: object, claims: object, secret: string, hash = 'SHA-256'): Promise<string> {
  const text = `${encode(header)}.${encode(claims)}`;
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash }, false, ['sign']);
  return `${text}.${encodeBytes(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))))}`;
}

/** Of the owner of acme, made by who knows all but the secret; and with the secret, for another use than they are put to. */
export async function forgedTokens({ acme, keyId }: World): Promise<Record<string, string>> {
  const secret = region.SESSION_SECRET!;
  const [header, payload, signature] = acme.token.split('.') as [string, string, string];
  const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
  const hs256 = { alg: 'HS256' };
  const soon = Math.floor(Date.now() / 1000) + 600;
  const unsigned = (alg: string) => `${encode({ alg })}.${payload}.`;
  const byHmac = (more: object, head: object = hs256) => signed(head, { ...claims, ...more }, secret);
  return {
    'alg none': unsigned('none'),
    'alg None': unsigned('None'),
    'alg NONE': unsigned('NONE'),
    'alg of no name': unsigned(''),
    'no alg at all': `${encode({ typ: 'JWT' })}.${payload}.${signature}`,
    'alg none over the true signature': `${encode({ alg: 'none' })}.${payload}.${signature}`,
    'no signature': `${header}.${payload}.`,
    'two parts': `${header}.${payload}`,
    'four parts': `${acme.token}.${signature}`,
    'the secret under another algorithm': await signed({ alg: 'HS512' }, claims, secret.padEnd(64, '.'), 'SHA-512'),
    'RS256 in the header, HMAC beneath': await byHmac({}, { alg: 'RS256' }),
    'ES256 in the header, HMAC beneath': await byHmac({}, { alg: 'ES256' }),
    'another secret': await signed(hs256, claims, 'a secret that somebody guessed'),
    'the key of the vault as secret': await signed(hs256, claims, region.SECRETS_KEY!),
    'the key of the operator as secret': await signed(hs256, claims, region.ADMIN_API_KEY!),
    'the key between regions as secret': await signed(hs256, claims, `between regions ${secret}`),
    'a secret of nothing': await signed(hs256, claims, '\0'),
    'its own key in the header': await signed({ ...hs256, jwk: { kty: 'oct', k: encode('mine') } }, claims, 'mine'),
    'a key id that is a path': await signed({ ...hs256, kid: '../../../dev/null' }, claims, '\0'),
    'a key id that is a query': await signed({ ...hs256, kid: "x' UNION SELECT 'mine" }, claims, 'mine'),
    'the address of a key set': await signed({ ...hs256, jku: 'https://evil.example/keys' }, claims, 'mine'),
    'a critical header that nobody knows': await byHmac({}, { ...hs256, crit: ['mine'], mine: true }),
    'somebody else in the claims': `${header}.${encode({ ...claims, sub: 'usr_mallory' })}.${signature}`,
    'another company in the claims': `${header}.${encode({ ...claims, tenant: 'globex' })}.${signature}`,
    'a later end in the claims': `${header}.${encode({ ...claims, exp: soon + 9e6 })}.${signature}`,
    'a signature cut short': acme.token.slice(0, -4),
    'a signature of another token': `${header}.${payload}.${(await byHmac({ sub: 'x' })).split('.')[2]}`,
    expired: await byHmac({ exp: soon - 1200 }),
    'expired long ago': await byHmac({ exp: 1 }),
    'without an end': await byHmac({ exp: undefined }),
    'an end that is text': await byHmac({ exp: 'never' }),
    'not valid yet': await byHmac({ nbf: soon }),
    'for a sign-in under way': await byHmac({ aud: 'sign-in-flow' }),
    'for an application': await byHmac({ aud: 'https://shop.example' }),
    'for several at once': await byHmac({ aud: ['api', 'browser'] }),
    'for nobody': await byHmac({ aud: undefined }),
    'a session of another company': await byHmac({ tenant: 'globex' }),
    'a session of somebody else': await byHmac({ sub: 'usr_mallory' }),
    'a session that is none': await byHmac({ sid: 'ses_00000000000000000000' }),
    'a session that is an object': await byHmac({ sid: { $ne: '' } }),
    'a company that is a list': await byHmac({ tenant: ['acme'] }),
    'a company that is a path': await byHmac({ tenant: '../acme' }),
    'an operator by claim': await signed(hs256, { tenant: 'acme', key_id: 'admin:0000000000000000', exp: soon }, secret),
    'an operator of no digest': await signed(hs256, { tenant: 'acme', key_id: 'admin:', exp: soon }, secret),
    'a key of another company': await signed(hs256, { tenant: 'globex', key_id: keyId, exp: soon }, secret),
    'a key that is none': await signed(hs256, { tenant: 'acme', key_id: 'key_0', exp: soon }, secret),
    'a platform in the claims': await signed('mine' as never, { ...claims, platform: true }, 'mine'),
    'a passport between regions': await passportFor('us', 'GET', '/api/v1/auth/me', { tenant: 'acme' }, region),
    'claims that are no JSON': `${header}.${encode('{')}.${signature}`,
    'claims that are a list': `${header}.${encode([claims])}.${signature}`,
  };
}

export function bentKeys({ keys }: World): Record<string, string> {
  const key = keys.acmeOwner;
  const random = key.slice('wfk_acme_'.length);
  const flipped = random.at(-1) === 'A' ? 'B' : 'A';
  return {
    'one that has expired': keys.expired,
    'one that was deleted': keys.deleted,
    'the last letter another': key.slice(0, -1) + flipped,
    'a letter less': key.slice(0, -1),
    'a letter more': `${key}A`,
    'another case': key.toUpperCase(),
    'that of acme, named for globex': `wfk_globex_${random}`,
    'that of globex, named for acme': keys.globexOwner.replace('wfk_globex_', 'wfk_acme_'),
    'no random part': 'wfk_acme_',
    'a company that is a path': `wfk_../acme_${random}`,
    'a pattern': 'wfk_acme_%',
    'a query': `wfk_acme_'OR'1'='1`,
    'a prefix as lists show it': key.slice(0, 16),
    'no key at all': 'undefined',
    'the digest of a key': '0'.repeat(64),
    'the operator’s, a letter less': region.ADMIN_API_KEY!.slice(0, -1),
    'the operator’s, a letter more': `${region.ADMIN_API_KEY}x`,
    'the operator’s in another case': region.ADMIN_API_KEY!.toUpperCase(),
    'as long as a header may be': `wfk_acme_${'A'.repeat(8000)}`,
  };
}
