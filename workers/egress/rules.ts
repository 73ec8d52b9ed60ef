/** Whether the rules of a company let a place be called. They are compared as `egressRule` spells them. */
import type { EgressRules } from '#contracts/egress';
import type { Place } from '#workers/egress/admit';

/** Why not; `undefined` when it may be. */
export function denialOf(rules: EgressRules, place: Place): string | undefined {
  const name = place.hostname.replace(/\.+$/, '');
  const port = place.port === '' ? (place.protocol === 'https:' ? '443' : '80') : place.port;
  const denied = rules.deny.find((rule) => covers(rule, name, port));
  if (denied !== undefined) return `the company denies ${denied}`;
  if (rules.default === 'allow' || rules.allow.some((rule) => covers(rule, name, port))) return undefined;
  return 'it is not among the hosts that the company allows';
}

function covers(rule: string, name: string, port: string): boolean {
  const at = /:\d+$/.exec(rule)?.index ?? rule.length;
  if (at < rule.length && rule.slice(at + 1) !== port) return false;
  const host = rule.slice(0, at);
  if (host === '*') return true;
  return host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host;
}
