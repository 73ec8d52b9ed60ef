/** Settings of accounts: how tokens are signed and how long they hold, who may register, and how long passwords have to be. */
import { z } from 'zod';
import type { DoorContext } from '#modules/door';
import type { Issuer } from '#modules/identity/bearer';

const duration = z.string().regex(/^\d+(?:\.\d+)?(?:s|m|h|d)$/, 'a duration such as 15m, 24h or 30d');

export const config = z.strictObject({
  secret: z.string().min(1).describe(`Secret that tokens are signed with (HS256), at least 16 characters: \${JWT_SECRET}.`),
  tokenExpiry: duration.default('24h').describe('How long an access token holds.'),
  refreshExpiry: duration.default('30d').describe('How long a refresh token holds.'),
  issuer: z.string().optional().describe('Issuer that stands in the tokens, and has to.'),
  audience: z.string().optional().describe('Audience that stands in the tokens, and has to.'),
  seedFile: z.string().optional().describe('JSON file of users that exist from the start: [{email, password, name, roles}].'),
  registration: z.boolean().default(true).describe('Whether everybody may make an account.'),
  admins: z.array(z.string()).default([]).describe('E-mail addresses whose accounts have the role admin.'),
  minPasswordLength: z.number().int().min(8).max(128).default(8).describe('Shortest password that is taken.'),
});

export type Settings = z.output<typeof config>;

export function issuerOf(context: DoorContext): Issuer {
  return { ...settingsOf(context), module: context.module };
}

export function settingsOf(context: DoorContext): Settings {
  return context.settings as Settings;
}
