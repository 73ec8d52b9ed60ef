/** What accounts do for a request, by its method and the end of its path. */
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { DoorContext, DoorRequest } from '#modules/door';
import { checkFailures, noteFailure } from '#modules/identity/accounts/failures';
import { checked, checkPassword, email, invalid, json, name, password } from '#modules/identity/accounts/requests';
import { signedIn } from '#modules/identity/accounts/sessions';
import { issuerOf, settingsOf } from '#modules/identity/accounts/settings';
import { addUser, caller, rolesOf, seed, shown, userBy, userOf } from '#modules/identity/accounts/users';
import { bearerClaims } from '#modules/identity/bearer';

const MAX_USERS_LISTED = 200;

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

export async function serve(request: DoorRequest, context: DoorContext): Promise<Response> {
  const action = ACTIONS[`${request.method === 'HEAD' ? 'GET' : request.method} ${request.path.split('/').findLast((part) => part !== '')}`];
  if (!action) throw new Problem('unknown_route', `Accounts have no ${request.method} ${request.path}.`);
  if (settingsOf(context).secret.length < 16) throw new Problem('secret_unfit', 'The secret that signs tokens has to have 16 characters at least.');
  await seed(context);
  return action(request, context);
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
