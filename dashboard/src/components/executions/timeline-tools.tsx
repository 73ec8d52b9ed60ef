/** At the end of the row of tabs: filter and zoom of the timeline, and the switch of the time travel. */
import { $, component$, type QRL, type Signal, useSignal } from '@builder.io/qwik';
import { Icon } from '~/components/ui/icon';
import { type Span, zoomed } from '~/lib/axis';

interface Props {
  /** The timeline is what is shown. */
  timeline: boolean;
  filter: string;
  filterBy: QRL<(text: string) => void>;
  zoom: Signal<Span | undefined>;
  whole: Span;
  travelling: boolean;
  travel: QRL<() => void>;
}

export const TimelineTools = component$<Props>(({ timeline, filter, filterBy, zoom, whole, travelling, travel }) => {
  const scale = $((factor: number) => {
    const span = zoom.value ?? whole;
    zoom.value = zoomed(span, whole, factor, (span.from + span.to) / 2);
  });
  return (
    <div class="mb-1 ml-auto flex flex-wrap items-center gap-2 max-sm:w-full max-sm:px-2">
      {timeline && (
        <>
          <StepFilter filter={filter} filterBy={filterBy} />
          <fieldset class="flex gap-0.5" aria-label="Zoom">
            <button type="button" class="btn btn-quiet btn-icon tool" aria-label="Zoom in" title="Zoom in (+)" onClick$={() => scale(0.5)}>
              <Icon name="plus" size={14} />
            </button>
            <button
              type="button"
              class="btn btn-quiet btn-icon tool"
              aria-label="Zoom out"
              title="Zoom out (-)"
              disabled={!zoom.value}
              onClick$={() => scale(2)}
            >
              <Icon name="minus" size={14} />
            </button>
          </fieldset>
        </>
      )}
      <button
        type="button"
        class="btn btn-quiet tool"
        aria-pressed={travelling ? 'true' : 'false'}
        title="See what was known at any event (t)"
        data-command="Travel in time"
        onClick$={travel}
      >
        <Icon name="clock" size={14} />
        <span class={timeline ? 'max-sm:sr-only' : undefined}>Time travel</span>
      </button>
    </div>
  );
});

/** Filled when it is drawn and never set again: what is typed is ahead of what is filtered by. */
const StepFilter = component$<Pick<Props, 'filter' | 'filterBy'>>(({ filter, filterBy }) => {
  const first = useSignal(filter);
  return (
    <span class="relative max-sm:grow">
      <Icon name="search" size={12} class="pointer-events-none absolute top-2 left-2 text-text-3" />
      <input
        id="step-filter"
        type="search"
        class="field w-full sm:w-[160px]"
        style={{ height: '28px', paddingLeft: '26px' }}
        placeholder="Filter steps"
        aria-label="Filter steps by name or type"
        value={first.value}
        onInput$={(_, field) => filterBy(field.value)}
      />
    </span>
  );
});
