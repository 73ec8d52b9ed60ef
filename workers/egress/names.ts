/**
 * Looks a name up before it is called, and refuses it when one of its addresses is not public: a name of somebody's own
 * that points inside.
 *
 * 1. Asked over HTTPS (RFC 8484 servers' JSON form); answers are kept in the isolate as long as they say, within bounds.
 * 2. A resolver that does not answer, or could not find out, is no permission: the call fails as one that could not be
 *    connected.
 * 3. A name that does not exist may be called: that fails by itself, and says so better.
 * 4. To which address a name leads inside is told to nobody: whoever writes documents could read foreign name servers by it.
 *
 * Between this answer and the one that the runtime's own look-up gets the name may change. So this stops names that point
 * inside, not somebody who changes them in that moment; against that stands the platform's network, which has no way inside.
 */
import { isJsonObject, type Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { IsolateCache } from '#storage/isolate-cache';
import { refusal } from '#workers/egress/address';

export interface NameCheck {
  /** The addresses that the name stands for, as URLs spell them; none of what is an address itself. Throws Problem: address_refused, connection_failed. */
  check(hostname: string): Promise<readonly string[]>;
}

export interface NamePorts {
  /** URL of the resolver. */
  resolver: string;
  fetch?: typeof fetch;
  /** Epoch ms. */
  now?: () => number;
}

interface Known {
  addresses: readonly string[];
  isRefused: boolean;
  until: number;
}

const TYPES = { A: 1, AAAA: 28 } as const;
/** RFC 1035: it was found out, and there is no such name. Everything else is no answer. */
const KNOWN = new Set<unknown>([0, 3]);
const SHORTEST_MS = 30_000;
const LONGEST_MS = 300_000;
const PATIENCE_MS = 3_000;
const MAX_NAMES = 2_000;

export function nameCheck({ resolver, fetch: call = (...args) => fetch(...args), now = Date.now }: NamePorts): NameCheck {
  const names = new IsolateCache<Known>({ max: MAX_NAMES, now });
  return {
    async check(hostname) {
      if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) return [];
      const name = hostname.replace(/\.+$/, '');
      let known = names.get(name);
      if (!known || known.until <= now()) {
        known = await look(resolver, call, name, now());
        names.set(name, known);
      }
      if (known.isRefused) throw new Problem('address_refused', `${hostname} cannot be called from here: its name leads to an address that is not public.`);
      return known.addresses;
    },
  };
}

async function look(resolver: string, call: typeof fetch, name: string, now: number): Promise<Known> {
  const answers = (await Promise.all([ask(resolver, call, name, 'A'), ask(resolver, call, name, 'AAAA')])).flat();
  const addresses = answers.map(({ address }) => address);
  const isRefused = addresses.some((address) => refusal(address) !== undefined);
  const lasts = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.min(...answers.map(({ ttl }) => ttl * 1000), LONGEST_MS)));
  return { addresses, isRefused, until: now + lasts };
}

async function ask(resolver: string, call: typeof fetch, name: string, type: keyof typeof TYPES): Promise<{ address: string; ttl: number }[]> {
  const url = new URL(resolver);
  url.searchParams.set('name', name);
  url.searchParams.set('type', type);
  let body: Json;
  try {
    const response = await call(url.href, { headers: { accept: 'application/dns-json' }, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`the resolver answered ${response.status}`);
    body = await response.json();
    if (!isJsonObject(body) || !KNOWN.has(body.Status)) throw new Error('the resolver could not find out');
  } catch (cause) {
    throw new Problem('connection_failed', `${name} could not be looked up.`, { cause });
  }
  const answers = isJsonObject(body) && Array.isArray(body.Answer) ? body.Answer : [];
  // Aliases come along as records of their own.
  return answers.filter(isJsonObject).flatMap(({ type: kind, data, TTL: ttl }) => {
    const address = kind === TYPES[type] && typeof data === 'string' ? canonical(data) : undefined;
    return address === undefined ? [] : [{ address, ttl: typeof ttl === 'number' ? ttl : 0 }];
  });
}

/** In the spelling of URLs, which is the one that is judged. */
function canonical(address: string): string | undefined {
  try {
    return new URL(`http://${address.includes(':') ? `[${address}]` : address}/`).hostname;
  } catch {
    return undefined;
  }
}
