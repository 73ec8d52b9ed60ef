/**
 * Whether a start is let in: the rate of its tenant and application here, before anything of it is stored; executions at
 * work where it will live (`durable-objects/execution/place.ts`).
 *
 * 1. What a start that was let in brings about (calls, hooks, the next run of a chain) is not asked again. A run without
 *    effects is work for a moment: it counts as a start, waits for no place and takes none.
 * 2. Refused, nothing is stored. Once it is known that starts are refused, those that follow are refused without a question,
 *    and by HTTP before their body is read: a flood costs its bound little more than the answers.
 */
import { PRIORITIES } from '#contracts/priority';
import { Problem } from '#contracts/problems';
import { type Bound, isRefused, LOW_PRIORITY, type StartBounds } from '#contracts/quota';
import type { RegionEnv } from '#workers/env';
import { boundsOf, tenantBound, tenantQuota } from '#workers/quota/bounds';
import { book, bookPorts } from '#workers/quota/ports';
import type { StartOrder } from '#workers/start';

/** Where one start was refused, others are for so long, ms. */
const REFUSED_FOR_MS = 500;

/** At the door of an application: a start that cannot be let in, whatever it brings. Throws Problem('quota_exceeded'). */
export async function assertNotRefused(env: RegionEnv, place: { tenant: string; workflow: string; environment: string; hash: string }): Promise<void> {
  const { bounds } = await boundsOf(env, place);
  if (bounds.length === 0) return;
  const now = bookPorts(env).now();
  for (const bound of bounds) if (book.fullUntil(bound.name).hard > now) throw full(bound, 'hard', 1);
  for (const bound of bounds) {
    const after = book.refused(bound, now);
    if (after !== undefined) throw tooFast(bound, after);
  }
}

/** What the execution is told of bounds; `undefined`: there are none for it. Throws Problem: quota_exceeded, quota_soft. */
export async function admitByQuota(env: RegionEnv, order: StartOrder, priority: number | undefined): Promise<StartBounds | undefined> {
  if (order.called || order.uncounted) return undefined;
  const isHarmless = order.dry_run === true || order.mocks !== undefined;
  const { tenant, deployment } = order;
  const { bounds, priority: usual } = await boundsOf(env, { tenant, ...deployment });
  if (bounds.length === 0) return undefined;
  const own = priority ?? PRIORITIES[usual];
  const ports = bookPorts(env);
  for (const bound of bounds) {
    const until = book.fullUntil(bound.name);
    const now = ports.now();
    if (!isHarmless && (until.hard > now || (until.soft > now && own <= LOW_PRIORITY))) throw full(bound, until.hard > now ? 'hard' : 'soft', 1);
  }
  if (!order.let_in) {
    for (const bound of bounds) {
      const after = await book.token(bound, ports);
      if (after !== undefined) throw tooFast(bound, after);
    }
  }
  if (isHarmless) return undefined;
  const placed = bounds.filter(({ max }) => max !== undefined);
  return placed.length > 0 ? { bounds: placed, priority: own } : undefined;
}

/** A start that another region is asked for, at the tenant's home. Throws Problem('quota_exceeded'). */
export async function admitAbroad(env: RegionEnv, tenant: string): Promise<void> {
  const { quota } = await tenantQuota(env, tenant);
  const bound = tenantBound(tenant, quota);
  const after = bound && (await book.token(bound, bookPorts(env)));
  if (after !== undefined) throw tooFast(bound!, after);
}

/** An execution found its bound full, with so many waiting: nothing of it is there. */
export function refusedBy(env: RegionEnv, bound: Bound, waiting: number, priority: number): Problem {
  const kind = isRefused(bound, waiting, priority) ?? 'hard';
  book.noteFull(bound.name, kind, REFUSED_FOR_MS, bookPorts(env).now());
  return full(bound, kind, Math.min(60, Math.max(1, Math.ceil(waiting / (bound.max ?? 1)))));
}

function tooFast({ name, rate }: Bound, after: number): Problem {
  const most = `${whose(name)} may start ${Math.round((rate!.per_minute / 60) * 100) / 100} executions a second, ${rate!.burst} of them at once`;
  return new Problem('quota_exceeded', `${most}.`, retryAfter(after));
}

function full({ name, max, soft, hard }: Bound, kind: 'soft' | 'hard', after: number): Problem {
  const busy = `${whose(name)} has ${max} executions at work, which is its most, and`;
  if (kind === 'hard') return new Problem('quota_exceeded', `${busy} ${hard} wait.`, retryAfter(after));
  return new Problem('quota_soft', `${busy} ${soft} wait: starts of low priority are refused.`, retryAfter(after));
}

function whose(name: string): string {
  const [tenant, workflow, environment] = name.split('/');
  return workflow === undefined ? `The company ${tenant}` : `${workflow} in ${environment}`;
}

function retryAfter(seconds: number) {
  return { extra: { retry_after: seconds, headers: { 'retry-after': String(seconds) } } };
}
