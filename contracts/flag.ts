/** A feature flag: who has it. */
import { fnv1a } from '#contracts/fnv1a';
import type { Json } from '#contracts/json';

export interface FlagRule {
  enabled: boolean;
  /** Of all users so many have it, from 0 to 100; the same user always or never. Absent: all. */
  percentage?: number;
  /** They have it, whatever the percentage says. */
  users?: string[];
  /** What the flag stands for where it is on. Default: true. */
  value?: Json;
  /** Where it is off. Default: false. */
  off?: Json;
}

export type FlagRules = { [flag: string]: FlagRule };

export interface FlagVerdict {
  enabled: boolean;
  value: Json;
  reason: 'on' | 'off' | 'user' | 'percentage' | 'no_user' | 'unknown_flag';
}

/** The same rule, flag and user give the same verdict everywhere. */
export function flagVerdict(rules: FlagRules, flag: string, user: string | undefined): FlagVerdict {
  const rule = Object.hasOwn(rules, flag) ? rules[flag]! : undefined;
  if (!rule) return { enabled: false, value: false, reason: 'unknown_flag' };
  const verdict = (enabled: boolean, reason: FlagVerdict['reason']): FlagVerdict => ({
    enabled,
    value: enabled ? (rule.value ?? true) : (rule.off ?? false),
    reason,
  });
  if (!rule.enabled) return verdict(false, 'off');
  if (user !== undefined && rule.users?.includes(user)) return verdict(true, 'user');
  if (rule.percentage === undefined) return rule.users ? verdict(false, 'user') : verdict(true, 'on');
  // Without a user nobody can be told apart: on only where everybody has it.
  if (user === undefined) return verdict(rule.percentage >= 100, 'no_user');
  return verdict(share(`${flag}/${user}`) < rule.percentage, 'percentage');
}

/** From 0 to 100, evenly. */
function share(text: string): number {
  let hash = fnv1a(new TextEncoder().encode(text));
  // The last bytes reach all bits only after some more stirring.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x45d9f3b);
  hash ^= hash >>> 16;
  return ((hash >>> 0) / 2 ** 32) * 100;
}
