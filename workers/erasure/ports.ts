/** What the eraser of a tenant leans on, over the bindings of its region's Worker. */
import type { EraserRpc, Erasure, ErasureCertificate, RegionErasure } from '#contracts/erasure';
import { Problem } from '#contracts/problems';
import type { EraserPorts } from '#objects/tenant-eraser';
import { certificateHash, FIRST_PREV } from '#portable/erasure-certificates';
import { KNOWN_EVERYWHERE_MS } from '#storage/d1-tenant-moves';
import type { RegionEnv } from '#workers/env';
import { erasureStages } from '#workers/erasure/stages';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { Peer } from '#workers/regions/peers';
import { callRouter } from '#workers/regions/router-link';
import { storesOf } from '#workers/stores';

const calls = callsOf<EraserRpc>('erasure of the company', { begin: 'again', progress: 'again' });

export function eraserOf(env: RegionEnv, tenant: string): EraserRpc {
  return objectNamed(calls, env.TENANT_ERASER, env, tenant);
}

/** A region that was killed in the middle of an answer may never end it; it is asked again. */
const ELSEWHERE_PATIENCE_MS = 10_000;

export function eraserPorts(env: RegionEnv): EraserPorts {
  return {
    ...erasureStages(env),
    now: Date.now,
    async close(tenant, home) {
      const { moves } = storesOf(env);
      if (home ? !(await moves.close(tenant, Date.now())) : (await moves.standing(tenant))?.status === 'arriving') return false;
      await env.DB.prepare('DELETE FROM active_deployments WHERE tenant = ?').bind(tenant).run();
      return true;
    },
    known: () => scheduler.wait(KNOWN_EVERYWHERE_MS),
    outposts: async (tenant) => (await storesOf(env).links.outposts(tenant)).map(({ region }) => region),
    eraseElsewhere: (region, erasure) => eraseElsewhere(env, region, erasure),
    async finish(erasure, regions) {
      const { tenant, home } = erasure;
      if (home) await forgetName(env, tenant);
      const certificate = await certify(env, erasure, regions);
      const insert = env.DB.prepare('INSERT OR IGNORE INTO erasure_certificates (seq, id, slug, certificate) VALUES (?, ?, ?, ?)');
      const { seq, ...rest } = certificate;
      await env.DB.batch([
        insert.bind(seq, rest.id, tenant, JSON.stringify(rest)),
        env.DB.prepare('DELETE FROM tenant_moves WHERE tenant = ?').bind(tenant),
        ...(home ? [env.DB.prepare('DELETE FROM tenants WHERE slug = ? AND closed_at IS NOT NULL').bind(tenant)] : []),
      ]);
      // Another certificate took the number at the same moment: the alarm tries again.
      if (!(await certificateOf(env, rest.id))) throw new Error('the certificate was not kept');
    },
  };
}

/** Has another region erase what lives there; `null` while it is at it. Again is the same. Throws Problem('region_unavailable'). */
export async function eraseElsewhere(
  env: RegionEnv,
  region: string,
  { tenant, requested_by, requested_at }: Pick<Erasure, 'tenant' | 'requested_by' | 'requested_at'>,
): Promise<RegionErasure | null> {
  const order = { requested_by, requested_at };
  const patience = { patienceMs: ELSEWHERE_PATIENCE_MS };
  return (await new Peer(env, region, tenant).ask<{ done: RegionErasure | null }>('POST', '/erasure', order, patience)).done;
}

export function erasureId({ tenant, requested_at }: Pick<Erasure, 'tenant' | 'requested_at'>): string {
  return `erasure_${tenant}_${requested_at}`;
}

export async function certificateOf(env: RegionEnv, id: string): Promise<ErasureCertificate | null> {
  const text = await env.DB.prepare('SELECT certificate FROM erasure_certificates WHERE id = ?').bind(id).first<string>('certificate');
  return text === null ? null : (JSON.parse(text) as ErasureCertificate);
}

async function certify(env: RegionEnv, erasure: Erasure, regions: RegionErasure[]): Promise<ErasureCertificate & { seq: number }> {
  const last = await env.DB.prepare('SELECT seq, certificate FROM erasure_certificates ORDER BY seq DESC LIMIT 1').first<{
    seq: number;
    certificate: string;
  }>();
  const { tenant, requested_by, requested_at } = erasure;
  const certificate: Omit<ErasureCertificate, 'hash'> = {
    id: erasureId(erasure),
    tenant,
    requested_by,
    requested_at,
    finished_at: Date.now(),
    regions,
    prev: last ? (JSON.parse(last.certificate) as ErasureCertificate).hash : FIRST_PREV,
  };
  return { ...certificate, hash: certificateHash(certificate), seq: (last?.seq ?? 0) + 1 };
}

/** The router lets go of the name. */
async function forgetName(env: RegionEnv, tenant: string): Promise<void> {
  const response = await callRouter(env, `/directory/${tenant}?region=${env.REGION}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${env.ADMIN_API_KEY}` },
  });
  if (!response.ok) throw new Problem('region_unavailable', `The router answered ${response.status}.`);
}
