/** API keys of a tenant. A key is shown once, when it is made; what is stored is its hash. */
import { atLeast } from '#contracts/access';
import { apiKeyCreatedSchema, apiKeyPage, createApiKeyRequest } from '#contracts/api';
import { listQuery } from '#contracts/api-parts';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { ApiKey } from '#storage/access-ports';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import { newApiKey } from '#workers/identity/api-keys';

const TAG = 'Platform';

const create = endpoint({
  route: 'POST /api-keys',
  tag: TAG,
  summary: 'Make an API key',
  body: createApiKeyRequest,
  answer: apiKeyCreatedSchema,
  answers: { 201: { description: 'Made; `key` is shown this once', schema: apiKeyCreatedSchema } },
  problems: ['unknown_tenant', 'invalid_json'],
  anyTenant: true,
  async handle(call) {
    const { role, name } = call.body;
    const tenant = call.body.tenant ?? call.tenant;
    if (tenant !== call.tenant && !call.actor.platform) throw new Problem('forbidden', 'tenant: a key makes keys of its own tenant only.');
    if (!atLeast(call.actor.grants.company, role))
      throw new Problem('forbidden', `role: who has the role ${call.actor.grants.company} makes no key with the role ${role}.`);
    if (!(await call.stores.tenants.get(tenant))) throw new Problem('unknown_tenant', `There is no tenant ${tenant} in this region.`);
    const { key, hash, prefix } = await newApiKey(tenant);
    const row: ApiKey = { id: newId('key'), tenant, role, name, prefix, created_at: call.now };
    await call.stores.apiKeys.create(row, hash);
    call.note.after = { tenant, role, name, prefix };
    return { body: { ...view(row), key } };
  },
});

const list = endpoint({
  route: 'GET /api-keys',
  tag: TAG,
  summary: 'List API keys',
  query: listQuery,
  answer: apiKeyPage,
  answers: { 200: { description: 'Without the keys themselves', schema: apiKeyPage } },
  problems: ['invalid_cursor'],
  async handle({ stores, tenant, query }) {
    const page = await stores.apiKeys.list(tenant, { limit: query.limit ?? LIMITS.listDefault, cursor: query.cursor });
    return { body: { items: page.items.map(view), next_cursor: page.next_cursor } };
  },
});

const remove = endpoint({
  route: 'DELETE /api-keys/{key}',
  tag: TAG,
  summary: 'Delete an API key',
  description: 'Its sessions end with it. Elsewhere than here it may work for two seconds more.',
  answers: { 204: { description: 'Deleted' } },
  problems: ['not_found'],
  async handle({ stores, tenant, params, note }) {
    const key = await stores.apiKeys.byId(tenant, params.key!);
    if (key) note.before = { ...(key.role ? { role: key.role } : {}), name: key.name, prefix: key.prefix };
    if (!(await stores.apiKeys.remove(tenant, params.key!))) throw new Problem('not_found', `There is no key ${params.key!.slice(0, 64)}.`);
    return {};
  },
});

export const apiKeyEndpoints: AnyEndpoint[] = [create, list, remove];

function view({ id, tenant, role, name, prefix, created_at }: ApiKey) {
  return { id, tenant, ...(role ? { role } : {}), name, prefix, created_at: instant(created_at) };
}
