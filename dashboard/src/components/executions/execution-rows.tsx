/**
 * The rows of the list near the window: a table where there is room, two-line entries on a phone. What is above and below
 * is space of the right height, so that the page is as long as the list is, and the DOM is not.
 */
import { component$, type QRL } from '@builder.io/qwik';
import { Copy, shortId } from '~/components/ui/copy';
import { Moment } from '~/components/ui/moment';
import { Status } from '~/components/ui/status-mark';
import type { LiveRow } from '~/lib/live-rows';
import { formatCounting, formatDuration } from '~/lib/time';

interface Props {
  drawn: { index: number; row?: LiveRow }[];
  /** Rows above and below, and the height of one, px. */
  above: number;
  below: number;
  height: number;
  total: number;
  now: number;
  cursor: number;
  picked: string[];
  fresh: string[];
  /** The tenant has several regions. */
  regions: boolean;
  pick: QRL<(id: string) => void>;
}

export const ExecutionRows = component$<Props>((props) => {
  const { drawn, above, below, height, now, cursor, picked, fresh } = props;
  return (
    <>
      <table class="data hidden table-fixed sm:table" aria-rowcount={props.total + 1}>
        <caption class="sr-only">Executions, newest first</caption>
        <thead>
          <tr>
            <th style={{ width: '36px' }}>
              <span class="sr-only">Compare</span>
            </th>
            <th style={{ width: '132px' }}>Status</th>
            <th>Pipeline</th>
            <th style={{ width: '15%' }} class="max-lg:hidden">
              Workflow
            </th>
            <th style={{ width: '180px' }} class="max-md:hidden">
              Id
            </th>
            <th style={{ width: '84px' }} class="max-md:hidden">
              Trigger
            </th>
            <th style={{ width: '24%' }}>Step</th>
            <th style={{ width: '96px' }} title="Hover for the exact time, in UTC">
              Started
            </th>
            <th style={{ width: '96px' }} class="num">
              Duration
            </th>
          </tr>
        </thead>
        <tbody class="rows" data-rows>
          {above > 0 && <tr key="above" style={{ height: `${above * height}px` }} />}
          {drawn.map(({ index, row }) =>
            row ? (
              <tr
                key={row.execution_id}
                data-index={index}
                aria-rowindex={index + 2}
                data-cursor={cursor === index ? 'true' : undefined}
                data-new={fresh.includes(row.execution_id) ? 'true' : undefined}
              >
                <td class="pick">
                  <input
                    type="checkbox"
                    aria-label={`Pick ${row.pipeline}, ${shortId(row.execution_id)}, to compare`}
                    title="Pick two to compare (x)"
                    checked={picked.includes(row.execution_id)}
                    onClick$={() => props.pick(row.execution_id)}
                  />
                </td>
                <td>
                  <Status status={row.status} />
                </td>
                <td class="font-medium">
                  <a class="row-link" href={`/executions/${row.execution_id}`}>
                    {row.pipeline}
                  </a>
                  <span class="ml-2 font-normal text-text-3 lg:hidden">{row.workflow}</span>
                  {props.regions && row.region && <span class="ml-2 text-12 font-normal text-text-3">{row.region}</span>}
                </td>
                <td class="text-text-2 max-lg:hidden">{row.workflow}</td>
                <td class="max-md:hidden">
                  <Copy text={row.execution_id} shown={shortId(row.execution_id)} label="Execution id" class="mono text-12 text-text-2" />
                </td>
                <td class="text-text-2 max-md:hidden">{row.trigger}</td>
                <td class="text-text-2" title={row.error?.message}>
                  <StepCell row={row} />
                </td>
                <td class="text-text-2">
                  <Moment at={row.started_at} now={now} />
                </td>
                <td class="num">{durationOf(row, now)}</td>
              </tr>
            ) : (
              <tr key={`p${index}`} data-index={index} aria-rowindex={index + 2} aria-busy="true" data-cursor={cursor === index ? 'true' : undefined}>
                <td colSpan={9}>
                  <span class="row-pending" />
                </td>
              </tr>
            ),
          )}
          {below > 0 && <tr key="below" style={{ height: `${below * height}px` }} />}
        </tbody>
      </table>
      <ul class="sm:hidden" data-rows>
        {above > 0 && <li key="above" aria-hidden="true" style={{ height: `${above * height}px` }} />}
        {drawn.map(({ index, row }) => (
          <li key={row?.execution_id ?? `p${index}`} data-index={index} aria-setsize={props.total} aria-posinset={index + 1}>
            {row ? (
              <a class="block h-[57px] overflow-hidden border-b border-line px-3 py-2 no-underline" href={`/executions/${row.execution_id}`}>
                <span class="flex items-center justify-between gap-3">
                  <span class="truncate font-medium">{row.pipeline}</span>
                  <span class="flex-none text-13 text-text-2">{durationOf(row, now)}</span>
                </span>
                <span class="flex items-center gap-3 text-13 text-text-2">
                  <Status status={row.status} />
                  <span class="truncate">{row.error ? <StepCell row={row} /> : row.workflow}</span>
                  {props.regions && row.region && <span class="flex-none text-12 text-text-3">{row.region}</span>}
                  <span class="ml-auto flex-none">
                    <Moment at={row.started_at} now={now} />
                  </span>
                </span>
              </a>
            ) : (
              <span class="block h-[57px] border-b border-line px-3 py-4">
                <span class="row-pending" />
              </span>
            )}
          </li>
        ))}
        {below > 0 && <li key="below" aria-hidden="true" style={{ height: `${below * height}px` }} />}
      </ul>
    </>
  );
});

/** The failed step with its error; the current one of something under way. */
const StepCell = ({ row }: { row: LiveRow }) => {
  if (row.error) {
    return (
      <>
        {row.current_step && <span class="mr-2 text-text">{row.current_step}</span>}
        <span class={row.status === 'failed' ? 'text-bad' : ''}>{row.error.message}</span>
      </>
    );
  }
  return <>{row.status === 'completed' ? '' : (row.current_step ?? '')}</>;
};

function durationOf(row: LiveRow, now: number): string {
  return row.duration_ms === undefined ? formatCounting(now - Date.parse(row.started_at)) : formatDuration(row.duration_ms);
}
