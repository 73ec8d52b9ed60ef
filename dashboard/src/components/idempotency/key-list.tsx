/** Idempotency keys, the newest first: whose, how it stands with them, and what can be done. */
import { component$ } from '@builder.io/qwik';
import { KeyStateMark } from '~/components/idempotency/key-state';
import { ReleaseKey } from '~/components/idempotency/release-key';
import { shortId } from '~/components/ui/copy';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { ListedKeyItem } from '~/lib/api-types';
import { keyPage } from '~/lib/effect-key';
import { inEnvironment } from '~/lib/environment';

export const KeyList = component$<{ keys: ListedKeyItem[]; now: number }>(({ keys, now }) => {
  const columns: Column<ListedKeyItem>[] = [
    {
      title: 'Key',
      class: 'mono truncate',
      cell: (item) => (
        <a class="row-link" href={pageOf(item)} title={item.key}>
          {item.key}
        </a>
      ),
    },
    { title: 'State', width: '120px', phone: 'end', cell: ({ state }) => <KeyStateMark state={state} /> },
    { title: 'Of', width: '24%', phone: 'cut', class: 'truncate text-text-2', cell: (item) => <span title={placeOf(item)}>{placeOf(item)}</span> },
    {
      title: 'Execution',
      width: '150px',
      phone: 'plain',
      class: 'mono truncate text-12',
      cell: ({ execution_id, step, phase }) => (
        <a
          class="row-link"
          href={`/executions/${execution_id}${step !== undefined && phase === 'run' ? `?step=${encodeURIComponent(step)}` : ''}`}
          title={execution_id}
        >
          {shortId(execution_id)}
        </a>
      ),
    },
    { title: 'Taken', width: '110px', from: 'lg', phone: 'none', class: 'text-text-2', cell: ({ taken_at }) => <Moment at={taken_at} now={now} /> },
    { title: 'Free again', width: '110px', phone: 'fact', class: 'text-text-2', cell: ({ expires_at }) => <Moment at={expires_at} now={now} /> },
    {
      title: 'Actions',
      width: '180px',
      phone: 'actions',
      cell: (item) => (
        <>
          <a class="btn btn-small btn-quiet" href={`/executions/${item.execution_id}?replay=1`} aria-label={`Replay the execution of ${item.key}`}>
            Replay
          </a>
          {item.state !== 'expired' && <ReleaseKey held={{ ...item, pipeline: `${item.workflow}.${item.pipeline}` }} running={item.state === 'running'} />}
        </>
      ),
    },
  ];
  return (
    <DataTable
      caption="Idempotency keys, newest first"
      columns={columns}
      rows={keys}
      keyOf={({ environment, execution_id, phase, key }) => `${environment}/${execution_id}/${phase ?? ''}/${key}`}
      fixed
    />
  );
});

/** Of a step: what is known of it; of a pipeline: its execution. */
function pageOf({ scope, key, environment, phase = 'run', execution_id }: ListedKeyItem): string {
  return scope === 'step' ? keyPage({ key, environment, phase }) : `/executions/${execution_id}`;
}

function placeOf({ workflow, pipeline, step, phase, environment }: ListedKeyItem): string {
  const of = step === undefined ? '' : `, ${phase === 'compensate' ? 'undoing of ' : ''}${step}`;
  return `${workflow}.${pipeline}${of}${inEnvironment(environment)}`;
}
