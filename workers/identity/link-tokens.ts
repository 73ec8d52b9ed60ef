/** Tokens of mailed links: 32 random bytes, of which only the hash is stored. */
import { sha256Hex } from '#workers/identity/digest';

export function randomToken(): string {
  let binary = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(32))) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export async function newLinkToken(): Promise<{ token: string; hash: string }> {
  const token = randomToken();
  return { token, hash: await sha256Hex(token) };
}

/** Of a token that is good for one address alone: the link names it, and another one does not fit. */
export function addressTokenHash(token: string, email: string): Promise<string> {
  return sha256Hex(`${token} ${email}`);
}
