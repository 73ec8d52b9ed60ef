/** The numbers of the whole period. Those that name executions lead to them. */
import { component$ } from '@builder.io/qwik';
import type { Metrics } from '#contracts/api-metrics';
import { WENT_WRONG } from '~/lib/filters';
import { behind, formatValue, type MetricsFilters } from '~/lib/metrics';
import { formatUsd } from '~/lib/money';
import { formatCount } from '~/lib/time';

export const MetricsSummary = component$<{ metrics: Metrics; filters: MetricsFilters }>(({ metrics, filters }) => {
  const { summary } = metrics;
  const of = (status?: string) => behind(filters, metrics, status);
  const ended = summary.total_executions - summary.running;
  const facts: { name: string; value: string; note?: string; href?: string; hint?: string }[] = [
    {
      name: 'Executions',
      value: formatCount(summary.total_executions),
      note: summary.running > 0 ? `${formatCount(summary.running)} running` : undefined,
      href: of(),
    },
    { name: 'Success rate', value: formatValue(summary.success_rate, 'percent'), hint: 'Of those that completed or went wrong' },
    {
      name: 'Went wrong',
      value: formatCount(summary.error_count),
      href: summary.error_count > 0 ? of(WENT_WRONG) : undefined,
      hint: 'Failed, or undone after a failure',
    },
    { name: 'p50', value: formatValue(summary.p50_duration_ms, 'ms') },
    { name: 'p95', value: formatValue(summary.p95_duration_ms, 'ms') },
    { name: 'p99', value: formatValue(summary.p99_duration_ms, 'ms') },
    { name: 'Retries', value: formatCount(summary.retry_count) },
    { name: 'Dead letters', value: formatCount(summary.dlq_depth), note: 'now', href: summary.dlq_depth > 0 ? '/dead-letters' : undefined },
    {
      name: 'Cost, estimated',
      value: formatUsd(summary.cost_usd),
      hint: ended > 0 ? `${formatUsd((summary.cost_usd / ended) * 1_000_000)} a million executions` : undefined,
    },
  ];
  return (
    <dl class="metric-facts">
      {facts.map((fact) => (
        <div key={fact.name.replaceAll(' ', '-')} title={fact.hint}>
          <dt class="text-12 text-text-3">{fact.name}</dt>
          <dd class="flex flex-wrap items-baseline gap-x-1.5 text-16 font-semibold tabular-nums">
            {fact.href ? (
              <a class="row-link" href={fact.href}>
                {fact.value}
              </a>
            ) : (
              fact.value
            )}
            {fact.note && <span class="text-12 font-normal text-text-3">{fact.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
});
