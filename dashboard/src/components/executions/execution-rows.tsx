/**
 * The rows of the list near the window: a table, whose rows are entries of two lines on a phone. What is above and below
 * is space of the right height, so that the page is as long as the list is, and the DOM is not.
 */
import { component$, type QRL } from '@builder.io/qwik';
import { Copy, shortId } from '~/components/ui/copy';
import { Moment } from '~/components/ui/moment';
import { Status } from '~/components/ui/status-mark';
import type { LiveRow } from '~/lib/live-rows';
import type { Picked } from '~/lib/picked';
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
  pick: QRL<(row: Picked) => void>;
}

export const ExecutionRows = component$<Props>((props) => {
  const { drawn, above, below, height, now, cursor, picked, fresh } = props;
  return (
    <table class="data stacked table-fixed" aria-rowcount={props.total + 1}>
      <caption class="sr-only">Executions, newest first</caption>
      <thead>
        <tr>
          <th scope="col" style={{ width: '36px' }}>
            <span class="sr-only">Picked</span>
          </th>
          <th scope="col" style={{ width: '132px' }}>
            Status
          </th>
          <th scope="col">Pipeline</th>
          <th scope="col" style={{ width: '15%' }} class="max-lg:hidden">
            Application
          </th>
          <th scope="col" style={{ width: '180px' }} class="max-md:hidden">
            Id
          </th>
          <th scope="col" style={{ width: '84px' }} class="max-md:hidden">
            Trigger
          </th>
          <th scope="col" style={{ width: '24%' }}>
            Step
          </th>
          <th scope="col" style={{ width: '96px' }} title="Hover for the exact time, in UTC">
            Started
          </th>
          <th scope="col" style={{ width: '96px' }} class="num">
            Duration
          </th>
        </tr>
      </thead>
      <tbody class="rows" data-rows>
        {above > 0 && <tr key="above" data-space style={{ height: `${above * height}px` }} />}
        {drawn.map(({ index, row }) =>
          row ? (
            <tr
              key={row.execution_id}
              data-index={index}
              aria-rowindex={index + 2}
              data-cursor={cursor === index ? 'true' : undefined}
              data-new={fresh.includes(row.execution_id) ? 'true' : undefined}
            >
              <td class="pick" data-phone="none">
                <input
                  type="checkbox"
                  aria-label={`Pick ${row.pipeline}, ${shortId(row.execution_id)}`}
                  title="Pick, to compare two or to act on several (x)"
                  checked={picked.includes(row.execution_id)}
                  onClick$={() => props.pick({ execution_id: row.execution_id, pipeline: row.pipeline, status: row.status })}
                />
              </td>
              <td data-phone="plain">
                <Status status={row.status} />
              </td>
              <td class="font-medium" data-phone="lead">
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
              <td class="truncate text-text-2" title={row.error?.message} data-phone="cut">
                <StepCell row={row} />
              </td>
              <td class="text-text-2" data-phone="plain">
                <Moment at={row.started_at} now={now} />
              </td>
              <td class="num" data-phone="end">
                {durationOf(row, now)}
              </td>
            </tr>
          ) : (
            <tr key={`p${index}`} data-index={index} aria-rowindex={index + 2} aria-busy="true" data-cursor={cursor === index ? 'true' : undefined}>
              <td colSpan={9} data-phone="lead">
                <span class="row-pending" />
              </td>
            </tr>
          ),
        )}
        {below > 0 && <tr key="below" data-space style={{ height: `${below * height}px` }} />}
      </tbody>
    </table>
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
