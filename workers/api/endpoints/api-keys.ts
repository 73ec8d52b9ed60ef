/** API keys of a tenant. A key is shown once, when it is made; what is stored is its hash. */
import { COMPANY, type KeyScope } from '#contracts/access';
import { apiKeyCreatedSchema, apiKeyPage, apiKeySchema, apiKeysQuery, createApiKeyRequest, rotateApiKeyRequest } from '#contracts/api-access';
import { newId } from '#contracts/ids';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { ApiKey } from '#storage/access-ports';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { assertOpen } from '#workers/api/named-company';
import { unknownKey } from '#workers/api/unknown';
import { instant } from '#workers/api/views';
import { newApiKey } from '#workers/identity/api-keys';
import { mustReach } from '#workers/identity/giving';
import { strongestOf } from '#workers/identity/grants';
import { placeOf, roleIn } from '#workers/identity/places';
import { unknownMember } from '#workers/identity/subjects';

const TAG = 'Access';

const create = endpoint({
  route: 'POST /api-keys',
  tag: TAG,
  summary: 'Make an API key',
  description:
    'With a role in the company, in an organization or in one project, or as a key of a service account. Neither role nor scopes go beyond your own. A scope that is missing is missing for good: make another key.',
  body: createApiKeyRequest,
  answer: apiKeyCreatedSchema,
  answers: { 201: { description: 'Made; `key` is shown this once', schema: apiKeyCreatedSchema } },
  problems: ['unknown_tenant', 'unknown_organization', 'unknown_project', 'unknown_member', 'invalid_json'],
  anyTenant: true,
  async handle(call) {
    const { role, name, scopes, organization, project, service_account, expires_in } = call.body;
    const tenant = call.body.tenant ?? call.tenant;
    if (tenant !== call.tenant && !call.actor.platform) throw new Problem('forbidden', 'tenant: a key makes keys of its own tenant only.');
    if (!(await call.stores.tenants.get(tenant))) throw new Problem('unknown_tenant', `There is no tenant ${tenant} in this region.`);
    await assertOpen(call.env, tenant);
    const place = placeOf({ organization, project });
    const own = await roleIn({ ...call, tenant }, place);
    if (role !== undefined) mustReach(own, role, place);
    mustBeWithin(scopes, call.actor.scopes);
    if (service_account !== undefined) await mustReachAccount({ ...call, tenant }, service_account);
    const made = await keyOf(tenant, {
      name,
      ...(role === undefined ? {} : { role }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(organization === undefined ? {} : { organization }),
      ...(project === undefined ? {} : { project }),
      ...(service_account === undefined ? {} : { service_account }),
      created_at: call.now,
      created_by: call.actor.by,
      ...(expires_in === undefined ? {} : { expires_at: call.now + expires_in }),
    });
    await call.stores.apiKeys.create(made.row, made.hash);
    call.note.after = noted(made.row);
    return { body: { ...view(made.row, call.now), key: made.key } };
  },
});

const list = endpoint({
  route: 'GET /api-keys',
  tag: TAG,
  summary: 'List API keys',
  description: 'All, with the role in the company; those whose role is one in an organization or project, with the role in it.',
  query: apiKeysQuery,
  answer: apiKeyPage,
  answers: { 200: { description: 'Without the keys themselves', schema: apiKeyPage } },
  problems: ['invalid_cursor', 'unknown_organization', 'unknown_project'],
  async handle(call) {
    const { limit = LIMITS.listDefault, ...of } = call.query;
    await roleIn(call, placeOf(of));
    const page = await call.stores.apiKeys.list(call.tenant, { limit, ...of });
    return { body: { items: page.items.map((key) => view(key, call.now)), next_cursor: page.next_cursor } };
  },
});

const get = endpoint({
  route: 'GET /api-keys/{key}',
  tag: TAG,
  summary: 'Read an API key',
  answer: apiKeySchema,
  answers: { 200: { description: 'Without the key itself', schema: apiKeySchema } },
  problems: ['not_found'],
  async handle(call) {
    return { body: view((await keyCalled(call)).key, call.now) };
  },
});

const rotate = endpoint({
  route: 'POST /api-keys/{key}/rotate',
  tag: TAG,
  summary: 'Make a key in the place of another',
  description: 'The new one may do what the old one may. The old one goes on working for `overlap`, so that whoever uses it has time to change.',
  body: rotateApiKeyRequest,
  answer: apiKeyCreatedSchema,
  answers: { 201: { description: 'Made; `key` is shown this once', schema: apiKeyCreatedSchema } },
  problems: ['not_found', 'key_replaced', 'unknown_member', 'invalid_json'],
  async handle(call) {
    const { key: old, own, place } = await keyCalled(call);
    if (old.role) mustReach(own, old.role, place);
    mustBeWithin(old.scopes, call.actor.scopes);
    if (old.service_account !== undefined) await mustReachAccount(call, old.service_account);
    const { overlap, expires_in = old.expires_at === undefined ? undefined : old.expires_at - old.created_at } = call.body;
    const { id: _, prefix: _prefix, tenant, expires_at: _expires, last_used_at: _used, replaced_by: _replaced, ...rest } = old;
    const next = await keyOf(tenant, {
      ...rest,
      created_at: call.now,
      created_by: call.actor.by,
      ...(expires_in === undefined ? {} : { expires_at: call.now + expires_in }),
    });
    if (!(await call.stores.apiKeys.replace(tenant, old.id, call.now + overlap, next.row, next.hash))) {
      throw new Problem('key_replaced', old.replaced_by ? `${old.replaced_by} has taken its place.` : 'It was rotated or deleted at the same moment.');
    }
    call.note.before = noted(old);
    call.note.after = { ...noted(next.row), id: next.row.id, overlap_ms: overlap };
    return { body: { ...view(next.row, call.now), key: next.key } };
  },
});

const remove = endpoint({
  route: 'DELETE /api-keys/{key}',
  weight: 'ending',
  tag: TAG,
  summary: 'Delete an API key',
  description: 'Its sessions end with it. Elsewhere than here it may work for two seconds more.',
  answers: { 204: { description: 'Deleted' } },
  problems: ['not_found'],
  async handle(call) {
    const { key } = await keyCalled(call);
    call.note.before = noted(key);
    if (!(await call.stores.apiKeys.remove(call.tenant, key.id))) throw unknownKey(key.id);
    return {};
  },
});

export const apiKeyEndpoints: AnyEndpoint[] = [create, list, get, rotate, remove];

/** The key that the path names, and the caller's role where it belongs. Throws Problem: not_found, forbidden. */
async function keyCalled({ access, stores, tenant, params }: Call) {
  const unknown = unknownKey(params.key!);
  const key = await stores.apiKeys.byId(tenant, params.key!);
  if (!key) throw unknown;
  const place = placeOf(key);
  return { key, place, own: access.at(place, unknown) };
}

async function keyOf(tenant: string, facts: Omit<ApiKey, 'id' | 'tenant' | 'prefix'>): Promise<{ key: string; hash: string; row: ApiKey }> {
  const { key, hash, prefix } = await newApiKey(tenant);
  return { key, hash, row: { id: newId('key'), tenant, prefix, ...facts } };
}

/** Who is limited to some scopes hands on no others. Throws Problem('forbidden'). */
function mustBeWithin(scopes: readonly KeyScope[] | undefined, own: readonly KeyScope[] | null): void {
  if (own === null) return;
  const beyond = scopes?.filter((scope) => !own.includes(scope));
  if (beyond?.length === 0) return;
  throw new Problem(
    'forbidden',
    `scopes: yours are ${own.join(', ')}; the key would go beyond them${beyond ? ` with ${beyond.join(', ')}` : ' without a limit of its own'}.`,
  );
}

/** A key of an account is worth its roles: who makes one has as much. Throws Problem: unknown_member, forbidden. */
async function mustReachAccount({ access, stores, tenant }: Call, account: string): Promise<void> {
  const own = access.inCompany();
  if (!(await stores.serviceAccounts.get(tenant, account))) throw unknownMember(account);
  const strongest = strongestOf(await stores.members.grantsOf(tenant, account));
  if (strongest) mustReach(own, strongest, COMPANY);
}

/** For the audit log: all but what the entry says anyway. */
function noted({ name, role, prefix, scopes, organization, project, service_account, expires_at, tenant }: ApiKey): JsonObject {
  return {
    tenant,
    name,
    prefix,
    ...(role ? { role } : {}),
    ...(scopes ? { scopes } : {}),
    ...(organization ? { organization } : {}),
    ...(project ? { project } : {}),
    ...(service_account ? { service_account } : {}),
    ...(expires_at ? { expires_at: instant(expires_at) } : {}),
  };
}

function view({ created_at, expires_at, last_used_at, ...key }: ApiKey, now: number) {
  return {
    ...key,
    created_at: instant(created_at),
    ...(expires_at === undefined ? {} : { expires_at: instant(expires_at) }),
    ...(last_used_at === undefined ? {} : { last_used_at: instant(last_used_at) }),
    status: expires_at !== undefined && expires_at <= now ? ('expired' as const) : ('active' as const),
  };
}
