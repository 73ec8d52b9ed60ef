/** What an execution used, and what that costs: by kind, and by step. */
import { component$ } from '@builder.io/qwik';
import type { ExecutionCost } from '#contracts/api-metrics';
import { USAGE_KEYS, type UsageKey } from '#contracts/metrics';
import { formatUsd } from '~/lib/money';
import { formatCount, formatDuration } from '~/lib/time';

const WORDS: Record<UsageKey, string> = {
  rows_written: 'Rows written',
  object_requests: 'Requests to objects',
  object_ms: 'Time of objects',
  queue_operations: 'Queue operations',
  r2_writes: 'Writes to R2',
  worker_requests: 'Requests to the Worker',
};

export const CostTable = component$<{ cost: ExecutionCost }>(({ cost }) => (
  <section aria-labelledby="cost">
    <h2 id="cost" class="mb-2 text-14 font-semibold">
      Cost <span class="ml-1 font-normal text-text-3">estimated, {cost.prices_as_of} prices</span>
    </h2>
    <table class="data data-inset">
      <thead>
        <tr>
          <th scope="col">Used</th>
          <th scope="col" class="num">
            Amount
          </th>
          <th scope="col" class="num">
            Cost
          </th>
        </tr>
      </thead>
      <tbody>
        {USAGE_KEYS.map((key) => (
          <tr key={key}>
            <td>{WORDS[key]}</td>
            <td class="num tabular-nums">{key === 'object_ms' ? formatDuration(cost.usage[key]) : formatCount(cost.usage[key])}</td>
            <td class="num tabular-nums">{formatUsd(cost.cost[key])}</td>
          </tr>
        ))}
        <tr>
          <td class="font-medium">Total</td>
          <td />
          <td class="num font-medium tabular-nums">{formatUsd(cost.cost_usd)}</td>
        </tr>
      </tbody>
    </table>
    <p class="mt-2 text-12 text-text-3">
      By step: {cost.by_step.map(({ step, cost_usd }) => `${step} ${formatUsd(cost_usd)}`).join(', ')}. CPU time is not in it.
    </p>
  </section>
));
