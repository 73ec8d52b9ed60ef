/**
 * Signatures of webhooks: how GitHub, Stripe, Slack and others prove that a request is theirs.
 *
 * 1. What is signed is the body byte for byte as it came, never a value that was decoded and written again.
 * 2. Signatures are compared by WebCrypto's `verify`, whose time says nothing of where two differ.
 * 3. Where the scheme signs a time, a request outside the tolerance is refused, however good its signature.
 * 4. A signature that names its delivery has one spelling, letter case and padding aside: another one is no other delivery.
 */

export const WEBHOOK_PROVIDERS = ['github', 'stripe', 'slack', 'standard', 'generic'] as const;
export type WebhookProvider = (typeof WEBHOOK_PROVIDERS)[number];

export interface WebhookRequest {
  /** Lower-case names. */
  headers: Record<string, string>;
  /** The body as it came. */
  body: string;
}

export interface WebhookScheme {
  provider: WebhookProvider;
  secret: string;
  /** generic: header of the signature. Default `x-signature`. */
  header?: string;
  /** generic: default sha256. */
  algorithm?: 'sha1' | 'sha256' | 'sha512';
  /** generic: how the signature is written. Default hex. */
  encoding?: 'hex' | 'base64';
  /** generic: header of a signed time in epoch seconds; what is signed then is `{time}.{body}`. */
  timestamp_header?: string;
  /** How old, or how far ahead, a signed time may be. Default 300. */
  tolerance_s?: number;
}

export type WebhookVerdict =
  /** `id`: what tells this delivery from others, for refusing it a second time: the sender's id, else the signature. */
  { valid: true; id: string; signed_at?: number } | { valid: false; reason: string };

const HASHES = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' } as const;
export const DEFAULT_TOLERANCE_S = 300;

/** `now`: epoch ms. */
export async function verifyWebhook(scheme: WebhookScheme, request: WebhookRequest, now: number): Promise<WebhookVerdict> {
  switch (scheme.provider) {
    case 'github':
      return github(scheme, request);
    case 'stripe':
      return stripe(scheme, request, now);
    case 'slack':
      return slack(scheme, request, now);
    case 'standard':
      return standard(scheme, request, now);
    case 'generic':
      return generic(scheme, request, now);
    default: {
      const never: never = scheme.provider;
      return never;
    }
  }
}

/** `X-Hub-Signature-256: sha256=<hex of the body's HMAC>`. */
async function github({ secret }: WebhookScheme, { headers, body }: WebhookRequest): Promise<WebhookVerdict> {
  const signature = headers['x-hub-signature-256'];
  if (!signature) return missing('X-Hub-Signature-256');
  if (!(await matches('sha256', secret, body, hexBytes(signature.replace(/^sha256=/, ''))))) return WRONG;
  return { valid: true, id: headers['x-github-delivery'] ?? signature };
}

/** `Stripe-Signature: t=<epoch s>,v1=<hex>[,v1=<hex>]` over `{t}.{body}`. */
async function stripe(scheme: WebhookScheme, { headers, body }: WebhookRequest, now: number): Promise<WebhookVerdict> {
  const header = headers['stripe-signature'];
  if (!header) return missing('Stripe-Signature');
  const parts = header.split(',').map((part) => part.trim().split('=', 2) as [string, string?]);
  const time = parts.find(([name]) => name === 't')?.[1];
  const signatures = parts.filter(([name]) => name === 'v1').map(([, value]) => value ?? '');
  return signedAt(scheme, time, now, async () => {
    for (const signature of signatures) if (await matches('sha256', scheme.secret, `${time}.${body}`, hexBytes(signature))) return signature;
    return undefined;
  });
}

/** `X-Slack-Signature: v0=<hex>` over `v0:{X-Slack-Request-Timestamp}:{body}`. */
async function slack(scheme: WebhookScheme, { headers, body }: WebhookRequest, now: number): Promise<WebhookVerdict> {
  const signature = headers['x-slack-signature'];
  const time = headers['x-slack-request-timestamp'];
  if (!signature) return missing('X-Slack-Signature');
  if (!signature.startsWith('v0=')) return WRONG;
  return signedAt(scheme, time, now, async () =>
    (await matches('sha256', scheme.secret, `v0:${time}:${body}`, hexBytes(signature.slice('v0='.length)))) ? signature : undefined,
  );
}

/** Standard Webhooks: `webhook-signature: v1,<base64> …` over `{webhook-id}.{webhook-timestamp}.{body}`; the secret may be `whsec_<base64>`. */
async function standard(scheme: WebhookScheme, { headers, body }: WebhookRequest, now: number): Promise<WebhookVerdict> {
  const id = headers['webhook-id'];
  const time = headers['webhook-timestamp'];
  const header = headers['webhook-signature'];
  if (!id || !header) return missing(id ? 'webhook-signature' : 'webhook-id');
  const secret = scheme.secret.startsWith('whsec_') ? base64Bytes(scheme.secret.slice('whsec_'.length)) : scheme.secret;
  const verdict = await signedAt(scheme, time, now, async () => {
    for (const part of header.split(' ')) {
      const [version, value = ''] = part.split(',', 2);
      if (version === 'v1' && secret && (await matches('sha256', secret, `${id}.${time}.${body}`, base64Bytes(value)))) return value;
    }
    return undefined;
  });
  return verdict.valid ? { ...verdict, id } : verdict;
}

async function generic(scheme: WebhookScheme, { headers, body }: WebhookRequest, now: number): Promise<WebhookVerdict> {
  const { secret, header = 'x-signature', algorithm = 'sha256', encoding = 'hex', timestamp_header } = scheme;
  const signature = headers[header.toLowerCase()];
  if (!signature) return missing(header);
  const named = encoding === 'hex' ? signature.toLowerCase() : signature;
  const written = named.startsWith(`${algorithm}=`) ? named.slice(algorithm.length + 1) : named;
  const bytes = encoding === 'hex' ? hexBytes(written) : canonicalBytes(written);
  if (timestamp_header === undefined) return (await matches(algorithm, secret, body, bytes)) ? { valid: true, id: signature } : WRONG;
  const time = headers[timestamp_header.toLowerCase()];
  return signedAt(scheme, time, now, async () => ((await matches(algorithm, secret, `${time}.${body}`, bytes)) ? signature : undefined));
}

const WRONG: WebhookVerdict = { valid: false, reason: 'The signature is not that of this body and this secret.' };

function missing(header: string): WebhookVerdict {
  return { valid: false, reason: `The header ${header} is missing.` };
}

/** The time first: an old request is refused whatever its signature. `find` gives the signature that holds. */
async function signedAt(scheme: WebhookScheme, time: string | undefined, now: number, find: () => Promise<string | undefined>): Promise<WebhookVerdict> {
  if (!time || !/^\d{1,12}$/.test(time)) return { valid: false, reason: 'The time of the signature is missing.' };
  const signed_at = Number(time) * 1000;
  const tolerance = scheme.tolerance_s ?? DEFAULT_TOLERANCE_S;
  if (Math.abs(now - signed_at) > tolerance * 1000) return { valid: false, reason: `The signature's time is more than ${tolerance} s away from now.` };
  const signature = await find();
  return signature === undefined ? WRONG : { valid: true, id: signature, signed_at };
}

async function matches(algorithm: keyof typeof HASHES, secret: string | Uint8Array, text: string, signature: Uint8Array | undefined): Promise<boolean> {
  if (!signature || signature.length === 0) return false;
  return crypto.subtle.verify('HMAC', await hmacKey(algorithm, secret, 'verify'), signature, new TextEncoder().encode(text));
}

/** Hex of the text's HMAC: for whoever signs. */
export async function hmacHex(algorithm: keyof typeof HASHES, secret: string, text: string): Promise<string> {
  return [...(await hmac(algorithm, secret, text))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function hmacBase64(algorithm: keyof typeof HASHES, secret: string | Uint8Array, text: string): Promise<string> {
  return btoa(String.fromCharCode(...(await hmac(algorithm, secret, text))));
}

async function hmac(algorithm: keyof typeof HASHES, secret: string | Uint8Array, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(algorithm, secret, 'sign'), new TextEncoder().encode(text)));
}

function hmacKey(algorithm: keyof typeof HASHES, secret: string | Uint8Array, use: 'sign' | 'verify'): Promise<CryptoKey> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: HASHES[algorithm] }, false, [use]);
}

function hexBytes(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

/** Of a signature: one whose bytes could be written otherwise (bits left over, blanks) would pass as another delivery. */
function canonicalBytes(text: string): Uint8Array | undefined {
  const bytes = base64Bytes(text);
  const plain = (spelling: string) => spelling.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  return bytes && plain(btoa(String.fromCharCode(...bytes))) === plain(text) ? bytes : undefined;
}

export function base64Bytes(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
