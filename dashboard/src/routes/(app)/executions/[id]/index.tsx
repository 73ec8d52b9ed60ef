import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { TimelineStep } from '#contracts/execution';
import { EXECUTION_ID } from '#contracts/ids';
import { ExecutionView, VIEW_NAMES } from '~/components/executions/execution-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { type Answer, failWith, get } from '~/lib/api';
import type { EventsPage, LogsAnswer } from '~/lib/api-types';
import type { TimelineAnswer } from '~/lib/timeline';

/** Steps of the first paint; the page loads the rest. */
const FIRST_STEPS = 100;
const FIRST_EVENTS = 100;

/** Everything the first paint needs; payloads only of the step that the URL opens. */
export const useExecution = routeLoader$(async (event) => {
  const id = event.params.id!;
  if (!EXECUTION_ID.test(id)) {
    event.status(400);
    const problem = {
      type: 'about:blank',
      title: 'That is not the id of an execution',
      status: 400,
      code: 'invalid_id',
      hint: 'An id begins with exec_ and has 43 more letters and digits. Copy it from a list or from the header X-Execution-Id.',
    };
    return { ok: false as const, problem };
  }
  const asked = (name: string) => event.query.get(name) ?? undefined;
  const view = VIEW_NAMES.find((name) => name === asked('view')) ?? 'timeline';
  const filter = { type: asked('type') ?? '', step: asked('about') ?? '' };
  const base = `/api/v1/executions/${id}`;
  const events = new URLSearchParams({ limit: String(FIRST_EVENTS), ...(filter.type && { type: filter.type }), ...(filter.step && { step: filter.step }) });
  const selected = asked('step');
  const [timeline, detail, log, lines] = await Promise.all([
    get<TimelineAnswer>(event, `${base}/timeline?values=none&limit=${FIRST_STEPS}`),
    selected ? get<{ steps: TimelineStep[] }>(event, `${base}/timeline?step=${encodeURIComponent(selected)}`) : undefined,
    view === 'events' ? get<EventsPage>(event, `${base}/events?${events}`) : undefined,
    view === 'logs' ? get<LogsAnswer>(event, `/api/v1/logs?execution=${id}&limit=${FIRST_EVENTS}`) : undefined,
  ]);
  if (!timeline.ok) {
    failWith(event, timeline.problem);
    return { ok: false as const, problem: timeline.problem };
  }
  return {
    ok: true as const,
    timeline: timeline.value,
    names: saysWho(timeline.value) ? await actorNames(event) : {},
    detail: answered(detail)?.steps[0],
    view,
    events: answered(log),
    lines: answered(lines),
    filter,
    at: Number.parseInt(asked('at') ?? '', 10) || undefined,
    now: Date.now(),
  };
});

/** Whether somebody stands in it: only then it is asked who that is. */
function saysWho({ cancelled, paused }: TimelineAnswer): boolean {
  return cancelled?.by !== undefined || paused?.by !== undefined;
}

function answered<T>(answer: Answer<T> | undefined): T | undefined {
  return answer?.ok ? answer.value : undefined;
}

export default component$(() => {
  const data = useExecution();
  if (!data.value.ok) {
    return (
      <ProblemPanel problem={data.value.problem} heading={data.value.problem.status === 404 ? 'There is no such execution' : undefined}>
        <a class="btn btn-primary" href="/executions">
          Go to executions
        </a>
      </ProblemPanel>
    );
  }
  const { timeline, names, detail, view, events, lines, filter, at, now } = data.value;
  return <ExecutionView initial={timeline} names={names} detail={detail} view={view} events={events} lines={lines} eventFilter={filter} at={at} now={now} />;
});

export const head: DocumentHead = ({ resolveValue }) => {
  const data = resolveValue(useExecution);
  return { title: data.ok ? `${data.timeline.pipeline}, ${data.timeline.status}` : 'Execution' };
};
