/**
 * The list of executions. New ones appear on top while nobody is about to click; otherwise they gather behind a button,
 * so that no row moves from under the pointer.
 */
import { $, component$, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionSummary } from '#contracts/execution';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { NoExecutions } from '~/components/executions/no-executions';
import { isTyping } from '~/components/shell/page-actions';
import { Copy, shortId } from '~/components/ui/copy';
import { Moment } from '~/components/ui/moment';
import { Status } from '~/components/ui/status-mark';
import { call } from '~/lib/api';
import { apiQuery, type Filters, isFiltered, matches, pageQuery } from '~/lib/filters';
import { applied, type LiveData, type LiveRow, rowsFrom, started } from '~/lib/live-rows';
import { listenAll } from '~/lib/live-source';
import { serverNow } from '~/lib/server-clock';
import { formatCounting, formatDuration } from '~/lib/time';

interface Props {
  items: ExecutionSummary[];
  nextCursor: string | null;
  filters: Filters;
  now: number;
  workflows: WorkflowChoice[];
  origin: string;
  /** Where the tenant has several. */
  regions?: { region: string; status: 'ok' | 'unavailable' }[];
}

/** What is kept in the table at most while live; older rows are a page away. */
const MOST_ROWS = 200;

export const ExecutionList = component$<Props>((props) => {
  const { filters, nextCursor } = props;
  const live = filters.live && !filters.cursor;
  const list = useStore<{ rows: LiveRow[]; held: LiveRow[]; fresh: string[] }>({ rows: rowsFrom(props.items), held: [], fresh: [] }, { deep: false });
  const now = useSignal(props.now);
  const cursor = useSignal(-1);
  const connection = useSignal<'off' | 'on' | 'lost'>('off');
  /** Ids, the one picked first on the left. */
  const picked = useSignal<string[]>([]);
  const pick = $((id: string) => {
    picked.value = picked.value.includes(id) ? picked.value.filter((one) => one !== id) : [...picked.value, id].slice(-2);
  });

  const release = $(() => {
    list.fresh = list.held.map((row) => row.execution_id);
    list.rows = [...list.held, ...list.rows].slice(0, MOST_ROWS);
    list.held = [];
  });

  useVisibleTask$(
    ({ cleanup }) => {
      const table = document.getElementById('executions');
      const open = (index: number) => {
        const row = list.rows[index];
        if (row) location.href = `/executions/${row.execution_id}`;
      };
      const onKey = (event: KeyboardEvent) => {
        if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey || document.querySelector('dialog[open]')) return;
        const step = event.key === 'j' || event.key === 'ArrowDown' ? 1 : event.key === 'k' || event.key === 'ArrowUp' ? -1 : 0;
        if (step !== 0) {
          event.preventDefault();
          cursor.value = Math.min(list.rows.length - 1, Math.max(0, cursor.value + step));
          table?.querySelector(`[data-index="${cursor.value}"]`)?.scrollIntoView({ block: 'nearest' });
        } else if (event.key === 'Enter' && cursor.value >= 0 && !(event.target as Element).closest('a,button')) open(cursor.value);
        else if (event.key === 'x' && cursor.value >= 0) pick(list.rows[cursor.value]!.execution_id);
        else if (event.key === 'c' && picked.value.length === 2) location.href = comparison(picked.value);
        else if (event.key === 'Escape') {
          cursor.value = -1;
          picked.value = [];
        }
      };
      document.addEventListener('keydown', onKey);
      document.body.dataset.keys = 'ready';
      cleanup(() => document.removeEventListener('keydown', onKey));
      if (!live) return;

      const ticker = setInterval(() => {
        if (list.rows.some((row) => row.duration_ms === undefined)) now.value = serverNow();
      }, 250);
      const reading = () => cursor.value >= 0 || table?.matches(':hover') || window.scrollY > 40;
      const take = (event: string, data: LiveData) => {
        for (const group of ['rows', 'held'] as const) {
          const index = list[group].findIndex((row) => row.execution_id === data.execution_id);
          if (index < 0) continue;
          const next = applied(list[group][index]!, event, data);
          if (next) list[group] = list[group].with(index, next);
          return;
        }
        const row = started(event, data, list.rows[0]?.tenant ?? '');
        if (!row || !matches(filters, row)) return;
        if (reading()) list.held = [row, ...list.held];
        else {
          list.fresh = [row.execution_id];
          list.rows = [row, ...list.rows].slice(0, MOST_ROWS);
        }
      };
      const stop = listenAll(filters, take, async (state) => {
        const regained = connection.value === 'lost' && state === 'on';
        connection.value = state;
        if (!regained) return;
        // What went by unheard: the list is asked once more.
        const again = await call<{ items: ExecutionSummary[] }>(`/api/v1/executions?${apiQuery(filters, serverNow(), 50)}`);
        if (again.ok) list.rows = rowsFrom(again.value.items);
      });
      cleanup(() => {
        clearInterval(ticker);
        stop();
      });
    },
    { strategy: 'document-ready' },
  );

  if (list.rows.length === 0 && list.held.length === 0)
    return (
      <NoExecutions
        filtered={isFiltered(filters)}
        live={live}
        origin={props.origin}
        any={props.workflows.length > 0}
        older={nextCursor ? `/executions${pageQuery(filters, { cursor: nextCursor })}` : undefined}
      />
    );

  const away = (props.regions ?? []).filter((each) => each.status === 'unavailable').map((each) => each.region);
  return (
    <div id="executions">
      {away.length > 0 && (
        <p class="px-3 py-2 text-13 text-bad sm:px-4" role="status">
          {away.join(', ')} does not answer: executions that live there are missing from this list.
        </p>
      )}
      <p class="sr-only" aria-live="polite">
        {connection.value === 'lost' ? 'The live connection was lost. Trying again.' : ''}
      </p>
      {list.held.length > 0 && (
        <div class="sticky top-14 z-10 flex h-0 justify-center">
          <button type="button" class="btn btn-primary btn-small mt-1 shadow-lg" style={{ borderRadius: '12px' }} onClick$={release}>
            {list.held.length} new {list.held.length === 1 ? 'execution' : 'executions'}
          </button>
        </div>
      )}
      <table class="data hidden table-fixed sm:table">
        <caption class="sr-only">Executions, newest first</caption>
        <thead>
          <tr>
            <th style={{ width: '36px' }}>
              <span class="sr-only">Compare</span>
            </th>
            <th style={{ width: '132px' }}>Status</th>
            <th>Pipeline</th>
            <th style={{ width: '18%' }} class="max-lg:hidden">
              Workflow
            </th>
            <th style={{ width: '180px' }} class="max-md:hidden">
              Id
            </th>
            <th style={{ width: '84px' }} class="max-md:hidden">
              Trigger
            </th>
            <th style={{ width: '26%' }}>Step</th>
            <th style={{ width: '96px' }} title="Hover for the exact time, in UTC">
              Started
            </th>
            <th style={{ width: '96px' }} class="num">
              Duration
            </th>
          </tr>
        </thead>
        <tbody class="rows">
          {list.rows.map((row, index) => (
            <tr
              key={row.execution_id}
              data-index={index}
              data-cursor={cursor.value === index ? 'true' : undefined}
              data-new={list.fresh.includes(row.execution_id) ? 'true' : undefined}
            >
              <td class="pick">
                <input
                  type="checkbox"
                  aria-label={`Pick ${row.pipeline}, ${shortId(row.execution_id)}, to compare`}
                  title="Pick two to compare (x)"
                  checked={picked.value.includes(row.execution_id)}
                  onClick$={() => pick(row.execution_id)}
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
                <Moment at={row.started_at} now={now.value} />
              </td>
              <td class="num">{durationOf(row, now.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {picked.value.length > 0 && (
        <div class="picked" role="status">
          <span>{picked.value.length === 1 ? 'One is picked. Pick another to compare it with.' : 'Two are picked.'}</span>
          {picked.value.length === 2 && (
            <a class="btn btn-primary btn-small" data-command="Compare the two that are picked" href={comparison(picked.value)}>
              Compare
            </a>
          )}
          <button type="button" class="btn btn-small" onClick$={() => (picked.value = [])}>
            Clear
          </button>
        </div>
      )}
      <ul class="sm:hidden">
        {list.rows.map((row) => (
          <li key={row.execution_id}>
            <a class="block border-b border-line px-3 py-2 no-underline" href={`/executions/${row.execution_id}`}>
              <span class="flex items-center justify-between gap-3">
                <span class="truncate font-medium">{row.pipeline}</span>
                <span class="flex-none text-13 text-text-2">{durationOf(row, now.value)}</span>
              </span>
              <span class="flex items-center gap-3 text-13 text-text-2">
                <Status status={row.status} />
                <span class="truncate">{row.error ? <StepCell row={row} /> : row.workflow}</span>
                {props.regions && row.region && <span class="flex-none text-12 text-text-3">{row.region}</span>}
                <span class="ml-auto flex-none">
                  <Moment at={row.started_at} now={now.value} />
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      <nav class="flex items-center gap-2 px-3 py-3 text-12 text-text-3 sm:px-4" aria-label="Pages">
        <span>
          {live ? (
            <span class="inline-flex items-center gap-2">
              <span
                class="live-dot"
                data-status={connection.value === 'lost' ? 'retrying' : 'running'}
                data-on={connection.value === 'on' ? 'true' : undefined}
                style={connection.value === 'on' ? undefined : { background: 'var(--skip-bar)' }}
              />
              {connection.value === 'lost' ? 'Connection lost, trying again' : connection.value === 'on' ? 'Live' : 'Connecting'}
            </span>
          ) : (
            `${list.rows.length} ${list.rows.length === 1 ? 'execution' : 'executions'}`
          )}
          <span class="ml-3">Times in UTC</span>
        </span>
        <span class="ml-auto flex gap-2">
          {filters.cursor && (
            <a class="btn" href={`/executions${pageQuery(filters, {})}`}>
              Newest
            </a>
          )}
          {nextCursor && (
            <a class="btn" rel="next" href={`/executions${pageQuery(filters, { cursor: nextCursor })}`}>
              Older
            </a>
          )}
        </span>
      </nav>
    </div>
  );
});

function comparison([left, right]: string[]): string {
  return `/executions/diff?left=${left}&right=${right}`;
}

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
