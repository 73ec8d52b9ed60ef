/** What every BulkJobs does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { BulkJob } from '#contracts/bulk';
import type { BulkJobs } from '#storage/execution-ports';

const job = (id: string, created_at: number, more: Partial<BulkJob> = {}): BulkJob => ({
  id,
  tenant: 'acme',
  action: 'cancel',
  filter: { status: 'waiting' },
  by: 'key:1',
  total: 3,
  total_is_least: false,
  created_at,
  status: 'running',
  done: 0,
  refused: 0,
  failed: 0,
  problems: [],
  ...more,
});

export function describeBulkJobs(name: string, make: () => Promise<BulkJobs>): void {
  describe(`bulk jobs: ${name}`, () => {
    it('are as they were last put, for their own tenant', async () => {
      const jobs = await make();
      await jobs.put(job('job_1', 1000));
      await jobs.put(job('job_1', 1000, { status: 'completed', done: 3 }));
      expect(await jobs.get('acme', 'job_1', 1000)).toEqual(job('job_1', 1000, { status: 'completed', done: 3 }));
      expect(await jobs.get('globex', 'job_1', 1000)).toBeNull();
      expect(await jobs.get('acme', 'job_2', 1000)).toBeNull();
    });

    it('are listed newest first, page by page', async () => {
      const jobs = await make();
      for (const [id, at] of [
        ['job_1', 1000],
        ['job_2', 2000],
        ['job_3', 2000],
      ] as const)
        await jobs.put(job(id, at));
      await jobs.put(job('job_9', 3000, { tenant: 'globex' }));
      const first = await jobs.list('acme', { limit: 2 });
      expect(first.items.map(({ id }) => id)).toEqual(['job_3', 'job_2']);
      const second = await jobs.list('acme', { limit: 2, cursor: first.next_cursor! });
      expect([second.items.map(({ id }) => id), second.next_cursor]).toEqual([['job_1'], null]);
    });

    it('are listed for who began them', async () => {
      const jobs = await make();
      await jobs.put(job('job_1', 1000));
      await jobs.put(job('job_2', 2000, { by: 'user:usr_1' }));
      await jobs.put(job('job_3', 3000));
      expect((await jobs.list('acme', { limit: 9, by: 'user:usr_1' })).items.map(({ id }) => id)).toEqual(['job_2']);
      expect((await jobs.list('acme', { limit: 9, by: 'user:usr_2' })).items).toEqual([]);
    });
  });
}
