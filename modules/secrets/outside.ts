/** What the stores of secrets elsewhere share: what an application reads from them is named `${module:path#field}`. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';

export const text = (about: string) => z.string().min(1).optional().describe(about);
export const shared = {
  search: text(
    'Path of a secret whose fields are found by their names alone, such as ${STRIPE_KEY}, where the tenant has none of that name. {environment} is replaced.',
  ),
  description: z.string().optional().describe('What it is for.'),
};

/** What stands in a document and is not enough to ask anybody. */
export const unusable = (what: string, needs: string) => [
  {
    severity: 'warning' as const,
    message: `No secret is read from ${what}: ${needs}.`,
    hint: 'Give them as ${NAME}, or set the store up once for the company on the page Secrets.',
  },
];

export const given = (settings: JsonObject, ...names: string[]) => names.every((name) => typeof settings[name] === 'string');
