/** What the bounds of a document come to for one company: the narrowest number of each kind. */
import { expect, it } from 'vitest';
import { type AppBounds, PLANS } from '#contracts/quota';
import { applicationBound } from '#workers/quota/bounds';

const { queue_soft, queue_hard } = PLANS.unlimited;
const of = (own: AppBounds, plan = 'team') => applicationBound({ tenant: 'globex', workflow: 'shop', environment: 'production' }, own, plan);

it.each<[string, AppBounds, object | undefined]>([
  ['nothing that bounds work', { queue: { hard: 9 } }, undefined],
  ['workers', { max_workers: 8 }, { max: 8, soft: queue_soft, hard: queue_hard }],
  ['the plan before its default', { quotas: { team: { max_concurrent: 3 }, default: { max_concurrent: 1 } }, max_workers: 8 }, { max: 3 }],
  ['the company before its default', { isolation: { globex: { max_workers: 2 }, default: { max_workers: 1 } } }, { max: 2 }],
  ['thresholds', { max_workers: 8, queue: { soft: 4, hard: 6 } }, { soft: 4, hard: 6 }],
  ['a last threshold below the usual first', { max_workers: 8, queue: { hard: 6 } }, { soft: 6, hard: 6 }],
  ['the queue of the company', { max_workers: 8, queue: { soft: 4, hard: 6 }, isolation: { globex: { queue_size: 5 } } }, { soft: 4, hard: 5 }],
  [
    'a queue of the company that ends before the first threshold',
    { max_workers: 8, queue: { soft: 4 }, isolation: { globex: { queue_size: 3 } } },
    { soft: 3, hard: 3 },
  ],
  ['a queue of the company that is longer', { max_workers: 8, queue: { hard: 6 }, isolation: { default: { queue_size: 50 } } }, { hard: 6 }],
])('%s', (_what, own, bound) => {
  if (bound) expect(of(own)).toMatchObject(bound);
  else expect(of(own)).toBeUndefined();
});
