/** The sessions of the own account: where one is signed in, and ending it. */
import { sessionList } from '#contracts/api-identity';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { personOf } from '#workers/api/person';
import { instant } from '#workers/api/views';

const TAG = 'Sign-in';

const list = endpoint({
  route: 'GET /auth/sessions',
  tag: TAG,
  summary: 'List the own sessions',
  answer: sessionList,
  answers: { 200: { description: 'Newest first', schema: sessionList } },
  async handle(call) {
    const user = await personOf(call);
    const sessions = await call.stores.sessions.ofUser(call.tenant, user.id, call.now);
    const items = sessions.map(({ user: _, created_at, last_seen_at, expires_at, ...rest }) => ({
      ...rest,
      current: rest.id === call.actor.session_id,
      created_at: instant(created_at),
      last_seen_at: instant(last_seen_at),
      expires_at: instant(expires_at),
    }));
    return { body: { items } };
  },
});

const end = endpoint({
  route: 'DELETE /auth/sessions/{session}',
  weight: 'ending',
  tag: TAG,
  summary: 'End one of the own sessions',
  description: 'Elsewhere than here its tokens may work for two seconds more.',
  answers: { 204: { description: 'Ended' } },
  problems: ['not_found'],
  async handle(call) {
    const user = await personOf(call);
    if (!(await call.stores.sessions.remove(call.tenant, user.id, call.params.session!))) throw new Problem('not_found', 'You have no such session.');
    return {};
  },
});

const endOthers = endpoint({
  route: 'DELETE /auth/sessions',
  weight: 'ending',
  tag: TAG,
  summary: 'End all of the own sessions but this one',
  answers: { 204: { description: 'Ended' } },
  async handle(call) {
    const user = await personOf(call);
    await call.stores.sessions.removeOthers(call.tenant, user.id, call.actor.session_id ?? null);
    return {};
  },
});

export const accountSessionEndpoints: AnyEndpoint[] = [list, endOthers, end];
