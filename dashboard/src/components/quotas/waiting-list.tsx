/** Waiting executions, in the order of their turns. */
import { component$ } from '@builder.io/qwik';
import { shortId } from '~/components/ui/copy';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import { pipelineWords } from '~/lib/environment';
import type { WaitingRow } from '~/lib/quotas';

export const WaitingList = component$<{ rows: WaitingRow[]; more: boolean; now: number }>(({ rows, more, now }) => {
  const columns: Column<WaitingRow>[] = [
    {
      title: 'Execution',
      class: 'mono',
      cell: ({ execution_id }) => (
        <a class="row-link" href={`/executions/${execution_id}`}>
          {shortId(execution_id)}
        </a>
      ),
    },
    { title: 'Pipeline', phone: 'plain', cell: pipelineWords },
    { title: 'Waits for', class: 'text-text-2', cell: ({ reason }) => reason },
    { title: 'Turn', class: 'tabular-nums', cell: ({ position }) => position },
    { title: 'Since', phone: 'end', cell: ({ since }) => <Moment at={since} now={now} /> },
  ];
  return (
    <section aria-labelledby="waiting" class="border-b border-line pt-4">
      <h2 id="waiting" class="px-3 pb-2 text-16 font-semibold sm:px-4">
        Waiting executions
      </h2>
      {rows.length === 0 ? (
        <p class="px-3 pb-5 text-13 text-text-2 sm:px-4">None: every execution that was started has begun.</p>
      ) : (
        <>
          <DataTable caption="Executions that wait" columns={columns} rows={rows} keyOf={({ execution_id }) => execution_id} />
          {more && <p class="px-3 py-3 text-13 text-text-2 sm:px-4">There are more; these have their turn first.</p>}
        </>
      )}
    </section>
  );
});
