/** Service accounts: programs that act in their own name. Their roles are those of members, their keys are API keys. */
import { serviceAccountDetail, serviceAccountPage, serviceAccountRequest, serviceAccountSchema } from '#contracts/api-access';
import { listQuery } from '#contracts/api-parts';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { ServiceAccount } from '#storage/access-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { memberViews } from '#workers/api/member-views';
import { instant } from '#workers/api/views';
import { mustReach } from '#workers/identity/giving';
import { strongestOf } from '#workers/identity/grants';
import { placeOf, roleIn } from '#workers/identity/places';
import { unknownMember } from '#workers/identity/subjects';

const TAG = 'Access';

const create = endpoint({
  route: 'POST /service-accounts',
  tag: TAG,
  summary: 'Make a service account',
  description: 'With a role at once, or without. A key for it is made by POST /api-keys with `service_account`.',
  body: serviceAccountRequest,
  answer: serviceAccountSchema,
  answers: { 201: { description: 'Made', schema: serviceAccountSchema } },
  problems: ['name_taken', 'limit_reached', 'unknown_organization', 'unknown_project', 'invalid_json'],
  async handle(call) {
    const { stores, tenant, body, actor, now, note } = call;
    const { name, role } = body;
    const place = placeOf(body);
    const own = await roleIn(call, place);
    if (role !== undefined) mustReach(own, role, place);
    if ((await stores.serviceAccounts.count(tenant)) >= LIMITS.serviceAccounts) {
      throw new Problem('limit_reached', `A company has ${LIMITS.serviceAccounts} service accounts at most.`);
    }
    const account: ServiceAccount = { id: newId('svc'), name, created_at: now, created_by: actor.by };
    if ((await stores.serviceAccounts.create(tenant, account)) === 'name_taken') throw new Problem('name_taken', `There is a service account ${name}.`);
    if (role !== undefined) await stores.members.put(tenant, { ...place, subject: account.id, role, created_at: now, created_by: actor.by });
    note.after = { name, ...(role === undefined ? {} : { role, level: place.level, ...(place.id ? { place: place.id } : {}) }) };
    return { body: view(account) };
  },
});

const list = endpoint({
  route: 'GET /service-accounts',
  tag: TAG,
  summary: 'List service accounts',
  query: listQuery,
  answer: serviceAccountPage,
  answers: { 200: { description: 'By name', schema: serviceAccountPage } },
  problems: ['invalid_cursor'],
  async handle({ stores, tenant, query }) {
    const page = await stores.serviceAccounts.list(tenant, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor });
    return { body: { items: page.items.map(view), next_cursor: page.next_cursor } };
  },
});

const get = endpoint({
  route: 'GET /service-accounts/{account}',
  tag: TAG,
  summary: 'Read a service account',
  description: `With its first ${LIMITS.listMax} roles; \`GET /members/{member}\` has them all.`,
  answer: serviceAccountDetail,
  answers: { 200: { description: 'The account', schema: serviceAccountDetail } },
  problems: ['unknown_member'],
  async handle(call) {
    const account = await accountOf(call);
    const { items } = await call.stores.members.ofSubject(call.tenant, account.id, { limit: LIMITS.listMax });
    return { body: { ...view(account), roles: await memberViews(call.stores, call.tenant, items) } };
  },
});

const remove = endpoint({
  route: 'DELETE /service-accounts/{account}',
  weight: 'ending',
  tag: TAG,
  summary: 'Delete a service account',
  description: 'Its keys and roles end with it.',
  answers: { 204: { description: 'Deleted' } },
  problems: ['unknown_member'],
  async handle(call) {
    const { stores, tenant, access, note } = call;
    const account = await accountOf(call);
    const strongest = strongestOf(await stores.members.grantsOf(tenant, account.id));
    if (strongest) mustReach(access.inCompany(), strongest, { level: 'company', id: '' });
    // Keys first: what is cut off half-way has no way in any more, and is deleted by the next call.
    await stores.apiKeys.removeOfAccount(tenant, account.id);
    await stores.members.removeSubject(tenant, account.id);
    await stores.serviceAccounts.remove(tenant, account.id);
    note.before = { name: account.name };
    return {};
  },
});

export const serviceAccountEndpoints: AnyEndpoint[] = [create, list, get, remove];

async function accountOf({ stores, tenant, params }: Call): Promise<ServiceAccount> {
  const found = await stores.serviceAccounts.get(tenant, params.account!);
  if (!found) throw unknownMember(params.account!);
  return found;
}

function view({ id, name, created_at, created_by }: ServiceAccount) {
  return { id, name, created_at: instant(created_at), created_by };
}
