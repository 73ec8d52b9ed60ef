/** Three schedules, held in memory: one that skipped a time, one that a quota does not let in, one that is disabled. */
import { Problem } from '#contracts/problems';

export class FixtureSchedules {
  #paused = false;

  constructor(private readonly now: number) {}

  answer(request: Request, url: URL, rest: string): Response {
    const [, workflow, name, verb] = rest.split('/').map(decodeURIComponent);
    if (url.searchParams.get('environment') === 'empty') return Response.json({ items: [], next_cursor: null });
    if (workflow === undefined) return Response.json({ items: [this.#report(), this.#import(), this.#sweep()], next_cursor: null });
    if (request.method !== 'POST' || name !== 'report') throw new Problem('unknown_schedule', `${workflow} has no schedule ${name} here.`);
    if (verb === 'run') return Response.json({ execution_id: 'exec_1' }, { status: 202 });
    this.#paused = verb === 'pause';
    return Response.json({ name, status: this.#paused ? 'paused' : 'active' });
  }

  #report() {
    return {
      workflow: 'nightly-report',
      environment: 'production',
      name: 'report',
      pipeline: 'report',
      cron: '0 7 * * 1-5',
      timezone: 'Europe/Berlin',
      overlap: 'skip',
      catch_up: 'last',
      status: this.#paused ? 'paused' : 'active',
      ...(this.#paused ? { paused_by: 'user:operator' } : {}),
      next_runs: this.#paused ? [] : [new Date(this.now + 3_600_000).toISOString()],
      last_run: { at: this.#ago(82_800_000), note: 'skipped: the run before had not ended' },
      waiting: null,
      recent: [
        { at: this.#ago(82_800_000), note: 'skipped: the run before had not ended' },
        { at: this.#ago(169_200_000), execution_id: 'exec_1' },
      ],
    };
  }

  #import() {
    return {
      ...this.#report(),
      name: 'import',
      cron: undefined,
      every_ms: 60_000,
      timezone: 'UTC',
      overlap: 'allow',
      last_run: { at: this.#ago(180_000), execution_id: 'exec_1' },
      waiting: {
        times: [this.#ago(120_000), this.#ago(60_000)],
        again_at: this.#ago(-20_000),
        reason: 'The company acme has 5 executions at work, which is its most, and 100 wait.',
      },
      recent: [{ at: this.#ago(180_000), execution_id: 'exec_1' }],
    };
  }

  #ago(ms: number): string {
    return new Date(this.now - ms).toISOString();
  }

  #sweep() {
    return {
      ...this.#report(),
      name: 'sweep',
      cron: undefined,
      every_ms: 900_000,
      timezone: 'UTC',
      status: 'disabled',
      next_runs: [],
      last_run: null,
      recent: [],
    };
  }
}
