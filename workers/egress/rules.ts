/**
 * Whether the rules of a company let a place be called. They are compared as `egressRule` spells them.
 *
 * A denied address stays denied in every spelling, also inside an IPv6 one; one that is allowed is allowed as it was written.
 */
import type { EgressRules } from '#contracts/egress';
import { embeddedIpv4 } from '#workers/egress/address';
import type { Place } from '#workers/egress/admit';

/** Why not; `undefined` when it may be. */
export function denialOf(rules: EgressRules, place: Place): string | undefined {
  const name = place.hostname.replace(/\.+$/, '');
  const port = portOf(place);
  const denied = rules.deny.find((rule) => denies(rule, name, port));
  if (denied !== undefined) return `the company denies ${denied}`;
  if (rules.default === 'allow' || rules.allow.some((rule) => covers(rule, name, port))) return undefined;
  return 'it is not among the hosts that the company allows';
}

/** Why not, by what its name was found to stand for; addresses as URLs spell them. */
export function denialOfAddresses(rules: EgressRules, place: Place, addresses: readonly string[]): string | undefined {
  const port = portOf(place);
  const denied = rules.deny.find((rule) => addresses.some((address) => denies(rule, address, port)));
  return denied === undefined ? undefined : `the company denies ${denied}, which is its address`;
}

function portOf({ port, protocol }: Place): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}

function denies(rule: string, name: string, port: string): boolean {
  const within = embeddedIpv4(name);
  return covers(rule, name, port) || (within !== undefined && covers(rule, within, port));
}

function covers(rule: string, name: string, port: string): boolean {
  const at = /:\d+$/.exec(rule)?.index ?? rule.length;
  if (at < rule.length && rule.slice(at + 1) !== port) return false;
  const host = rule.slice(0, at);
  if (host === '*') return true;
  return host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host;
}
