/** The accounts themselves: found, made, taken from a seed file, and shown. */
import { z } from 'zod';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest } from '#modules/door';
import { email, name, password } from '#modules/identity/accounts/requests';
import { issuerOf, settingsOf } from '#modules/identity/accounts/settings';
import { bearerClaims } from '#modules/identity/bearer';

export const USERS_TABLE =
  'CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL, roles TEXT NOT NULL, profile TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)';

export interface User {
  id: string;
  email: string;
  name: string;
  password: string;
  roles: string[];
  profile: JsonObject;
  created_at: number;
}

/** Whose token the request has. Throws Problem('unauthenticated'). */
export async function caller(request: DoorRequest, context: DoorContext): Promise<User> {
  const claims = await bearerClaims(request, context, issuerOf(context));
  const user = await userBy(context, 'id', String(claims.sub ?? ''));
  if (!user) throw new Problem('unauthenticated', 'The account of this token is gone.');
  return user;
}

export async function userBy(context: DoorContext, key: 'id' | 'email', value: string): Promise<User | undefined> {
  const [row] = await context.database.query(`SELECT * FROM users WHERE ${key} = ?`, [value]);
  return row && userOf(row);
}

export function userOf(row: JsonObject): User {
  return { ...row, roles: JSON.parse(String(row.roles)), profile: JSON.parse(String(row.profile)) } as unknown as User;
}

/** `undefined` when the address is taken. */
export async function addUser(
  context: DoorContext,
  given: Pick<User, 'email' | 'name' | 'roles' | 'profile'> & { password: string; id?: string },
): Promise<User | undefined> {
  const now = context.now();
  const user: User = { ...given, id: given.id ?? crypto.randomUUID(), password: await context.passwords.hash(given.password), created_at: now };
  const { affected } = await context.database.exec(
    'INSERT INTO users (id, email, name, password, roles, profile, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    [user.id, user.email, user.name, user.password, JSON.stringify(user.roles), JSON.stringify(user.profile), now, now],
  );
  return affected > 0 ? user : undefined;
}

const seeded = z
  .array(
    z.looseObject({
      id: z.string().max(128).optional(),
      email,
      password,
      name: name.optional(),
      roles: z.array(z.string()).optional(),
      role: z.string().optional(),
    }),
  )
  .max(1000);

/** Users of the seed file, as long as there is nobody. */
export async function seed(context: DoorContext): Promise<void> {
  const { seedFile } = settingsOf(context);
  if (seedFile === undefined || !context.files.has(seedFile)) return;
  const [known] = await context.database.query('SELECT 1 AS found FROM users LIMIT 1', []);
  if (known) return;
  const parsed = seeded.safeParse(parse(await context.files.text(seedFile)));
  if (!parsed.success) throw new Problem('internal', `${seedFile} is not a list of users with email and password.`);
  for (const { id, email: address, password: secret, name: called, roles, role } of parsed.data) {
    const held = rolesOf(address, roles ?? (role === undefined ? [] : [role]), context);
    await addUser(context, { id, email: address, password: secret, name: called ?? address, roles: held, profile: {} });
  }
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Those that are given, or `user`; and `admin` for addresses of administrators. */
export function rolesOf(address: string, roles: string[], context: DoorContext): string[] {
  const admin = settingsOf(context).admins.some((each) => each.toLowerCase() === address);
  return [...new Set([...(roles.length > 0 ? roles : ['user']), ...(admin ? ['admin'] : [])])];
}

/** Never the password. */
export function shown({ id, email: address, name: called, roles, profile, created_at }: User): JsonObject {
  return { ...profile, id, email: address, name: called, roles, created_at: new Date(created_at).toISOString() };
}
