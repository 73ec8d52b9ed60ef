/** Moves through the log event by event: a slider, buttons, a number, and the keys `[` and `]` (`use-timeline-keys.ts`). */
import { component$, type QRL } from '@builder.io/qwik';
import { EventNumber } from '~/components/executions/event-number';
import type { Moment } from '~/components/executions/use-moment';
import { Icon } from '~/components/ui/icon';

interface Props {
  at: number;
  last: number;
  /** What is known of the event at which it stands, once it is. */
  moment?: Moment;
  go: QRL<(seq: number | undefined) => void>;
}

export const TimeScrubber = component$<Props>(({ at, last, moment, go }) => {
  const known = moment?.after.seq === at ? moment.after : undefined;
  const what = known ? `${known.type}${known.step ? ` ${known.step}` : ''}` : '';
  return (
    <fieldset class="scrubber" aria-label="Time travel">
      <button type="button" class="btn btn-small btn-icon" aria-label="Event before" title="Event before ([)" disabled={at <= 1} onClick$={() => go(at - 1)}>
        <Icon name="chevron" size={12} class="rotate-180" />
      </button>
      <input
        id="scrubber"
        class="scrubber-slider"
        type="range"
        min={1}
        max={last}
        step={1}
        value={at}
        aria-label="Event"
        aria-valuetext={`Event ${at} of ${last}${what ? `, ${what}` : ''}`}
        onInput$={(_, field) => go(field.valueAsNumber)}
      />
      <button type="button" class="btn btn-small btn-icon" aria-label="Event after" title="Event after (])" disabled={at >= last} onClick$={() => go(at + 1)}>
        <Icon name="chevron" size={12} />
      </button>
      <EventNumber label="Event" at={at} last={last} go$={go} />
      <span class="mono min-w-0 grow truncate text-12 text-text-2 max-sm:order-last max-sm:basis-full" aria-hidden="true">
        {what}
      </span>
      <button type="button" class="btn btn-quiet btn-small btn-icon" aria-label="End time travel" title="End time travel (Esc)" onClick$={() => go(undefined)}>
        <Icon name="close" size={14} />
      </button>
    </fieldset>
  );
});
