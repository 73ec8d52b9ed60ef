/** Signing in: an access token, and a refresh token that is kept as its hash and good for one use. */
import type { DoorContext } from '#modules/door';
import { json } from '#modules/identity/accounts/requests';
import { settingsOf } from '#modules/identity/accounts/settings';
import { shown, type User } from '#modules/identity/accounts/users';

export const SESSIONS_TABLE = 'CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, user TEXT NOT NULL, expires_at INTEGER NOT NULL)';

/** The answer to whoever has shown that they are this user. */
export async function signedIn(user: User, context: DoorContext, status: number): Promise<Response> {
  const { secret, issuer, audience, tokenExpiry, refreshExpiry } = settingsOf(context);
  const expires_in = seconds(tokenExpiry);
  const token = await context.tokens.sign(
    { email: user.email, name: user.name, roles: user.roles },
    { secret, issuer, audience, expires_in, subject: user.id },
  );
  const refresh_token = context.passwords.random();
  const until = context.now() + seconds(refreshExpiry) * 1000;
  await context.database.exec('DELETE FROM sessions WHERE user = ? AND expires_at < ?', [user.id, context.now()]);
  await context.database.exec('INSERT INTO sessions (token, user, expires_at) VALUES (?, ?, ?)', [
    await context.passwords.digest(refresh_token),
    user.id,
    until,
  ]);
  return json({ token, access_token: token, refresh_token, token_type: 'Bearer', expires_in, user: shown(user) }, status);
}

function seconds(text: string): number {
  const [, amount, unit] = /^([\d.]+)([smhd])$/.exec(text)!;
  return Math.max(1, Math.round(Number(amount) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd']));
}
