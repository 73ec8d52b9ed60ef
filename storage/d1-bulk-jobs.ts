/** Jobs over many executions in the region's D1, as they were last heard of. */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { BulkJob } from '#contracts/bulk';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { bulkJobs } from '#storage/d1/execution-schema';
import type { BulkJobs } from '#storage/execution-ports';
import type { Page, PageRequest } from '#storage/platform-ports';

const CURSOR = 'bulk-jobs';
/** Newest jobs among which those of one person are looked for: no index has who began them. */
const WINDOW = 1000;

export class D1BulkJobs implements BulkJobs {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async put(job: BulkJob): Promise<void> {
    const row = { tenant: job.tenant, createdAt: job.created_at, id: job.id, job: JSON.stringify(job) };
    await this.#db
      .insert(bulkJobs)
      .values(row)
      .onConflictDoUpdate({ target: [bulkJobs.tenant, bulkJobs.createdAt, bulkJobs.id], set: { job: row.job } });
  }

  async get(tenant: string, id: string, createdAt: number): Promise<BulkJob | null> {
    const row = await this.#db
      .select({ job: bulkJobs.job })
      .from(bulkJobs)
      .where(and(eq(bulkJobs.tenant, tenant), eq(bulkJobs.createdAt, createdAt), eq(bulkJobs.id, id)))
      .get();
    return row ? (JSON.parse(row.job) as BulkJob) : null;
  }

  async list(tenant: string, page: PageRequest & { by?: string }): Promise<Page<BulkJob>> {
    const before = page.cursor === undefined ? undefined : decodeCursor(CURSOR, ['number', 'string'], page.cursor);
    const rows = await this.#db
      .select({ job: bulkJobs.job })
      .from(bulkJobs)
      .where(
        and(
          eq(bulkJobs.tenant, tenant),
          page.by === undefined ? undefined : begunBy(tenant, page.by),
          before && sql`(${bulkJobs.createdAt}, ${bulkJobs.id}) < (${before[0]}, ${before[1]})`,
        ),
      )
      .orderBy(desc(bulkJobs.createdAt), desc(bulkJobs.id))
      .limit(page.limit + 1);
    return pageOf(
      rows.map(({ job }) => JSON.parse(job) as BulkJob),
      page.limit,
      (last) => encodeCursor(CURSOR, [last.created_at, last.id]),
    );
  }
}

function begunBy(tenant: string, by: string): SQL {
  const edge = sql`SELECT created_at FROM bulk_jobs WHERE tenant = ${tenant} ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ${WINDOW - 1}`;
  return sql`${bulkJobs.createdAt} >= coalesce((${edge}), 0) AND ${bulkJobs.job} ->> 'by' = ${by}`;
}
