/** What the steps of feature flags share. */
import { z } from 'zod';

export const flagSettings = {
  flag: z.string().min(1).describe('Name of the flag.'),
  user: z.union([z.string(), z.number()]).optional().describe('Who is asked about.'),
  user_from: z.union([z.string(), z.number()]).optional().meta({ deprecated: true, use: 'user' }).describe('Another spelling of user.'),
};

export function userOf(user: string | number | undefined): string | undefined {
  return user === undefined || user === '' ? undefined : String(user);
}
