/** What the exporter of a tenant leans on, over the bindings of its region's Worker. */
import type { ExporterRpc, ExportOrder } from '#contracts/tenant-export';
import type { ExporterPorts } from '#objects/tenant-exporter/ports';
import type { RegionEnv } from '#workers/env';
import { moverPorts } from '#workers/moving/ports';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { storesOf } from '#workers/stores';
import { READERS } from '#workers/takeout/files';

const FORMAT = 'workflow-tenant-export/1';

/** Of two who discard it one has done so. */
const calls = callsOf<ExporterRpc>('export of the company', { begin: 'again', progress: 'again', discard: 'once' });

export function exporterOf(env: RegionEnv, tenant: string): ExporterRpc {
  return objectNamed(calls, env.TENANT_EXPORTER, env, tenant);
}

/** Begins it, so that an erasure finds it. */
export async function beginExport(env: RegionEnv, order: ExportOrder) {
  await noteObject(env, 'TENANT_EXPORTER', order.tenant, order.tenant);
  return exporterOf(env, order.tenant).begin(order);
}

/** Where the archive is in the region's bucket. */
export function exportKey({ tenant, requested_at }: Pick<ExportOrder, 'tenant' | 'requested_at'>): string {
  return `exports/${tenant}/${requested_at}.tar`;
}

export function exporterPorts(env: RegionEnv): ExporterPorts {
  const { plan } = moverPorts(env);
  return {
    region: env.REGION,
    now: Date.now,
    plan,
    read: (stage, tenant, name) => READERS[stage](env, tenant, name),
    async manifest({ tenant, region, requested_by, requested_at, written, left_out }) {
      const company = await env.DB.prepare('SELECT * FROM tenants WHERE slug = ?').bind(tenant).first();
      const others = (await storesOf(env).links.outposts(tenant)).map((outpost) => outpost.region);
      const manifest = {
        format: FORMAT,
        tenant,
        region,
        requested_by,
        requested_at: new Date(requested_at).toISOString(),
        written,
        left_out,
        other_regions: others.filter((other) => other !== region),
        company,
      };
      return { name: 'manifest.json', content: one(new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)) };
    },
    async open(order) {
      return (await env.STORE.createMultipartUpload(exportKey(order), { httpMetadata: { contentType: 'application/x-tar' } })).uploadId;
    },
    part: (order, upload, number, bytes) => env.STORE.resumeMultipartUpload(exportKey(order), upload).uploadPart(number, bytes),
    async complete(order, upload, parts) {
      await env.STORE.resumeMultipartUpload(exportKey(order), upload).complete(parts);
    },
    size: async (order) => (await env.STORE.head(exportKey(order)))?.size ?? null,
    async remove(order, upload) {
      // One that is complete, or was given up already, cannot be given up.
      if (upload !== undefined)
        await env.STORE.resumeMultipartUpload(exportKey(order), upload)
          .abort()
          .catch(() => undefined);
      await env.STORE.delete(exportKey(order));
    },
  };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
