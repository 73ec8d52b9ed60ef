/**
 * What the applications of a company may call: rules over hosts and ports. A denied host is never called; with the
 * default `deny` only those that are allowed are.
 */
import { z } from 'zod';

/** `example.com`, `*.example.com` (everything below it, not itself), each with a port or for all; `*:5432` is a port of any host. */
export interface EgressRules {
  default: 'allow' | 'deny';
  allow: string[];
  deny: string[];
}

export const ALL_ALLOWED: EgressRules = { default: 'allow', allow: [], deny: [] };

const MAX_RULES = 200;
const RULE = /^(?:(\*\.)?([^\s/?#@:*[\]]{1,253}|\[[0-9a-fA-F:.]{2,45}\])|\*(?=:))(?::(\d{1,5}))?$/;

/** As it is kept and compared: lower case, names in ASCII, addresses in their one spelling. `undefined`: it is no rule. */
export function egressRule(text: string): string | undefined {
  const match = RULE.exec(text.trim());
  if (!match) return undefined;
  const [, wildcard = '', host, port] = match;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  const ending = port === undefined ? '' : `:${Number(port)}`;
  if (host === undefined) return `*${ending}`;
  try {
    const { hostname } = new URL(`http://${host}/`);
    const name = hostname.replace(/\.+$/, '');
    return name === '' ? undefined : `${wildcard}${name}${ending}`;
  } catch {
    return undefined;
  }
}

const rule = z
  .string()
  .max(300)
  .refine(
    (text) => egressRule(text) !== undefined,
    'a host such as api.example.com, *.example.com, 203.0.113.7, each with a port (:8443) or without, or *:5432',
  )
  .meta({ examples: ['*.example.com'] });
const rules = z.array(rule).max(MAX_RULES);

export const egressRulesSchema = z
  .strictObject({
    default: z.enum(['allow', 'deny']).meta({ description: 'What holds for a host that no rule names' }),
    allow: rules.default([]),
    deny: rules.default([]).meta({ description: 'Wins over `allow`' }),
  })
  .meta({ id: 'EgressRules' });
