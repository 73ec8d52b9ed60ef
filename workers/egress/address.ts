/**
 * Which hosts an application may not call in hosted mode: everything that is not the public internet.
 *
 * The host comes from a parsed URL, so that `0x7f.1`, `2130706433` and `0177.0.0.1` have already become `127.0.0.1`.
 * IPv6 addresses that carry an IPv4 address (mapped, compatible, translated, NAT64, 6to4) are judged by that one.
 *
 * What this cannot see, a public name that resolves to a private address, is what `names.ts` is for.
 */

/** IPv4 ranges as [address, prefix length, what it is]. */
const IPV4_RANGES: readonly [string, number, string][] = [
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade NAT'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'metadata of a cloud'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'relay anycast'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

/** IPv6 ranges as [first groups in hex, prefix length, what it is]. */
const IPV6_RANGES: readonly [string, number, string][] = [
  ['64:ff9b:1::', 48, 'local NAT64'],
  ['100::', 64, 'discard'],
  ['2001::', 23, 'protocol assignments'],
  ['2001:db8::', 32, 'documentation'],
  ['3fff::', 20, 'documentation'],
  ['5f00::', 16, 'segment routing'],
  ['fc00::', 7, 'unique local'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'site-local'],
  ['ff00::', 8, 'multicast'],
];

/** Where an IPv4 address lies inside an IPv6 one: [prefix, its length, index of the first of its two groups]. */
const EMBEDDED: readonly [string, number, number][] = [
  ['::', 96, 6],
  ['::ffff:0:0', 96, 6],
  ['::ffff:0:0:0', 96, 6],
  ['64:ff9b::', 96, 6],
  ['2002::', 16, 1],
];

/** Names that mean a machine of some private network. */
const PRIVATE_SUFFIXES = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'lan', 'home', 'corp', 'private', 'arpa', 'onion', 'test', 'invalid'];

/**
 * Why the host of a URL may not be called, or `undefined` when it may. `hostname` is that of a parsed URL:
 * lower case, IPv6 in brackets.
 */
export function refusal(hostname: string): string | undefined {
  if (hostname === '') return 'it has no host';
  if (hostname.startsWith('[')) return ipv6Refusal(parseIpv6(hostname.slice(1, -1)));
  const octets = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(hostname);
  if (octets) return ipv4Refusal(octets.slice(1).map(Number));
  const name = hostname.replace(/\.+$/, '');
  if (!name.includes('.')) return `${name} is a name of a private network`;
  const suffix = PRIVATE_SUFFIXES.find((one) => name.endsWith(`.${one}`));
  return suffix ? `names under .${suffix} belong to private networks` : undefined;
}

/** The IPv4 address that an IPv6 one of a URL carries. */
export function embeddedIpv4(hostname: string): string | undefined {
  const groups = hostname.startsWith('[') ? parseIpv6(hostname.slice(1, -1)) : undefined;
  return groups && octetsWithin(groups)?.join('.');
}

function octetsWithin(groups: number[]): number[] | undefined {
  const [, , at] = EMBEDDED.find(([base, length]) => inRange(groups, base, length)) ?? [];
  return at === undefined ? undefined : [groups[at]! >> 8, groups[at]! & 255, groups[at + 1]! >> 8, groups[at + 1]! & 255];
}

function ipv4Refusal(octets: number[]): string | undefined {
  const address = toNumber(octets);
  for (const [base, length, what] of IPV4_RANGES) {
    const divisor = 2 ** (32 - length);
    if (Math.floor(address / divisor) === Math.floor(toNumber(base.split('.').map(Number)) / divisor))
      return `${octets.join('.')} is not a public address (${what})`;
  }
  return undefined;
}

function toNumber(octets: number[]): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function ipv6Refusal(groups: number[] | undefined): string | undefined {
  if (!groups) return 'its address cannot be read';
  if (groups.slice(0, 7).every((group) => group === 0) && groups[7]! <= 1) return `[::${groups[7] || ''}] is not a public address (loopback)`;
  const within = octetsWithin(groups);
  if (within) return ipv4Refusal(within);
  const range = IPV6_RANGES.find(([base, length]) => inRange(groups, base, length));
  if (range) return `it is not a public address (${range[2]})`;
  // All that has been given out; the rest is for networks that are yet to be thought of.
  return inRange(groups, '2000::', 3) ? undefined : 'it is not a public address (not assigned)';
}

function inRange(groups: number[], base: string, length: number): boolean {
  const from = parseIpv6(base)!;
  for (let bit = 0; bit < length; bit += 16) {
    const kept = Math.min(16, length - bit);
    const mask = (0xffff << (16 - kept)) & 0xffff;
    if ((groups[bit / 16]! & mask) !== (from[bit / 16]! & mask)) return false;
  }
  return true;
}

/** The eight groups. URLs never carry a zone or a dotted tail after parsing. */
function parseIpv6(text: string): number[] | undefined {
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...right];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}
