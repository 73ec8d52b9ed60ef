/** The same numbers as tables: by pipeline, by step, and by time, where each line leads to the executions behind it. */
import { component$, type JSXOutput } from '@builder.io/qwik';
import type { Metrics } from '#contracts/api-metrics';
import { WENT_WRONG } from '~/lib/filters';
import { behind, formatPoint, formatValue, type MetricsFilters, metricsQuery, saidBy } from '~/lib/metrics';
import { formatUsd } from '~/lib/money';
import { formatCount } from '~/lib/time';

interface Props {
  metrics: Metrics;
  filters: MetricsFilters;
}

export const PipelineTable = component$<Props>(({ metrics, filters }) => (
  <Table title="Pipelines" head={['Pipeline', 'Executions', 'Success', 'Went wrong', 'p50', 'p95', 'p99', 'Retries', 'Cost']}>
    {metrics.by_pipeline.map((one) => {
      const name = `${one.workflow}.${one.pipeline}`;
      return (
        <tr key={encodeURIComponent(`${name}/${one.environment}`)}>
          <td class="font-medium">
            <a class="row-link" href={`/metrics${metricsQuery({ ...filters, pipeline: name, environment: one.environment || undefined })}`}>
              {name}
            </a>
            {one.environment !== 'production' && <span class="ml-2 font-normal text-text-3">{one.environment}</span>}
          </td>
          <td class="num">
            <a class="row-link" href={behind({ ...filters, pipeline: name, environment: one.environment || undefined }, metrics)}>
              {formatCount(one.total_executions)}
            </a>
          </td>
          <td class="num">{formatValue(one.success_rate, 'percent')}</td>
          <td class={['num', one.error_count > 0 && 'text-bad']}>
            <a class="row-link" href={behind({ ...filters, pipeline: name, environment: one.environment || undefined }, metrics, WENT_WRONG)}>
              {formatCount(one.error_count)}
            </a>
          </td>
          <td class="num">{formatValue(one.p50_duration_ms, 'ms')}</td>
          <td class="num">{formatValue(one.p95_duration_ms, 'ms')}</td>
          <td class="num">{formatValue(one.p99_duration_ms, 'ms')}</td>
          <td class="num">{formatCount(one.retry_count)}</td>
          <td class="num">{formatUsd(one.cost_usd)}</td>
        </tr>
      );
    })}
  </Table>
));

export const StepTable = component$<Props>(({ metrics, filters }) => (
  <Table title="Steps" head={['Step', 'Runs', 'Error rate', 'p50', 'p95', 'p99', 'Average', 'Retries', 'Cost']}>
    {metrics.by_step.map((one) => (
      <tr key={encodeURIComponent(`${one.workflow}.${one.pipeline}/${one.step}`)}>
        <td>
          <span class="font-medium">{one.step}</span>
          <span class="ml-2 text-text-3">{one.type.replace(/^step\./, '')}</span>
          {metrics.pipeline === null && (
            <span class="ml-2 text-text-3">
              {one.workflow}.{one.pipeline}
            </span>
          )}
        </td>
        <td class="num">{formatCount(one.executions)}</td>
        <td class={['num', one.errors > 0 && 'text-bad']}>
          {one.errors > 0 ? (
            <a class="row-link" href={saidBy(one, filters, metrics)} title={`${formatCount(one.errors)} went wrong; see what they said`}>
              {formatValue(one.error_rate, 'percent')}
            </a>
          ) : (
            formatValue(one.error_rate, 'percent')
          )}
        </td>
        <td class="num">{formatValue(one.p50_ms, 'ms')}</td>
        <td class="num">{formatValue(one.p95_ms, 'ms')}</td>
        <td class="num">{formatValue(one.p99_ms, 'ms')}</td>
        <td class="num">{formatValue(one.avg_ms, 'ms')}</td>
        <td class="num">{formatCount(one.retries)}</td>
        <td class="num">{formatUsd(one.cost_usd)}</td>
      </tr>
    ))}
  </Table>
));

export const TimeTable = component$<Props>(({ metrics, filters }) => (
  <details class="border-b border-line px-3 py-2 sm:px-4">
    <summary class="cursor-pointer text-13 font-medium">By time, as a table</summary>
    <Table title="By time" head={['Time (UTC)', 'Executions', 'Went wrong', 'Success', 'p50', 'p95', 'p99', 'Retries', 'Cost']} plain>
      {metrics.series.map((point) => (
        <tr key={point.at}>
          <td>
            <a class="row-link" href={behind(filters, { from: point.at, to: new Date(Date.parse(point.at) + metrics.point_ms).toISOString() })}>
              {formatPoint(point.at, filters.period)}
            </a>
          </td>
          <td class="num">{formatCount(point.executions)}</td>
          <td class={['num', point.errors > 0 && 'text-bad']}>
            {point.errors > 0 ? (
              <a class="row-link" href={behind(filters, { from: point.at, to: new Date(Date.parse(point.at) + metrics.point_ms).toISOString() }, WENT_WRONG)}>
                {formatCount(point.errors)}
              </a>
            ) : (
              '0'
            )}
          </td>
          <td class="num">{formatValue(point.success_rate, 'percent')}</td>
          <td class="num">{formatValue(point.p50_duration_ms, 'ms')}</td>
          <td class="num">{formatValue(point.p95_duration_ms, 'ms')}</td>
          <td class="num">{formatValue(point.p99_duration_ms, 'ms')}</td>
          <td class="num">{formatCount(point.retries)}</td>
          <td class="num">{formatUsd(point.cost_usd)}</td>
        </tr>
      ))}
    </Table>
  </details>
));

const Table = ({ title, head, plain, children }: { title: string; head: string[]; plain?: boolean; children?: JSXOutput }) => (
  <section aria-label={title}>
    {!plain && <h2 class="px-3 pt-5 pb-1 text-14 font-semibold sm:px-4">{title}</h2>}
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by the keyboard. */}
    <div class="overflow-x-auto" tabIndex={0} role="region" aria-label={`${title}, table`}>
      <table class="data metric-table">
        <thead>
          <tr>
            {head.map((name, at) => (
              <th key={name.replaceAll(' ', '-')} scope="col" class={at > 0 ? 'num' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody class="rows">{children}</tbody>
      </table>
    </div>
  </section>
);
