/** Who waits for what, in the order of their turns. */
import { component$ } from '@builder.io/qwik';
import { shortId } from '~/components/ui/copy';
import { Moment } from '~/components/ui/moment';
import type { WaitingRow } from '~/lib/quotas';

export const WaitingList = component$<{ rows: WaitingRow[]; more: boolean; now: number }>(({ rows, more, now }) => (
  <section aria-labelledby="waiting" class="border-b border-line pt-4">
    <h2 id="waiting" class="px-3 pb-2 text-16 font-semibold sm:px-4">
      Who waits for what
    </h2>
    {rows.length === 0 ? (
      <p class="px-3 pb-5 text-13 text-text-2 sm:px-4">Nobody: every execution that was started has begun.</p>
    ) : (
      <>
        <table class="data max-sm:hidden">
          <thead>
            <tr>
              <th scope="col">Execution</th>
              <th scope="col">Pipeline</th>
              <th scope="col">Waits for</th>
              <th scope="col">Turn</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody class="rows">
            {rows.map((row) => (
              <tr key={row.execution_id}>
                <td class="mono">
                  <a class="row-link" href={`/executions/${row.execution_id}`}>
                    {shortId(row.execution_id)}
                  </a>
                </td>
                <td>{placeOf(row)}</td>
                <td class="text-text-2">{row.reason}</td>
                <td class="tabular-nums">{row.position ?? ''}</td>
                <td>
                  <Moment at={row.since} now={now} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <ul class="sm:hidden">
          {rows.map((row) => (
            <li key={row.execution_id} class="border-b border-line px-3 py-3">
              <a class="row-link mono text-13" href={`/executions/${row.execution_id}`}>
                {shortId(row.execution_id)}
              </a>
              <p class="mt-1 text-12 text-text-2">
                {placeOf(row)}: {row.reason.toLowerCase()}
                {row.position === undefined ? '' : `, turn ${row.position}`}, <Moment at={row.since} now={now} />
              </p>
            </li>
          ))}
        </ul>
        {more && <p class="px-3 py-3 text-13 text-text-2 sm:px-4">There are more; these have their turn first.</p>}
      </>
    )}
  </section>
));

function placeOf({ workflow, pipeline, environment }: WaitingRow): string {
  return environment === 'production' ? `${workflow}.${pipeline}` : `${workflow}.${pipeline} in ${environment}`;
}
