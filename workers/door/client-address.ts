/** From where somebody comes. The edge says it, and on one machine the router; nothing that a caller says of themselves is believed. */

/** `null`: the platform does not know. */
export function addressOf(request: Request): string | null {
  return request.headers.get('cf-connecting-ip');
}

/** What bounds of an address are counted for: of IPv6 the network, for whoever has one address of it has all. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const behind = tail?.split(':').filter((group) => group !== '') ?? [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length;
  return `${[...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...behind].slice(0, 4).join(':')}::/64`;
}
