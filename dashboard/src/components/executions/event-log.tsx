/** The raw log: what the platform knows of this execution, in the order in which it became true. */
import { $, component$, type QRL, type Signal, useSignal, useStore, useTask$, useVisibleTask$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { EventFilters } from '~/components/executions/event-filters';
import { EventRow } from '~/components/executions/event-row';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { call } from '~/lib/api';
import type { EventsPage } from '~/lib/api-types';
import { type Chunk, chunkOf, heightOf, lastSeqOf, redrawn } from '~/lib/event-chunks';
import { replaceQuery } from '~/lib/page-url';

export interface EventFilter {
  type: string;
  step: string;
}

interface Props {
  executionId: string;
  /** The first page, when the server has made it. */
  first?: EventsPage;
  filter: EventFilter;
  /** Sequence number that the list begins with. */
  from: Signal<number>;
  /** Grows while the execution goes on. */
  lastSeq: number;
  /** Names to choose from. */
  steps: string[];
  /** Shows the context after an event. */
  travel: QRL<(seq: number) => void>;
}

const PAGE = 200;
/** Chunks so near to the window are drawn, and so near to the end more is loaded. */
const NEAR_PX = 1200;

export const EventLog = component$<Props>((props) => {
  const { executionId, from } = props;
  const state = useStore<{ chunks: Chunk[]; next: string | null; loading: boolean; loaded: boolean; open: { [seq: number]: boolean } }>(
    {
      chunks: props.first ? chunkOf(props.first.items) : [],
      next: props.first?.next_cursor ?? null,
      loading: false,
      loaded: props.first !== undefined,
      open: {},
    },
    { deep: false },
  );
  const filter = useSignal<EventFilter>(props.filter);
  const problem = useSignal<ProblemBody>();
  const seen = useSignal(props.lastSeq);
  useTask$(({ track }) => {
    seen.value = track(() => props.lastSeq);
  });

  const ask = $(async (place: { seq: number; limit?: number } | { cursor: string }) => {
    const query = new URLSearchParams(
      'cursor' in place ? { cursor: place.cursor, limit: String(PAGE) } : { from: String(place.seq), limit: String(place.limit ?? PAGE) },
    );
    if (filter.value.type) query.set('type', filter.value.type);
    if (filter.value.step) query.set('step', filter.value.step);
    const asked = filter.value;
    const answer = await call<EventsPage>(`/api/v1/executions/${executionId}/events?${query}`);
    // Other events are looked for by now.
    if (asked !== filter.value) return undefined;
    problem.value = answer.ok ? undefined : answer.problem;
    return answer.ok ? answer.value : undefined;
  });
  const begin = $(async (seq: number) => {
    const asked = filter.value;
    state.loading = true;
    const page = await ask({ seq });
    if (asked !== filter.value || seq !== from.value) return;
    state.loading = false;
    if (!page) return;
    state.chunks = chunkOf(page.items);
    state.next = page.next_cursor;
    state.loaded = true;
  });
  const further = $(async () => {
    if (state.loading || state.next === null || problem.value) return;
    state.loading = true;
    const asked = filter.value;
    const page = await ask({ cursor: state.next });
    if (asked !== filter.value) return;
    state.loading = false;
    if (!page) return;
    state.chunks = [...state.chunks, ...chunkOf(page.items)];
    state.next = page.next_cursor;
  });
  const earlier = $(async () => {
    const first = state.chunks[0]?.first ?? from.value;
    const seq = Math.max(1, from.value - PAGE);
    const asked = filter.value;
    state.loading = true;
    const page = await ask({ seq });
    if (asked !== filter.value) return;
    state.loading = false;
    if (!page) return;
    state.chunks = [...chunkOf(page.items.filter((event) => event.sequence_num < first)), ...state.chunks];
    from.value = seq;
  });
  const change = $(async (next: EventFilter) => {
    filter.value = next;
    from.value = 1;
    replaceQuery({ type: next.type, about: next.step });
    await begin(1);
  });
  const jump = $(async (seq: number) => {
    from.value = seq;
    await begin(seq);
  });
  const act = $((event: Event) => {
    const target = event.target as Element;
    const seq = Number(target.closest<HTMLElement>('[data-seq]')?.dataset.seq);
    if (!seq || target.closest('.json, .json-search')) return;
    if (target.closest('[data-travel]')) return props.travel(seq);
    state.open = { ...state.open, [seq]: !state.open[seq] };
  });

  useVisibleTask$(
    async ({ track }) => {
      const last = track(seen);
      if (!state.loaded) await begin(from.value);
      // Only at the end of the log is there something to add.
      else if (state.next === null && lastSeqOf(state.chunks) < last && !state.loading) {
        const asked = filter.value;
        state.loading = true;
        const page = await ask({ seq: Math.max(from.value, lastSeqOf(state.chunks) + 1) });
        if (asked !== filter.value) return;
        state.loading = false;
        if (!page) return;
        state.chunks = [...state.chunks, ...chunkOf(page.items)];
        state.next = page.next_cursor;
      }
    },
    { strategy: 'document-ready' },
  );
  useVisibleTask$(
    ({ track, cleanup }) => {
      track(() => state.chunks.length);
      const list = document.getElementById('events');
      if (!list) return;
      const watcher = new IntersectionObserver(
        (entries) => {
          const told = new Map<number, { near: boolean; height: number }>();
          for (const { target, isIntersecting, boundingClientRect } of entries) {
            const { chunk, end } = (target as HTMLElement).dataset;
            if (end !== undefined && isIntersecting) further();
            else if (chunk) told.set(Number(chunk), { near: isIntersecting, height: boundingClientRect.height });
          }
          if (told.size > 0) state.chunks = redrawn(state.chunks, told);
        },
        { rootMargin: `${NEAR_PX}px 0px` },
      );
      for (const element of list.querySelectorAll('[data-chunk], [data-end]')) watcher.observe(element);
      cleanup(() => watcher.disconnect());
    },
    { strategy: 'document-ready' },
  );

  return (
    <div>
      <EventFilters filter={filter.value} change={change} jump={jump} from={from.value} lastSeq={props.lastSeq} steps={props.steps} />
      {problem.value && (
        <div class="mx-3 sm:mx-4">
          <ProblemNotice problem={problem.value} />
          <button type="button" class="btn btn-small my-2" onClick$={() => begin(from.value)}>
            Try again
          </button>
        </div>
      )}
      {state.loaded && state.chunks.length === 0 && <p class="px-4 py-10 text-center text-text-2">No event fits these filters.</p>}
      {!state.loaded && !problem.value && (
        <div class="px-4 py-2">
          <Skeleton label="Loading the events" rows={6} />
        </div>
      )}
      <div id="events" class="text-13" onClick$={act}>
        {from.value > 1 && state.chunks.length > 0 && (
          <p class="flex justify-center py-2">
            <button type="button" class="btn btn-small" disabled={state.loading} onClick$={earlier}>
              Show earlier events
            </button>
          </p>
        )}
        {state.chunks.map((chunk) => (
          <ol key={chunk.first} data-chunk={chunk.first} style={chunk.drawn ? undefined : { height: `${heightOf(chunk)}px` }}>
            {chunk.drawn && chunk.items.map((event) => <EventRow key={event.sequence_num} event={event} open={state.open[event.sequence_num] === true} />)}
          </ol>
        ))}
        {state.next !== null && (
          <p data-end class="py-3 text-center text-12 text-text-3">
            Loading more
          </p>
        )}
      </div>
    </div>
  );
});
