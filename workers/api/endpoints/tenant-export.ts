/** Everything of a tenant as one archive: asked for, looked at, fetched, given up. */
import { tenantExportSchema } from '#contracts/api-tenant-export';
import { Problem } from '#contracts/problems';
import type { TenantExport } from '#contracts/tenant-export';
import { record } from '#workers/api/audit';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { ownTenant } from '#workers/api/own-tenant';
import { instant } from '#workers/api/views';
import { beginExport, exporterOf, exportKey } from '#workers/takeout/ports';

const TAG = 'Platform';
const MEDIA_TYPE = 'application/x-tar';
const DOWNLOAD = 'GET /tenants/{tenant}/export/download';

const begin = endpoint({
  route: 'POST /tenants/{tenant}/export',
  weight: 'heavy',
  tag: TAG,
  summary: 'Export all data of a tenant',
  description:
    'Everything that an erasure would erase in this region is written into one archive: executions as their portable exports, rows and objects as JSON Lines, files as they are. Of secrets, passwords and keys there are only the names. Nothing stops meanwhile. While it is being written, the same call answers how far it is; afterwards it begins anew.',
  answer: tenantExportSchema,
  answers: { 202: { description: 'It has begun', schema: tenantExportSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    const { env, tenant, actor, now } = ownTenant(call);
    return { body: view(await beginExport(env, { tenant, region: env.REGION, requested_by: actor.by, requested_at: now })) };
  },
});

const progress = endpoint({
  route: 'GET /tenants/{tenant}/export',
  tag: TAG,
  summary: 'How far the export of a tenant is',
  answer: tenantExportSchema,
  answers: { 200: { description: 'Where it stands', schema: tenantExportSchema } },
  problems: ['unknown_tenant', 'not_found'],
  async handle(call) {
    const { env, tenant } = ownTenant(call);
    const found = await exporterOf(env, tenant).progress();
    if (!found) throw noExport(tenant);
    return { body: view(found) };
  },
});

const discard = endpoint({
  route: 'DELETE /tenants/{tenant}/export',
  tag: TAG,
  summary: 'Give up an export, or erase its archive',
  answers: { 204: { description: 'It is gone' } },
  problems: ['unknown_tenant', 'not_found'],
  async handle(call) {
    const { env, tenant } = ownTenant(call);
    if (!(await exporterOf(env, tenant).discard())) throw noExport(tenant);
    return {};
  },
});

const download = endpoint({
  route: DOWNLOAD,
  weight: 'heavy',
  tag: TAG,
  summary: 'The archive of a tenant',
  description: 'For 24 hours from when it is complete. Each download is in the audit log.',
  answers: { 200: { description: 'The archive', mediaType: MEDIA_TYPE } },
  problems: ['unknown_tenant', 'not_found', 'export_unfinished'],
  async handle(call) {
    const { env, tenant, actor, params, request, requestId, now, note, from } = ownTenant(call);
    const found = await exporterOf(env, tenant).progress();
    if (!found) throw noExport(tenant);
    if (found.status !== 'completed') throw new Problem('export_unfinished', `The archive of ${tenant} is being written.`);
    const stored = await env.STORE.get(exportKey(found));
    if (!stored) throw noExport(tenant);
    // It reads more than any other call, so it is written down, though it changes nothing; at home, where the log is.
    if (from === undefined)
      await record(env, { actor, tenant, action: DOWNLOAD, path: '/tenants/{tenant}/export/download', params, status: 200, requestId, request, now, note });
    return new Response(stored.body, {
      headers: {
        'Content-Type': MEDIA_TYPE,
        'Content-Length': String(stored.size),
        'Content-Disposition': `attachment; filename="${tenant}-${found.region}-${instant(found.requested_at).slice(0, 10)}.tar"`,
        'Cache-Control': 'no-store',
      },
    });
  },
});

export const tenantExportEndpoints: AnyEndpoint[] = [begin, progress, discard, download];

function noExport(tenant: string): Problem {
  return new Problem('not_found', `There is no export of ${tenant}; POST to /tenants/${tenant}/export begins one.`);
}

function view({ requested_at, finished_at, expires_at, ...job }: TenantExport) {
  return {
    ...job,
    requested_at: instant(requested_at),
    ...(finished_at === undefined ? {} : { finished_at: instant(finished_at) }),
    ...(expires_at === undefined ? {} : { expires_at: instant(expires_at) }),
  };
}
