/**
 * Where a call goes, read off its URL. Applications call the same few addresses again and again, so what was read is kept
 * in the isolate: only of URLs that can hold no credentials, neither before the host nor in a query.
 */
import { Problem } from '#contracts/problems';
import { type HostAliases, resolveAlias } from '#workers/egress/host-aliases';

export interface Target {
  href: string;
  host: string;
  hostname: string;
  port: string;
  protocol: string;
  origin: string;
  /** What is really called: the target of an alias, or the same. */
  called: string;
  /** Of the URL itself: `user:password`. */
  credentials?: string;
}

const MAX_KEPT = 500;
const kept = new WeakMap<HostAliases, Map<string, Target>>();

/** Throws Problem('invalid_url'). `base`: of an address that is relative to another. */
export function targetOf(text: string, aliases: HostAliases, base?: string): Target {
  if (base !== undefined || /[@?]/.test(text)) return read(text, aliases, base);
  let targets = kept.get(aliases);
  if (!targets) {
    targets = new Map();
    kept.set(aliases, targets);
  }
  const known = targets.get(text);
  if (known) return known;
  const target = read(text, aliases);
  if (targets.size >= MAX_KEPT) targets.clear();
  targets.set(text, target);
  return target;
}

function read(text: string, aliases: HostAliases, base?: string): Target {
  let url: URL;
  let credentials: string | undefined;
  try {
    url = new URL(text, base);
    if (url.username || url.password) credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch (cause) {
    throw new Problem('invalid_url', text === '' ? 'The URL is empty.' : `The URL is not valid: ${withoutCredentials(text)}`, { cause });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Problem('invalid_url', `Only http and https can be called, not ${url.protocol.slice(0, 40)}`);
  url.username = '';
  url.password = '';
  const { href, host, hostname, port, protocol, origin } = url;
  return { href, host, hostname, port, protocol, origin, called: resolveAlias(url, aliases).href, ...(credentials === undefined ? {} : { credentials }) };
}

function withoutCredentials(text: string): string {
  return text.slice(0, 200).replace(/\/\/[^/@]*@/, '//');
}
