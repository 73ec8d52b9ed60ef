/** The raw log: what the platform knows of this execution, in the order in which it became true. */
import { $, component$, useSignal, useStore, useTask$, useVisibleTask$ } from '@builder.io/qwik';
import { EVENT_CODES } from '#contracts/events';
import type { ProblemBody } from '#contracts/problems';
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import { call } from '~/lib/api';
import type { ApiEvent, EventsPage } from '~/lib/api-types';
import { replaceQuery } from '~/lib/page-url';
import { formatClock, formatCount, formatExact } from '~/lib/time';

interface Props {
  executionId: string;
  /** The first page, when the server has made it. */
  first?: EventsPage;
  type: string;
  /** Grows while the execution goes on. */
  lastSeq: number;
}

const PAGE = 100;

export const EventLog = component$<Props>((props) => {
  const state = useStore<{ items: ApiEvent[]; next: string | null; loading: boolean; loaded: boolean; open: { [seq: number]: boolean } }>({
    items: props.first?.items ?? [],
    next: props.first?.next_cursor ?? null,
    loading: false,
    loaded: props.first !== undefined,
    open: {},
  });
  const type = useSignal(props.type);
  const problem = useSignal<ProblemBody>();

  const load = $(async (from: { seq: number } | { cursor: string }, fresh: boolean) => {
    if (state.loading) return;
    state.loading = true;
    const query = new URLSearchParams({ limit: String(PAGE), ...('cursor' in from ? { cursor: from.cursor } : { from: String(from.seq) }) });
    if (type.value) query.set('type', type.value);
    const answer = await call<EventsPage>(`/api/v1/executions/${props.executionId}/events?${query}`);
    state.loading = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    problem.value = undefined;
    state.items = fresh ? answer.value.items : [...state.items, ...answer.value.items];
    state.next = answer.value.next_cursor;
    state.loaded = true;
  });
  const choose = $(async (_: Event, field: HTMLSelectElement) => {
    type.value = field.value;
    replaceQuery({ type: field.value });
    await load({ seq: 1 }, true);
  });
  const toggle = $((event: Event) => {
    const seq = Number((event.target as Element).closest<HTMLElement>('[data-seq]')?.dataset.seq);
    if (seq && !(event.target as Element).closest('.json')) state.open[seq] = !state.open[seq];
  });

  const seen = useSignal(props.lastSeq);
  useTask$(({ track }) => {
    seen.value = track(() => props.lastSeq);
  });
  useVisibleTask$(async ({ track }) => {
    const last = track(seen);
    const end = state.items.at(-1)?.sequence_num ?? 0;
    if (!state.loaded) await load({ seq: 1 }, true);
    // Only at the end of the log is there something to add.
    else if (state.next === null && end < last) await load({ seq: end + 1 }, false);
  });

  return (
    <div>
      <div class="flex items-center gap-3 px-3 py-2 sm:px-4">
        <select class="field" aria-label="Type of event" onChange$={choose} style={{ height: '28px' }}>
          <option value="" selected={type.value === ''}>
            All types
          </option>
          {Object.keys(EVENT_CODES).map((name) => (
            <option key={name} value={name} selected={type.value === name}>
              {name}
            </option>
          ))}
        </select>
        <span class="text-12 text-text-3">
          {formatCount(props.lastSeq)} {props.lastSeq === 1 ? 'event' : 'events'} in all. Times in UTC
        </span>
      </div>
      {problem.value && (
        <p class="notice notice-bad mx-4 my-2" role="alert">
          The events could not be loaded: {problem.value.detail ?? problem.value.title} ({problem.value.code})
        </p>
      )}
      {state.loaded && state.items.length === 0 && <p class="px-4 py-10 text-center text-text-2">No event of this type.</p>}
      {!state.loaded && !problem.value && (
        <div class="grid gap-3 px-4 py-2" role="status" aria-label="Loading the events">
          {[0, 1, 2, 3, 4, 5].map((i) => (
            <span key={i} class="skeleton h-5" />
          ))}
        </div>
      )}
      <ol class="text-13" onClick$={toggle}>
        {state.items.map((event) => (
          <li key={event.sequence_num} data-seq={event.sequence_num} class="border-b border-line">
            <div class="flex min-h-8 items-center gap-3 px-3 hover:bg-hover sm:px-4">
              <button
                type="button"
                class="json-toggle"
                aria-expanded={state.open[event.sequence_num] ? 'true' : 'false'}
                aria-label={`Data of event ${event.sequence_num}`}
              >
                <Icon name="chevron" size={12} />
              </button>
              <span class="w-8 flex-none text-right text-12 text-text-3">{event.sequence_num}</span>
              <time class="mono flex-none text-12 text-text-2" dateTime={event.created_at} title={formatExact(event.created_at)}>
                {formatClock(event.created_at)}
              </time>
              <span class="mono flex-none text-12 sm:w-[180px]">{event.event_type}</span>
              <span class="min-w-0 truncate text-text-2">{gist(event)}</span>
            </div>
            {state.open[event.sequence_num] && (
              <div class="border-t border-line bg-sunken px-3 py-2 sm:pl-16">
                <JsonView value={event.event_data} label={`Data of event ${event.sequence_num}`} />
              </div>
            )}
          </li>
        ))}
      </ol>
      {state.next !== null && (
        <div class="flex justify-center py-3">
          <button type="button" class="btn" disabled={state.loading} onClick$={() => load({ cursor: state.next! }, false)}>
            {state.loading ? 'Loading' : 'Show more'}
          </button>
        </div>
      )}
    </div>
  );
});

/** What an event is about, in a few words. */
function gist(event: ApiEvent): string {
  const data = event.event_data as {
    step_name?: string;
    attempt?: number;
    error?: { message: string };
    reason?: string;
    pipeline?: string;
    duration_ms?: number;
  };
  return [data.step_name ?? data.pipeline, data.attempt && data.attempt > 1 ? `attempt ${data.attempt}` : undefined, data.error?.message ?? data.reason]
    .filter(Boolean)
    .join(', ');
}
