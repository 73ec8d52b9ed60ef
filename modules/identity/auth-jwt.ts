/**
 * Accounts of an application: register, sign in, tokens, profile.
 *
 * 1. Everything happens at the door: passwords and tokens are in no log and no execution.
 * 2. Passwords are kept as salted scrypt hashes; refresh tokens as SHA-256, each good for one use. An access token that signs
 *    out is refused from then on.
 * 3. A wrong name and a wrong password look the same, and take the same time.
 * 4. After five failures an account waits, longer each time; the count is on disk, so that waiting for a restart does not help.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';
import { bearerClaims, bearerOf, callerOf, type Issuer } from '#modules/identity/bearer';

const duration = z.string().regex(/^\d+(?:\.\d+)?(?:s|m|h|d)$/, 'a duration such as 15m, 24h or 30d');

const config = z.strictObject({
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

type Settings = z.output<typeof config>;

const TABLES = [
  'CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL, roles TEXT NOT NULL, profile TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, user TEXT NOT NULL, expires_at INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS failures (email TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL)',
];

const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
const MAX_USERS_LISTED = 200;

const email = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => /^[^\s@]+@[^\s@]+$/.test(text), 'an e-mail address');
const password = z.string().min(1).max(1024);
const name = z.string().trim().max(200);

export const authJwt = defineModule({
  type: 'auth.jwt',
  summary:
    'Accounts with passwords and signed tokens: /auth/register, login, refresh, logout, me, profile and users. As a middleware it lets only signed-in callers through.',
  config,
  ports: { offers: ['requests', 'guard', 'issuer'], takes: [{ port: 'routes' }, { port: 'accounts' }] },
  files: ['seedFile'],
  notices: ({ secret }) =>
    typeof secret === 'string' && !secret.includes('${') && secret.length < 16
      ? [
          {
            severity: 'warning',
            setting: 'secret',
            message: 'A secret of fewer than 16 characters can be guessed.',
            hint: `Write \${JWT_SECRET}, and set it as a secret of the tenant.`,
          },
        ]
      : [],
  mounts: () => [
    { method: 'POST', path: '/auth/register' },
    { method: 'POST', path: '/auth/login' },
    { method: 'POST', path: '/auth/refresh' },
    { method: 'POST', path: '/auth/logout' },
    { method: 'GET', path: '/auth/me' },
    { method: 'GET', path: '/auth/profile' },
    { method: 'PUT', path: '/auth/profile' },
    { method: 'GET', path: '/auth/users' },
  ],
  door: { tables: TABLES, serve },
  guard: {
    presents: (request) => void bearerOf(request),
    async before(request, context) {
      const claims = await bearerClaims(request, context, issuerOf(context));
      return { trigger: callerOf(claims), user: String(claims.sub ?? '') };
    },
  },
  example: `
name: auth
type: auth.jwt
config:
  secret: \${JWT_SECRET}
  tokenExpiry: 24h
  issuer: shop
`,
});

type Action = (request: DoorRequest, context: DoorContext) => Promise<Response>;

const ACTIONS: { [route: string]: Action } = {
  'POST register': register,
  'POST login': login,
  'POST refresh': refresh,
  'POST logout': logout,
  'GET me': me,
  'GET profile': me,
  'PUT profile': changeProfile,
  'PATCH profile': changeProfile,
  'GET users': users,
};

async function serve(request: DoorRequest, context: DoorContext): Promise<Response> {
  const action = ACTIONS[`${request.method === 'HEAD' ? 'GET' : request.method} ${request.path.split('/').findLast((part) => part !== '')}`];
  if (!action) throw new Problem('unknown_route', `Accounts have no ${request.method} ${request.path}.`);
  if (settingsOf(context).secret.length < 16) throw new Problem('secret_unfit', 'The secret that signs tokens has to have 16 characters at least.');
  await seed(context);
  return action(request, context);
}

// --- accounts -------------------------------------------------------------------------------------

interface User {
  id: string;
  email: string;
  name: string;
  password: string;
  roles: string[];
  profile: JsonObject;
  created_at: number;
}

const registration = z.looseObject({ email, password, name: name.optional() });

async function register(request: DoorRequest, context: DoorContext): Promise<Response> {
  if (!settingsOf(context).registration) throw new Problem('forbidden', 'Accounts are made by an administrator here.');
  const given = checked(registration, await request.json());
  checkPassword(given.password, context);
  const user = await addUser(context, {
    email: given.email,
    password: given.password,
    name: given.name ?? given.email.split('@')[0]!,
    roles: rolesOf(given.email, [], context),
    profile: {},
  });
  if (!user) throw new Problem('item_exists', 'There is an account of this e-mail address.');
  return signedIn(user, context, 201);
}

async function login(request: DoorRequest, context: DoorContext): Promise<Response> {
  const given = checked(z.looseObject({ email: email.optional(), username: email.optional(), password }), await request.json());
  const address = given.email ?? given.username;
  if (address === undefined) throw invalid('email', 'missing');
  await checkFailures(context, address);
  const user = await userBy(context, 'email', address);
  const good = await context.passwords.verify(given.password, user?.password ?? NOBODY);
  if (!user || !good) {
    await noteFailure(context, address);
    throw new Problem('unauthenticated', 'E-mail address or password is wrong.');
  }
  // Of many guesses at the same moment, those behind the failures count for nothing.
  await checkFailures(context, address);
  await context.database.exec('DELETE FROM failures WHERE email = ?', [address]);
  return signedIn(user, context, 200);
}

/** Of no password: looking for an account that is not there takes as long as for one that is. */
const NOBODY = 'scrypt$16384$8$5$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

async function refresh(request: DoorRequest, context: DoorContext): Promise<Response> {
  const { refresh_token } = checked(z.looseObject({ refresh_token: z.string().min(1).max(512) }), await request.json());
  const token = await context.passwords.digest(refresh_token);
  // Taken out before it is looked at: of two who send the same one, one gets new tokens.
  const { rows } = await context.database.exec('DELETE FROM sessions WHERE token = ? RETURNING user, expires_at', [token]);
  const [session] = rows;
  const user = session && Number(session.expires_at) > context.now() ? await userBy(context, 'id', String(session.user)) : undefined;
  if (!user) throw new Problem('unauthenticated', 'The refresh token is used up, over, or none.');
  return signedIn(user, context, 200);
}

async function logout(request: DoorRequest, context: DoorContext): Promise<Response> {
  const claims = await bearerClaims(request, context, issuerOf(context));
  const user = await caller(request, context);
  const body = request.headers.get('content-length') === '0' || !request.body ? {} : await request.json();
  const token = isJsonObject(body) && typeof body.refresh_token === 'string' ? await context.passwords.digest(body.refresh_token) : undefined;
  if (token === undefined) await context.database.exec('DELETE FROM sessions WHERE user = ?', [user.id]);
  else await context.database.exec('DELETE FROM sessions WHERE user = ? AND token = ?', [user.id, token]);
  if (typeof claims.jti === 'string' && typeof claims.exp === 'number') await context.revocations.add(context.module, claims.jti, claims.exp * 1000);
  return json({ message: 'Signed out. The access token is refused from now on.' });
}

async function me(request: DoorRequest, context: DoorContext): Promise<Response> {
  return json(shown(await caller(request, context)));
}

const changes = z.looseObject({
  name: name.optional(),
  password: z.string().max(1024).optional(),
  current_password: z.string().max(1024).optional(),
});

async function changeProfile(request: DoorRequest, context: DoorContext): Promise<Response> {
  const user = await caller(request, context);
  const { name: newName, password: next, current_password: current, email: _, roles: __, id: ___, ...rest } = checked(changes, await request.json());
  let hash = user.password;
  if (next !== undefined) {
    checkPassword(next, context);
    await checkFailures(context, user.email);
    if (!(await context.passwords.verify(current ?? '', user.password))) {
      await noteFailure(context, user.email);
      throw new Problem('unauthenticated', 'current_password is wrong.');
    }
    await checkFailures(context, user.email);
    hash = await context.passwords.hash(next);
    await context.database.exec('DELETE FROM sessions WHERE user = ?', [user.id]);
  }
  const profile = { ...user.profile, ...(rest as JsonObject) };
  if (JSON.stringify(profile).length > 16_384) throw invalid('profile', 'larger than 16 KB');
  const changed = { ...user, name: newName ?? user.name, password: hash, profile };
  await context.database.exec('UPDATE users SET name = ?, password = ?, profile = ?, updated_at = ? WHERE id = ?', [
    changed.name,
    hash,
    JSON.stringify(profile),
    context.now(),
    user.id,
  ]);
  return json(shown(changed));
}

async function users(request: DoorRequest, context: DoorContext): Promise<Response> {
  const user = await caller(request, context);
  if (!user.roles.includes('admin')) throw new Problem('forbidden', 'This needs the role admin.');
  const after = request.url.searchParams.get('cursor') ?? '';
  const rows = await context.database.query('SELECT * FROM users WHERE email > ? ORDER BY email LIMIT ?', [after, MAX_USERS_LISTED + 1]);
  const items = rows.slice(0, MAX_USERS_LISTED).map((row) => shown(userOf(row)));
  return json({ items, next_cursor: rows.length > MAX_USERS_LISTED ? (items.at(-1)!.email as string) : null });
}

// --- parts ----------------------------------------------------------------------------------------

async function signedIn(user: User, context: DoorContext, status: number): Promise<Response> {
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

async function caller(request: DoorRequest, context: DoorContext): Promise<User> {
  const claims = await bearerClaims(request, context, issuerOf(context));
  const user = await userBy(context, 'id', String(claims.sub ?? ''));
  if (!user) throw new Problem('unauthenticated', 'The account of this token is gone.');
  return user;
}

async function userBy(context: DoorContext, key: 'id' | 'email', value: string): Promise<User | undefined> {
  const [row] = await context.database.query(`SELECT * FROM users WHERE ${key} = ?`, [value]);
  return row && userOf(row);
}

function userOf(row: JsonObject): User {
  return { ...row, roles: JSON.parse(String(row.roles)), profile: JSON.parse(String(row.profile)) } as unknown as User;
}

/** `undefined` when the address is taken. */
async function addUser(
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
async function seed(context: DoorContext): Promise<void> {
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

function rolesOf(address: string, roles: string[], context: DoorContext): string[] {
  const admin = settingsOf(context).admins.some((each) => each.toLowerCase() === address);
  return [...new Set([...(roles.length > 0 ? roles : ['user']), ...(admin ? ['admin'] : [])])];
}

/** Throws Problem('rate_limited'). */
async function checkFailures(context: DoorContext, address: string): Promise<void> {
  const [row] = await context.database.query('SELECT until FROM failures WHERE email = ?', [address]);
  const wait = row ? Math.ceil((Number(row.until) - context.now()) / 1000) : 0;
  if (wait > 0) throw new Problem('rate_limited', `Too many failed attempts. Try again in ${wait} s.`, { extra: { headers: { 'retry-after': String(wait) } } });
}

async function noteFailure(context: DoorContext, address: string): Promise<void> {
  const now = context.now();
  const { rows } = await context.database.exec(
    'INSERT INTO failures (email, count, until) VALUES (?, 1, 0) ON CONFLICT (email) DO UPDATE SET count = CASE WHEN until > 0 AND until < ? THEN 1 ELSE count + 1 END RETURNING count',
    [address, now - LONGEST_WAIT_MS],
  );
  const over = Number(rows[0]?.count ?? 0) - FREE_FAILURES;
  if (over < 0) return;
  await context.database.exec('UPDATE failures SET until = ? WHERE email = ?', [now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** over), address]);
}

function checkPassword(text: string, context: DoorContext): void {
  const { minPasswordLength } = settingsOf(context);
  if (text.length < minPasswordLength) throw invalid('password', `a password has ${minPasswordLength} characters at least`);
}

function checked<T extends z.ZodType>(schema: T, body: Json): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ code: issue.code ?? 'invalid', message: issue.message, path: issue.path.join('.') }));
  throw new Problem('invalid_request', `${errors[0]!.path || 'body'}: ${errors[0]!.message}`, { errors });
}

function invalid(path: string, message: string): Problem {
  return new Problem('invalid_request', `${path}: ${message}`, { errors: [{ code: 'invalid', message, path }] });
}

/** Never the password. */
function shown({ id, email: address, name: called, roles, profile, created_at }: User): JsonObject {
  return { ...profile, id, email: address, name: called, roles, created_at: new Date(created_at).toISOString() };
}

function issuerOf(context: DoorContext): Issuer {
  return { ...settingsOf(context), module: context.module };
}

function settingsOf(context: DoorContext): Settings {
  return context.settings as Settings;
}

function seconds(text: string): number {
  const [, amount, unit] = /^([\d.]+)([smhd])$/.exec(text)!;
  return Math.max(1, Math.round(Number(amount) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd']));
}

function json(body: JsonObject, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
