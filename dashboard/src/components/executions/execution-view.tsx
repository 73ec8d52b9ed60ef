/**
 * The page of one execution: header, then timeline, event log or metadata, and the detail pane of a step.
 * It holds the state that these share; each part gets what it shows.
 */
import { $, component$, useComputed$, useSignal } from '@builder.io/qwik';
import type { TimelineStep } from '#contracts/execution';
import { EventLog } from '~/components/executions/event-log';
import { ExecutionHeader } from '~/components/executions/execution-header';
import { Metadata } from '~/components/executions/metadata';
import { Steering } from '~/components/executions/steering';
import { StepPane } from '~/components/executions/step-pane';
import { useLiveTimeline } from '~/components/executions/use-live-timeline';
import { useTimelineKeys } from '~/components/executions/use-timeline-keys';
import { WaterfallView } from '~/components/executions/waterfall-view';
import { Icon } from '~/components/ui/icon';
import { Tabs } from '~/components/ui/tabs';
import type { EventsPage } from '~/lib/api-types';
import { replaceQuery } from '~/lib/page-url';
import { layOut, type SlimTimeline } from '~/lib/waterfall';

export type ViewName = 'timeline' | 'events' | 'metadata';

interface Props {
  initial: SlimTimeline;
  detail?: TimelineStep;
  view: ViewName;
  events?: EventsPage;
  eventType: string;
  now: number;
}

const VIEWS: { name: ViewName; label: string }[] = [
  { name: 'timeline', label: 'Timeline' },
  { name: 'events', label: 'Events' },
  { name: 'metadata', label: 'Metadata' },
];

export const ExecutionView = component$<Props>((props) => {
  const live = useLiveTimeline(props.initial, props.detail, props.now);
  const view = useSignal<ViewName>(props.view);
  const selected = useSignal<string | undefined>(props.detail?.name);
  const cursor = useSignal<string | undefined>(props.detail ? `s:${props.detail.name}` : undefined);
  const filter = useSignal('');
  /** Blocks that were opened or closed by hand. */
  const turned = useSignal<{ [step: string]: boolean }>({});

  const waterfall = useComputed$(() => {
    const text = filter.value.trim().toLowerCase();
    // What fits the filter is shown, whatever is closed.
    const all = layOut(live.timeline.value, live.now.value, turned.value, text !== '');
    return text === '' ? all : { ...all, lines: all.lines.filter((line) => line.step.toLowerCase().includes(text) || line.type.toLowerCase().includes(text)) };
  });

  const select = $(async (step: string | undefined) => {
    selected.value = step;
    replaceQuery({ step });
    if (step) await live.loadDetails();
  });
  const show = $((name: string) => {
    view.value = name as ViewName;
    replaceQuery({ view: view.value === 'timeline' ? undefined : view.value, type: undefined });
  });
  const turn = $((step: string, open: boolean) => {
    turned.value = { ...turned.value, [step]: open };
  });
  useTimelineKeys({ view, cursor, selected, waterfall, select, turn });

  const step = selected.value === undefined ? undefined : live.timeline.value.steps.find((one) => one.name === selected.value);
  return (
    <div class="with-pane" data-open={step ? 'true' : 'false'}>
      <div class="min-w-0">
        <ExecutionHeader timeline={live.timeline.value} now={live.now.value} connection={live.connection.value} refresh={live.refresh} />
        <Steering timeline={live.timeline.value} refresh={live.refresh} />
        <div class="flex items-end gap-2 border-b border-line px-1 sm:px-2">
          <Tabs label="Views of this execution" class="tabs-plain" panel="view" tabs={VIEWS} current={view.value} choose={show} />
          {view.value === 'timeline' && (
            <div class="relative mb-1 ml-auto">
              <Icon name="search" size={12} class="pointer-events-none absolute top-2 left-2 text-text-3" />
              <input
                id="step-filter"
                type="search"
                class="field w-[148px] sm:w-[180px]"
                style={{ height: '28px', paddingLeft: '26px' }}
                placeholder="Filter steps"
                aria-label="Filter steps by name or type"
                bind:value={filter}
              />
            </div>
          )}
        </div>
        <div id="view" role="tabpanel" aria-label={VIEWS.find((one) => one.name === view.value)?.label}>
          {view.value === 'timeline' && (
            <WaterfallView
              waterfall={waterfall.value}
              running={live.running.value}
              cursor={cursor}
              selected={selected}
              select={select}
              turn={turn}
              total={live.timeline.value.steps.length}
            />
          )}
          {view.value === 'events' && (
            <EventLog executionId={live.timeline.value.execution_id} first={props.events} type={props.eventType} lastSeq={live.timeline.value.last_seq} />
          )}
          {view.value === 'metadata' && <Metadata timeline={live.timeline.value} />}
        </div>
      </div>
      {step && (
        <StepPane key={step.name} step={step} detail={live.details.value?.[step.name]} problem={live.problem.value} close={select} retry={live.loadDetails} />
      )}
    </div>
  );
});
