/** Memory twin of the jobs over many executions. */
import type { BulkJob } from '#contracts/bulk';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { BulkJobs } from '#storage/execution-ports';
import type { Page, PageRequest } from '#storage/platform-ports';

export class MemoryBulkJobs implements BulkJobs {
  readonly #jobs = new Map<string, BulkJob>();

  async put(job: BulkJob): Promise<void> {
    this.#jobs.set(`${job.tenant}/${job.id}`, structuredClone(job));
  }

  async get(tenant: string, id: string, createdAt: number): Promise<BulkJob | null> {
    const job = this.#jobs.get(`${tenant}/${id}`);
    return job?.created_at === createdAt ? structuredClone(job) : null;
  }

  async list(tenant: string, page: PageRequest & { by?: string }): Promise<Page<BulkJob>> {
    const [at, id] = page.cursor === undefined ? [Number.POSITIVE_INFINITY, ''] : decodeCursor('bulk-jobs', ['number', 'string'], page.cursor);
    const rows = [...this.#jobs.values()]
      .filter((job) => job.tenant === tenant && (job.created_at < at || (job.created_at === at && job.id < id)))
      .filter((job) => page.by === undefined || job.by === page.by)
      .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('bulk-jobs', [last.created_at, last.id]));
  }
}
