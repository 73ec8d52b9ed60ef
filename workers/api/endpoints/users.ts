/** The people of a company: who has an account, and shutting one out. What they may do is in their roles. */

import { atLeast } from '#contracts/access';
import { userSchema } from '#contracts/api-identity';
import { userListQuery, userPage } from '#contracts/api-identity-providers';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { User } from '#storage/identity-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { userView } from '#workers/api/signed-in-answer';
import { mailNotice } from '#workers/identity/account-mail';
import { grantsOf, strongestOf } from '#workers/identity/grants';

const TAG = 'Sign-in';

const list = endpoint({
  route: 'GET /users',
  tag: TAG,
  summary: 'List the people of the company',
  query: userListQuery,
  answer: userPage,
  answers: { 200: { description: 'By address', schema: userPage } },
  problems: ['invalid_cursor'],
  async handle({ stores, tenant, query }) {
    const page = await stores.users.list(tenant, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor });
    return { body: { items: page.items.map(userView), next_cursor: page.next_cursor } };
  },
});

const disable = endpoint({
  route: 'POST /users/{user}/disable',
  weight: 'ending',
  tag: TAG,
  summary: 'Disable an account',
  description: 'Its sessions end, and nobody signs in with it until it is enabled again. Its roles stay.',
  answer: userSchema,
  answers: { 200: { description: 'Disabled', schema: userSchema } },
  problems: ['unknown_user', 'last_owner'],
  async handle(call) {
    const user = await otherUser(call);
    if ((await call.stores.users.disable(call.tenant, user.id, call.now)) === 'last_owner') throw lastOwner();
    await call.stores.sessions.removeOthers(call.tenant, user.id, null);
    return { body: userView({ ...user, disabled_at: call.now }) };
  },
});

const enable = endpoint({
  route: 'POST /users/{user}/enable',
  tag: TAG,
  summary: 'Enable an account again',
  answer: userSchema,
  answers: { 200: { description: 'Enabled', schema: userSchema } },
  problems: ['unknown_user'],
  async handle(call) {
    const user = await otherUser(call);
    await call.stores.users.enable(call.tenant, user.id);
    return { body: userView({ ...user, disabled_at: null }) };
  },
});

const removeFactor = endpoint({
  route: 'DELETE /users/{user}/second-factor',
  tag: TAG,
  summary: 'Take the second factor of somebody away',
  description:
    'For who has lost the authenticator and the recovery codes. Their sessions end, they are told by mail, and the password alone signs them in until they set up another.',
  answers: { 204: { description: 'Taken away' } },
  problems: ['unknown_user', 'no_second_factor'],
  async handle(call) {
    const { stores, tenant, env, now, note } = call;
    const user = await otherUser(call);
    if (!user.second_factor) throw new Problem('no_second_factor');
    note.before = { email: user.email };
    await stores.secondFactors.remove(tenant, user.id);
    await stores.sessions.removeOthers(tenant, user.id, null);
    call.waitUntil(mailNotice(env, { tenant, user, now }, 'An admin took the second factor of your account away'));
    return {};
  },
});

const remove = endpoint({
  route: 'DELETE /users/{user}',
  weight: 'ending',
  tag: TAG,
  summary: 'Delete an account',
  description: 'With its roles, sessions and second factor. What it did stays in the audit log under its id.',
  answers: { 204: { description: 'Deleted' } },
  problems: ['unknown_user', 'last_owner'],
  async handle(call) {
    const user = await otherUser(call);
    call.note.before = { email: user.email, name: user.name };
    if ((await call.stores.members.removeSubject(call.tenant, user.id)) === 'last_owner') throw lastOwner();
    await call.stores.users.remove(call.tenant, user.id);
    // What is in the isolates' caches ends as well.
    await call.stores.sessions.removeOthers(call.tenant, user.id, null);
    return {};
  },
});

export const userEndpoints: AnyEndpoint[] = [list, disable, enable, removeFactor, remove];

function lastOwner(): Problem {
  return new Problem('last_owner', 'This is the last person who owns the company and whose account is enabled.');
}

/** Nobody does this to themselves, nor to somebody above them. Throws Problem: unknown_user, forbidden. */
async function otherUser({ stores, tenant, params, actor, env }: Call): Promise<User> {
  const user = await stores.users.get(tenant, params.user!);
  if (!user) throw new Problem('unknown_user', `There is no user ${params.user!.slice(0, 64)}.`);
  if (actor.id === user.id) throw new Problem('forbidden', 'This is your own account. Somebody else has to do this.');
  const theirs = strongestOf(await grantsOf(env, tenant, user.id));
  if (theirs !== undefined && !atLeast(actor.grants.company, theirs)) throw new Problem('forbidden', `They have the role ${theirs}, which is above yours.`);
  return user;
}
