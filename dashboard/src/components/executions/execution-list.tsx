/**
 * The list of executions: as long as there are any, of which only what is near the window is drawn and kept. New ones appear
 * on top while nobody is about to click; otherwise they gather behind a button, so that no row moves from under the pointer.
 */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionSummary } from '#contracts/execution';
import { ExecutionRows } from '~/components/executions/execution-rows';
import type { WorkflowChoice } from '~/components/executions/filter-bar';
import { NoExecutions } from '~/components/executions/no-executions';
import { PickedDialog } from '~/components/executions/picked-dialog';
import { useExecutionRows } from '~/components/executions/use-execution-rows';
import { isTyping } from '~/components/shell/page-actions';
import { type Filters, isFiltered, pageQuery } from '~/lib/filters';
import { comparisonOf, MOST_PICKED, type Picked, pickedWith } from '~/lib/picked';
import { between, countOf, rowAt } from '~/lib/row-chunks';
import { formatCount } from '~/lib/time';

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

export const ExecutionList = component$<Props>((props) => {
  const { filters, nextCursor } = props;
  const cursor = useSignal(-1);
  const within = filters.project ? props.workflows.filter(({ project }) => project === filters.project).map(({ name }) => name) : undefined;
  const rows = useExecutionRows({ items: props.items, nextCursor, filters, now: props.now, within }, cursor);
  const { list, range, connection, live } = rows;
  const picked = useSignal<Picked[]>([]);
  const pick = $(({ execution_id, pipeline, status }: Picked) => {
    picked.value = pickedWith(picked.value, { execution_id, pipeline, status });
  });

  useVisibleTask$(
    ({ cleanup }) => {
      const show = (index: number) => {
        const box = document.querySelector('#executions [data-rows]');
        if (!box) return;
        const { height } = range.value;
        const top = box.getBoundingClientRect().top + index * height;
        // Below the bar at the top, above the lower edge.
        if (top < 64) window.scrollBy({ top: top - 64 });
        else if (top + height > window.innerHeight) window.scrollBy({ top: top + height - window.innerHeight + 8 });
      };
      const onKey = (event: KeyboardEvent) => {
        if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey || document.querySelector('dialog[open]')) return;
        const last = countOf(list.chunks) - 1;
        const page = Math.max(1, Math.floor(window.innerHeight / range.value.height) - 3);
        const to = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -last, End: last }[event.key];
        const current = rowAt(list.chunks, cursor.value);
        const comparison = comparisonOf(picked.value);
        if (to !== undefined && (cursor.value >= 0 || Math.abs(to) === 1)) {
          event.preventDefault();
          cursor.value = Math.min(last, Math.max(0, cursor.value + to));
          show(cursor.value);
        } else if (event.key === 'Enter' && current && !(event.target as Element).closest('a,button')) location.href = `/executions/${current.execution_id}`;
        else if (event.key === 'x' && current) pick(current);
        else if (event.key === 'c' && comparison) location.href = comparison;
        else if (event.key === 'Escape') {
          cursor.value = -1;
          picked.value = [];
        }
      };
      document.addEventListener('keydown', onKey);
      document.body.dataset.keys = 'ready';
      cleanup(() => document.removeEventListener('keydown', onKey));
    },
    { strategy: 'document-ready' },
  );

  const total = rows.total.value;
  const older = list.next ? `/executions${pageQuery(filters, { cursor: list.next })}` : undefined;
  if (total === 0 && list.held.length === 0) {
    return <NoExecutions filtered={isFiltered(filters)} live={live} origin={props.origin} any={props.workflows.length > 0} older={older} />;
  }
  const away = (props.regions ?? []).filter((each) => each.status === 'unavailable').map((each) => each.region);
  const from = Math.min(range.value.from, total);
  const to = Math.min(range.value.to, total);
  return (
    <div id="executions">
      {away.length > 0 && (
        <p class="px-3 py-2 text-13 text-bad sm:px-4" role="status">
          {away.join(', ')} does not answer: executions that live there are missing from this list.
        </p>
      )}
      {rows.asOf.value !== undefined && (
        <p class="flex items-center gap-3 border-b border-line px-3 py-2 text-13 text-text-2 sm:px-4" role="status">
          As it was when you left. There are newer executions.
          <a class="btn btn-small" href={`/executions${pageQuery(filters, {})}`}>
            Show the newest
          </a>
        </p>
      )}
      <p class="sr-only" aria-live="polite">
        {connection.value === 'lost' ? 'The live connection was lost. Trying again.' : ''}
      </p>
      {list.held.length > 0 && (
        <div class="sticky top-14 z-10 flex h-0 justify-center">
          <button type="button" class="btn btn-primary btn-small mt-1 shadow-lg" style={{ borderRadius: '12px' }} onClick$={rows.release}>
            {list.held.length} new {list.held.length === 1 ? 'execution' : 'executions'}
          </button>
        </div>
      )}
      <ExecutionRows
        drawn={between(list.chunks, from, to)}
        above={from}
        below={total - to}
        height={range.value.height}
        total={total}
        now={rows.now.value}
        cursor={cursor.value}
        picked={picked.value.map(({ execution_id }) => execution_id)}
        fresh={list.fresh}
        regions={props.regions !== undefined}
        pick={pick}
      />
      {picked.value.length > 0 && (
        <div class="picked" role="status">
          <span>
            {picked.value.length === 1
              ? 'One is picked. Pick another to compare it with.'
              : picked.value.length === 2
                ? 'Two are picked.'
                : `${picked.value.length} are picked${picked.value.length === MOST_PICKED ? ', which is the most' : ''}.`}
          </span>
          {comparisonOf(picked.value) && (
            <a class="btn btn-primary btn-small" data-command="Compare the two that are picked" href={comparisonOf(picked.value)}>
              Compare
            </a>
          )}
          <PickedDialog picked={picked.value} />
          <button type="button" class="btn btn-small" onClick$={() => (picked.value = [])}>
            Clear
          </button>
        </div>
      )}
      <footer class="flex flex-wrap items-center gap-2 px-3 py-3 text-12 text-text-3 sm:px-4">
        <span>
          {live && (
            <span class="mr-3 inline-flex items-center gap-2">
              <span class="live-dot" data-on={connection.value === 'on' ? 'true' : undefined} />
              {connection.value === 'lost' ? 'Connection lost, trying again' : connection.value === 'on' ? 'Live' : 'Connecting'}
            </span>
          )}
          {formatCount(total)} {total === 1 ? 'execution' : 'executions'}
          {list.next !== null && ', more below'}
          <span class="ml-3">Times in UTC</span>
        </span>
        {rows.problem.value && (
          <span class="inline-flex items-center gap-2 text-bad" role="alert">
            More could not be loaded: {rows.problem.value.detail ?? rows.problem.value.title}
            <button type="button" class="btn btn-small" onClick$={rows.retry}>
              Try again
            </button>
          </span>
        )}
        <span class="ml-auto flex gap-2">
          {filters.cursor && (
            <a class="btn" href={`/executions${pageQuery(filters, {})}`}>
              Newest
            </a>
          )}
          {older && (
            <a class="btn" rel="next" href={older}>
              Older
            </a>
          )}
        </span>
      </footer>
    </div>
  );
});
