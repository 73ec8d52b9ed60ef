/**
 * Rows of executions and machines that the queue brings after their tenant has gone: the new home gets them, and the mover
 * is told, in case their object is still here.
 */
import type { ProjectionEnvelope } from '#contracts/execution';
import type { RegionEnv } from '#workers/env';
import { sendAfter } from '#workers/moving/late';
import { moverOf } from '#workers/moving/ports';
import { Peer } from '#workers/regions/peers';
import { storesOf } from '#workers/stores';

const RETRY_SECONDS = 5;

/** The batch, without what could not be forwarded: that comes again. What was is projected here, too, for the mover to find. */
export async function forwardLate(batch: MessageBatch<ProjectionEnvelope>, env: RegionEnv): Promise<MessageBatch<ProjectionEnvelope>> {
  const failed = new Set<Message<ProjectionEnvelope>>();
  for (const message of batch.messages) {
    for (const tenant of tenantsOf(message.body)) {
      const standing = await storesOf(env).moves.open(tenant);
      if (standing?.status !== 'gone') continue;
      try {
        await sendAfter(new Peer(env, standing.peer, tenant), { projections: [only(message.body, tenant)] });
        await moverOf(env, tenant).again({ tenant, from: env.REGION, to: standing.peer, requested_by: 'queue', requested_at: standing.at });
      } catch (error) {
        console.error(JSON.stringify({ level: 'error', message: `late rows: ${String(error)}`, tenant }));
        failed.add(message);
      }
    }
  }
  if (failed.size === 0) return batch;
  for (const message of failed) message.retry({ delaySeconds: RETRY_SECONDS });
  return { ...batch, queue: batch.queue, messages: batch.messages.filter((message) => !failed.has(message)) } as MessageBatch<ProjectionEnvelope>;
}

/** A message that is not understood names nobody. */
function tenantsOf(body: ProjectionEnvelope): Set<string> {
  const rows: unknown[] = Array.isArray((body as { rows?: unknown } | null)?.rows) ? body.rows : [];
  return new Set(rows.map(tenantOf).filter((tenant) => tenant !== undefined));
}

function only(body: ProjectionEnvelope, tenant: string): ProjectionEnvelope {
  return { ...body, rows: (body.rows as unknown[]).filter((row) => tenantOf(row) === tenant) } as ProjectionEnvelope;
}

function tenantOf(row: unknown): string | undefined {
  const { tenant, summary } = (row ?? {}) as { tenant?: unknown; summary?: { tenant?: unknown } };
  const found = tenant ?? summary?.tenant;
  return typeof found === 'string' ? found : undefined;
}
