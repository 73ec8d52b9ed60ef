/** One event: a line, and its data when it is open. Inline, not a component: it has no state of its own. */
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import type { ApiEvent } from '~/lib/api-types';
import { formatClock, formatExact } from '~/lib/time';

export const EventRow = ({ event, open }: { event: ApiEvent; open: boolean }) => (
  <li key={event.sequence_num} data-seq={event.sequence_num} class="event-row border-b border-line">
    <div class="flex min-h-8 items-center gap-3 px-3 hover:bg-hover sm:px-4">
      <button type="button" class="json-toggle" aria-expanded={open ? 'true' : 'false'} aria-label={`Data of event ${event.sequence_num}`}>
        <Icon name="chevron" size={12} />
      </button>
      <span class="num w-10 flex-none text-right text-12 text-text-3">{event.sequence_num}</span>
      <time class="mono flex-none text-12 text-text-2" dateTime={event.created_at} title={formatExact(event.created_at)}>
        {formatClock(event.created_at)}
      </time>
      <span class="mono flex-none text-12 sm:w-[180px]">{event.event_type}</span>
      <span class="min-w-0 grow truncate text-text-2">{gist(event)}</span>
      <button
        type="button"
        data-travel
        class="event-travel btn btn-quiet btn-small btn-icon"
        aria-label={`Context after event ${event.sequence_num}`}
        title="What a step would have seen then"
      >
        <Icon name="clock" size={14} />
      </button>
    </div>
    {open && (
      <div class="border-t border-line bg-sunken px-3 py-2 sm:pl-16">
        <JsonView value={event.event_data} label={`Data of event ${event.sequence_num}`} />
      </div>
    )}
  </li>
);

/** What an event is about, and who is behind it, in a few words. */
function gist(event: ApiEvent): string {
  const data = event.event_data as {
    step_name?: string;
    attempt?: number;
    error?: { message: string };
    reason?: string;
    pipeline?: string;
    by?: string;
  };
  const attempt = data.attempt && data.attempt > 1 ? `attempt ${data.attempt}` : undefined;
  const by = data.by ? `by ${data.by}` : undefined;
  return [data.step_name ?? data.pipeline, attempt, data.error?.message ?? data.reason, by].filter(Boolean).join(', ');
}
