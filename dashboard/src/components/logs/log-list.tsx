/** Lines of logs, the newest on top, and how far was looked for them. */
import { $, component$, Slot, useSignal } from '@builder.io/qwik';
import { LogRow } from '~/components/logs/log-row';
import { type LinesState, type LogStart, useLogLines } from '~/components/logs/use-log-lines';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { isFollowed, logsPage } from '~/lib/log-filters';
import { keyOfLine } from '~/lib/log-lines';
import { formatCount, formatExact } from '~/lib/time';

/** Requests that look on at most before one is asked again: about half a minute. */
const BY_HAND = 10;

type Far = Pick<LinesState, 'lines' | 'looked' | 'loading' | 'loaded' | 'next' | 'thinned'>;

/** The slot says what it means that there are none. */
export const LogList = component$<LogStart>((start) => {
  const { filters } = start;
  const { state, now, connection, problem, further, stop, release, retry } = useLogLines(start);
  const opened = useSignal<{ [key: string]: boolean }>({});
  const act = $((event: Event) => {
    const button = (event.target as Element).closest('[data-open]');
    const key = button?.closest<HTMLElement>('[data-key]')?.dataset.key;
    if (key) opened.value = { ...opened.value, [key]: !opened.value[key] };
  });
  const live = isFollowed(filters);
  const { lines, looked } = state;
  return (
    <div id="logs">
      <p class="sr-only" aria-live="polite">
        {connection.value === 'lost' ? 'The live connection was lost. Trying again.' : ''}
      </p>
      {state.held.length > 0 && (
        <div class="sticky top-14 z-10 flex h-0 justify-center">
          <button type="button" class="btn btn-primary btn-small mt-1 shadow-lg" style={{ borderRadius: '12px' }} onClick$={release}>
            {formatCount(state.held.length)} new {state.held.length === 1 ? 'line' : 'lines'}
          </button>
        </div>
      )}
      {problem.value && (
        <div class="mx-3 sm:mx-4">
          <ProblemNotice problem={problem.value} />
          <button type="button" class="btn btn-small my-2" onClick$={retry}>
            Try again
          </button>
        </div>
      )}
      {!state.loaded && !problem.value && (
        <div class="px-4 py-2">
          <Skeleton label="Loading the lines" rows={6} />
        </div>
      )}
      {lines.length > 0 && (
        <ol aria-label="Log lines, newest first" onClick$={act}>
          {lines.map((line) => {
            const key = keyOfLine(line);
            return (
              <LogRow
                key={key}
                line={line}
                now={now.value}
                open={opened.value[key] === true}
                isNew={state.fresh.includes(key)}
                ofOne={filters.execution !== undefined}
              />
            );
          })}
        </ol>
      )}
      {state.loaded && lines.length === 0 && !state.loading && state.held.length === 0 && <Slot />}
      <footer class="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-3 text-12 text-text-3 sm:px-4">
        {live && (
          <span class="inline-flex items-center gap-2">
            <span class="live-dot" data-on={connection.value === 'on' ? 'true' : undefined} />
            {connection.value === 'lost' ? 'Connection lost, trying again' : connection.value === 'on' ? 'Live' : 'Connecting'}
          </span>
        )}
        <span role="status">{howFar(state, filters.execution !== undefined)}</span>
        {looked.unread ? (
          <span class="text-bad">
            {formatCount(looked.unread)} {looked.unread === 1 ? 'execution' : 'executions'} could not be read just now: their lines are missing.
          </span>
        ) : undefined}
        {state.thinned && <span>These are the latest of more: narrow the search to see the others.</span>}
        {filters.execution && <span>Times in UTC</span>}
        <span class="ml-auto flex gap-2">
          {filters.cursor && (
            <a class="btn" href={logsPage(filters)}>
              Newest
            </a>
          )}
          {state.loading && state.loaded && (
            <button type="button" class="btn" onClick$={stop}>
              Stop
            </button>
          )}
          {state.next !== null && (
            <button type="button" class="btn" disabled={state.loading} onClick$={() => further(BY_HAND)}>
              Search on
            </button>
          )}
        </span>
      </footer>
    </div>
  );
});

/** One text: while it changes, a reader hears it whole. */
function howFar({ lines, looked, loading, loaded, next, thinned }: Far, ofOne: boolean): string {
  const count = `${formatCount(lines.length)} ${lines.length === 1 ? 'line' : 'lines'}`;
  const executions = ofOne ? '' : ` of ${formatCount(looked.executions)} ${looked.executions === 1 ? 'execution' : 'executions'}`;
  const back = ofOne || !looked.back_to ? '' : `, back to those that started ${formatExact(looked.back_to).slice(0, 19)}`;
  const rest = loading || !loaded || thinned ? '' : next === null ? '; there are no others' : '; there is more to look through';
  return `${loading ? 'Searching: ' : ''}${count}${executions}${back}${rest}`;
}
