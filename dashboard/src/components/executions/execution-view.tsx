/**
 * The page of one execution: header, then timeline, event log, definition or metadata, and beside them the details of a
 * step or of a moment. It holds the state that these share; each part gets what it shows.
 */
import { $, component$, useComputed$, useSignal } from '@builder.io/qwik';
import { FINAL_STATUSES, type TimelineStep } from '#contracts/execution';
import { DefinitionView } from '~/components/executions/definition-view';
import { type EventFilter, EventLog } from '~/components/executions/event-log';
import { ExecutionHeader } from '~/components/executions/execution-header';
import { Metadata } from '~/components/executions/metadata';
import { MomentPane } from '~/components/executions/moment-pane';
import { Steering } from '~/components/executions/steering';
import { StepPane } from '~/components/executions/step-pane';
import { TimeScrubber } from '~/components/executions/time-scrubber';
import { TimelineTools } from '~/components/executions/timeline-tools';
import { useCost } from '~/components/executions/use-cost';
import { useLiveTimeline } from '~/components/executions/use-live-timeline';
import { useMoment } from '~/components/executions/use-moment';
import { useTimelineKeys } from '~/components/executions/use-timeline-keys';
import { WaterfallView } from '~/components/executions/waterfall-view';
import { LogList } from '~/components/logs/log-list';
import { Tabs } from '~/components/ui/tabs';
import type { ActorNames } from '~/lib/actors';
import type { EventsPage, LogsAnswer } from '~/lib/api-types';
import { roundedEnd, type Span } from '~/lib/axis';
import { replaceQuery } from '~/lib/page-url';
import { timeSpent } from '~/lib/time-spent';
import type { TimelineAnswer } from '~/lib/timeline';
import { layOut } from '~/lib/waterfall';

export const VIEW_NAMES = ['timeline', 'events', 'logs', 'definition', 'metadata'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

interface Props {
  initial: TimelineAnswer;
  names: ActorNames;
  detail?: TimelineStep;
  view: ViewName;
  events?: EventsPage;
  lines?: LogsAnswer;
  eventFilter: EventFilter;
  /** Event at which the time travel stands. */
  at?: number;
  now: number;
}

/** Names of steps that the filter of the log offers. */
const MOST_NAMES = 300;

const VIEWS = [
  { name: 'timeline', label: 'Timeline' },
  { name: 'events', label: 'Events' },
  { name: 'logs', label: 'Logs' },
  { name: 'definition', label: 'Definition' },
  { name: 'metadata', label: 'Metadata' },
];

export const ExecutionView = component$<Props>((props) => {
  const live = useLiveTimeline({ timeline: props.initial, detail: props.detail, now: props.now });
  const view = useSignal<ViewName>(props.view);
  const selected = useSignal<string | undefined>(props.detail?.name);
  const cursor = useSignal<string | undefined>(props.detail ? `s:${props.detail.name}` : undefined);
  const filter = useSignal('');
  /** Blocks that were opened or closed by hand. */
  const turned = useSignal<{ [step: string]: boolean }>({});
  const zoom = useSignal<Span>();
  const at = useSignal<number | undefined>(props.at);
  const travel = useMoment(props.initial.execution_id, at);
  /** Of the log: the event that it begins with. */
  const logFrom = useSignal(1);

  const waterfall = useComputed$(() => {
    const text = filter.value.trim().toLowerCase();
    // What fits the filter is shown, whatever is closed.
    const all = layOut(live.timeline.value, live.now.value, turned.value, text !== '');
    return text === '' ? all : { ...all, lines: all.lines.filter((line) => line.step.toLowerCase().includes(text) || line.type.toLowerCase().includes(text)) };
  });
  const whole = useComputed$<Span>(() => ({ from: 0, to: live.running.value ? roundedEnd(waterfall.value.end) : waterfall.value.end }));
  const ended = useComputed$(() => FINAL_STATUSES.includes(live.timeline.value.status));
  const cost = useCost(props.initial.execution_id, ended, typeof props.initial.metadata.imported_from === 'string');
  const spent = useComputed$(() => (live.isWhole.value ? timeSpent(live.timeline.value, live.now.value) : undefined));

  const select = $(async (step: string | undefined) => {
    selected.value = step;
    replaceQuery({ step });
    await live.loadDetail(step);
  });
  const show = $((name: string) => {
    view.value = name as ViewName;
    replaceQuery({ view: view.value === 'timeline' ? undefined : view.value, type: undefined, about: undefined });
  });
  const turn = $((step: string, open: boolean) => {
    turned.value = { ...turned.value, [step]: open };
  });
  /** To a moment; the pane shows it until a step is chosen. */
  const go = $((seq: number | undefined) => {
    at.value = seq;
    replaceQuery({ at: seq === undefined ? undefined : String(seq) });
    if (seq !== undefined && selected.value !== undefined) return select(undefined);
  });
  const showEvent = $((seq: number) => {
    logFrom.value = seq;
    return show('events');
  });
  const travelOrEnd = $(() => go(at.value === undefined ? live.timeline.value.last_seq : undefined));
  const filterBy = $(async (text: string) => {
    filter.value = text;
    if (text !== '') await live.more(true);
  });
  useTimelineKeys({
    view,
    cursor,
    selected,
    waterfall,
    isWhole: live.isWhole,
    zoom,
    whole,
    at,
    last: useComputed$(() => live.timeline.value.last_seq),
    select,
    turn,
    go,
    more: live.more,
  });

  const step =
    selected.value === undefined
      ? undefined
      : (live.timeline.value.steps.find((one) => one.name === selected.value) ?? (live.detail.value?.name === selected.value ? live.detail.value : undefined));
  const moment = travel.moment.value;
  return (
    <div class="with-pane" data-open={step || at.value !== undefined ? 'true' : 'false'}>
      <div class="min-w-0">
        <ExecutionHeader
          timeline={live.timeline.value}
          names={props.names}
          now={live.now.value}
          spent={spent.value}
          cost={cost.value?.cost_usd}
          connection={live.connection.value}
          problem={live.problem.value}
          refresh={live.refresh}
        />
        <Steering timeline={live.timeline.value} refresh={live.refresh} />
        <div class="flex flex-wrap items-end gap-x-2 border-b border-line px-1 sm:px-2">
          <Tabs label="Views of this execution" class="tabs-plain" panel="view" tabs={VIEWS} current={view.value} choose={show} />
          <TimelineTools
            timeline={view.value === 'timeline'}
            filter={filter.value}
            filterBy={filterBy}
            zoom={zoom}
            whole={whole.value}
            travelling={at.value !== undefined}
            travel={travelOrEnd}
          />
        </div>
        {at.value !== undefined && <TimeScrubber at={at.value} last={live.timeline.value.last_seq} moment={moment} go={go} />}
        <div id="view" role="tabpanel" aria-label={VIEWS.find((one) => one.name === view.value)?.label}>
          {view.value === 'timeline' && (
            <WaterfallView
              waterfall={waterfall.value}
              whole={whole.value}
              zoom={zoom}
              marker={at.value !== undefined && moment ? Date.parse(moment.after.at) - Date.parse(live.timeline.value.started_at) : undefined}
              cursor={cursor}
              selected={selected}
              select={select}
              turn={turn}
              paging={{
                loaded: live.timeline.value.steps.length,
                total: live.timeline.value.steps_total ?? live.timeline.value.steps.length,
                missing: !live.isWhole.value,
                loading: live.paging.value !== undefined,
                more: live.more,
              }}
            />
          )}
          {view.value === 'events' && (
            <EventLog
              executionId={live.timeline.value.execution_id}
              first={logFrom.value === 1 ? props.events : undefined}
              filter={props.eventFilter}
              from={logFrom}
              lastSeq={live.timeline.value.last_seq}
              steps={live.timeline.value.steps.slice(0, MOST_NAMES).map((one) => one.name)}
              travel={go}
            />
          )}
          {view.value === 'logs' && (
            <LogList filters={{ execution: props.initial.execution_id, live: live.running.value }} now={props.now} first={props.lines}>
              <p class="px-4 py-10 text-center text-text-2">No log lines yet.</p>
            </LogList>
          )}
          {view.value === 'definition' && <DefinitionView timeline={live.timeline.value} select={select} selected={selected} more={live.more} />}
          {view.value === 'metadata' && <Metadata timeline={live.timeline.value} cost={cost.value} />}
        </div>
      </div>
      {step ? (
        <StepPane
          key={step.name}
          executionId={props.initial.execution_id}
          environment={props.initial.environment}
          step={step}
          detail={live.detail.value?.name === step.name ? live.detail.value : undefined}
          problem={live.detailProblem.value}
          cost={cost.value}
          now={props.now}
          close={select}
          retry={$(() => live.loadDetail(selected.value))}
        />
      ) : (
        at.value !== undefined && (
          <MomentPane
            at={at.value}
            startedAt={live.timeline.value.started_at}
            moment={moment}
            problem={travel.problem.value}
            close={$(() => go(undefined))}
            showEvent={showEvent}
          />
        )
      )}
    </div>
  );
});
