/**
 * Envelope encryption: the platform's key wraps a tenant's data key, the data key seals the tenant's values.
 *
 * 1. AES-256-GCM by WebCrypto, a fresh nonce each time.
 * 2. What is sealed is bound to its place (tenant, environment, name, version): a row that was moved does not open.
 * 3. Key material is in no log, error or table; a key is named by its fingerprint.
 */
import { Problem } from '#contracts/problems';

const NONCE_BYTES = 12;
const KEY_BYTES = 32;

/** The platform's keys: the first wraps, each of them unwraps. */
export interface MasterKeys {
  current: MasterKey;
  previous?: MasterKey;
}

interface MasterKey {
  fingerprint: string;
  key: CryptoKey;
}

/** From `SECRETS_KEY` and, during a rotation, `SECRETS_KEY_PREVIOUS`: base64 of 32 bytes each. Throws Problem('secrets_unavailable'). */
export async function masterKeys(env: { SECRETS_KEY?: string; SECRETS_KEY_PREVIOUS?: string }): Promise<MasterKeys> {
  if (!env.SECRETS_KEY) throw new Problem('secrets_unavailable', 'SECRETS_KEY is not set in this region, so values can neither be stored nor read.');
  const current = await masterKey('SECRETS_KEY', env.SECRETS_KEY);
  return env.SECRETS_KEY_PREVIOUS ? { current, previous: await masterKey('SECRETS_KEY_PREVIOUS', env.SECRETS_KEY_PREVIOUS) } : { current };
}

async function masterKey(name: string, text: string): Promise<MasterKey> {
  const bytes = bytesOf(text.replaceAll('-', '+').replaceAll('_', '/'));
  if (bytes?.length !== KEY_BYTES) throw new Problem('secrets_unavailable', `${name} is not base64 of ${KEY_BYTES} bytes.`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { fingerprint: [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(''), key: await importKey(bytes) };
}

/** A new data key and its wrapped form, which is what is stored. */
export async function newDataKey(keys: MasterKeys, place: string): Promise<{ key: CryptoKey; wrapped: string; wrapped_by: string }> {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return { key: await importKey(bytes), wrapped: await encrypt(keys.current.key, bytes, place), wrapped_by: keys.current.fingerprint };
}

/** Throws Problem('secrets_unavailable') when none of the platform's keys wrapped it. */
export async function unwrapDataKey(keys: MasterKeys, wrapped: { wrapped: string; wrapped_by: string }, place: string): Promise<CryptoKey> {
  const master = [keys.current, keys.previous].find((each) => each?.fingerprint === wrapped.wrapped_by);
  if (!master)
    throw new Problem(
      'secrets_unavailable',
      `The data key was wrapped by the key ${wrapped.wrapped_by}, which this region does not have. Set it as SECRETS_KEY_PREVIOUS.`,
    );
  return importKey(await decrypt(master.key, wrapped.wrapped, place));
}

export async function seal(key: CryptoKey, value: string, place: string): Promise<string> {
  return encrypt(key, new TextEncoder().encode(value), place);
}

/** Throws Problem('secrets_unavailable') when it was sealed by another key, for another place, or was altered. */
export async function open(key: CryptoKey, sealed: string, place: string): Promise<string> {
  return new TextDecoder().decode(await decrypt(key, sealed, place));
}

/** A single value that belongs to the platform's own records, such as the secret of a second factor: sealed by the platform's key itself. */
export async function sealByMaster(keys: MasterKeys, value: string, place: string): Promise<{ sealed: string; sealed_by: string }> {
  return { sealed: await encrypt(keys.current.key, new TextEncoder().encode(value), place), sealed_by: keys.current.fingerprint };
}

/** Throws Problem('secrets_unavailable'). */
export async function openByMaster(keys: MasterKeys, { sealed, sealed_by }: { sealed: string; sealed_by: string }, place: string): Promise<{ value: string }> {
  const master = [keys.current, keys.previous].find((each) => each?.fingerprint === sealed_by);
  if (!master)
    throw new Problem('secrets_unavailable', `A value was sealed by the key ${sealed_by}, which this region does not have. Set it as SECRETS_KEY_PREVIOUS.`);
  return { value: new TextDecoder().decode(await decrypt(master.key, sealed, place)) };
}

/** What the platform's key has sealed, sealed for the way to another region instead. Throws Problem('secrets_unavailable'). */
export async function sealForTravel(keys: MasterKeys, { sealed, sealed_by }: { sealed: string; sealed_by: string }, place: string, travel: CryptoKey) {
  const master = [keys.current, keys.previous].find((each) => each?.fingerprint === sealed_by);
  if (!master)
    throw new Problem('secrets_unavailable', `A value was sealed by the key ${sealed_by}, which this region does not have. Set it as SECRETS_KEY_PREVIOUS.`);
  return encrypt(travel, await decrypt(master.key, sealed, place), `on its way: ${place}`);
}

/** Arrived, it is sealed by the key of the platform in this region. */
export async function sealOnArrival(keys: MasterKeys, sealed: string, place: string, travel: CryptoKey): Promise<{ sealed: string; sealed_by: string }> {
  const bytes = await decrypt(travel, sealed, `on its way: ${place}`);
  return { sealed: await encrypt(keys.current.key, bytes, place), sealed_by: keys.current.fingerprint };
}

/** The key that regions share for the way. */
export async function travelKey(secret: string): Promise<CryptoKey> {
  return importKey(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`values on their way between regions ${secret}`))));
}

function importKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function encrypt(key: CryptoKey, bytes: Uint8Array, place: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(place) }, key, bytes));
  return textOf(Uint8Array.of(...iv, ...cipher));
}

async function decrypt(key: CryptoKey, text: string, place: string): Promise<Uint8Array> {
  const bytes = bytesOf(text) ?? new Uint8Array();
  try {
    const options = { name: 'AES-GCM', iv: bytes.slice(0, NONCE_BYTES), additionalData: new TextEncoder().encode(place) };
    return new Uint8Array(await crypto.subtle.decrypt(options, key, bytes.slice(NONCE_BYTES)));
  } catch {
    throw new Problem('secrets_unavailable', 'A stored secret does not open: it was altered, or sealed for another place. Set it anew.');
  }
}

function textOf(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
