/** What may be sent to accounts, and what is answered where it is something else. */
import { z } from 'zod';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { DoorContext } from '#modules/door';
import { settingsOf } from '#modules/identity/accounts/settings';

export const email = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => /^[^\s@]+@[^\s@]+$/.test(text), 'an e-mail address');
export const password = z.string().min(1).max(1024);
export const name = z.string().trim().max(200);

/** The body, as the schema has it. Throws Problem('invalid_request'). */
export function checked<T extends z.ZodType>(schema: T, body: Json): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ code: issue.code ?? 'invalid', message: issue.message, path: issue.path.join('.') }));
  throw new Problem('invalid_request', `${errors[0]!.path || 'body'}: ${errors[0]!.message}`, { errors });
}

export function invalid(path: string, message: string): Problem {
  return new Problem('invalid_request', `${path}: ${message}`, { errors: [{ code: 'invalid', message, path }] });
}

/** Long enough to be taken. Throws Problem('invalid_request'). */
export function checkPassword(text: string, context: DoorContext): void {
  const { minPasswordLength } = settingsOf(context);
  if (text.length < minPasswordLength) throw invalid('password', `a password has ${minPasswordLength} characters at least`);
}

/** An answer that nobody keeps. */
export function json(body: JsonObject, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
