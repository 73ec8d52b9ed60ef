/** What a step did outside, and what it cost, in words for every kind of step. Pure. */
import type { ExecutionCost } from '#contracts/api-metrics';
import type { TimelineStep } from '#contracts/execution';
import { pathOf } from '#contracts/step-path';
import { formatUsd } from './money';
import type { SlimStep } from './timeline';

/** Name of what is measured together, in the list of costs. */
const OTHERS = '(other)';

/** Only what goes out has a key. */
export function effectOf(step: SlimStep, detail: TimelineStep): string {
  if (step.status === 'pending') return 'None yet: it has not begun.';
  if (step.mocked) return 'None: a mock answered in its place.';
  if (step.status === 'skipped' && detail.idempotency_key === undefined) return 'None: it was skipped.';
  if (step.block) return 'Those of the steps within it.';
  if (detail.response?.reused === true) return 'None this time: the stored result of its key was taken.';
  if (detail.idempotency_key === undefined) return 'None: it computes or waits; no call goes out.';
  return step.compensation?.status === 'completed' ? 'Happened once for its key, and was undone.' : 'Happens once for its key, however often it is tried.';
}

/** `undefined`: not known yet. Runs of a step in a block are measured together. */
export function costOfStep(step: SlimStep, cost: ExecutionCost | undefined): string | undefined {
  if (!cost) return undefined;
  const path = pathOf(step.name);
  const own = cost.by_step.find((one) => one.step === path);
  if (own) return `${formatUsd(own.cost_usd)}, estimated${path === step.name ? '' : ', of all its runs'}`;
  if (step.status === 'pending') return 'Nothing yet';
  return cost.by_step.some((one) => one.step === OTHERS) ? 'Measured together with other steps, under Metadata' : 'Nothing of its own';
}
