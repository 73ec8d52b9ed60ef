/** Filters of the event log, and the way to an event by its number. */
import { component$, type QRL } from '@builder.io/qwik';
import { EVENT_CODES } from '#contracts/events';
import type { EventFilter } from '~/components/executions/event-log';
import { EventNumber } from '~/components/executions/event-number';
import { valuesOf } from '~/components/ui/form-values';

interface Props {
  filter: EventFilter;
  change: QRL<(filter: EventFilter) => void>;
  jump: QRL<(seq: number) => void>;
  from: number;
  lastSeq: number;
  steps: string[];
}

const TYPES = Object.keys(EVENT_CODES);
/** `step`, `saga`, …: what an event is about. */
const GROUPS = [...new Set(TYPES.map((type) => type.split('.')[0]!))].map((group) => ({ group, types: TYPES.filter((type) => type.split('.')[0] === group) }));

export const EventFilters = component$<Props>(({ filter, change, jump, from, lastSeq, steps }) => (
  <div class="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2 sm:px-4">
    <form class="contents" preventdefault:submit onChange$={(_, form) => change(filterIn(form))}>
      <select name="type" class="field" aria-label="Type of event" style={{ height: '28px' }}>
        <option value="" selected={filter.type === ''}>
          All types
        </option>
        {GROUPS.map(({ group, types }) => (
          <optgroup key={group} label={group.replace('_', ' ')}>
            {types.length > 1 && (
              <option value={types.join(',')} selected={filter.type === types.join(',')}>
                {`All of ${group.replace('_', ' ')}`}
              </option>
            )}
            {types.map((name) => (
              <option key={name} value={name} selected={filter.type === name}>
                {name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <input
        name="step"
        class="field w-[180px]"
        style={{ height: '28px' }}
        {...{ list: 'event-steps' }}
        placeholder="All steps"
        aria-label="Events of the step"
        value={filter.step}
      />
    </form>
    <datalist id="event-steps">
      {steps.map((step) => (
        <option key={encodeURIComponent(step)} value={step} />
      ))}
    </datalist>
    <EventNumber label="From event" at={from} last={lastSeq} go$={jump} />
    <span class="text-12 text-text-3">Times in UTC</span>
  </div>
));

/** Both as they stand, so that neither takes back the other. */
function filterIn(form: HTMLFormElement): EventFilter {
  const values = valuesOf(form);
  return { type: values.text('type'), step: values.text('step') };
}
