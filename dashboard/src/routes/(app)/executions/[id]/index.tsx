import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { Timeline, TimelineStep } from '#contracts/execution';
import { EXECUTION_ID } from '#contracts/ids';
import { ExecutionView, type ViewName } from '~/components/executions/execution-view';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import type { EventsPage } from '~/lib/api-types';
import { slim } from '~/lib/waterfall';

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
  const view: ViewName = event.query.get('view') === 'events' ? 'events' : event.query.get('view') === 'metadata' ? 'metadata' : 'timeline';
  const type = event.query.get('type');
  const [timeline, events] = await Promise.all([
    get<Timeline>(event, `/api/v1/executions/${id}/timeline`),
    view === 'events' ? get<EventsPage>(event, `/api/v1/executions/${id}/events?limit=100${type ? `&type=${encodeURIComponent(type)}` : ''}`) : undefined,
  ]);
  if (!timeline.ok) {
    event.status(timeline.problem.status >= 400 ? timeline.problem.status : 500);
    return { ok: false as const, problem: timeline.problem };
  }
  const selected = event.query.get('step') ?? undefined;
  const detail: TimelineStep | undefined = selected ? timeline.value.steps.find((step) => step.name === selected) : undefined;
  return {
    ok: true as const,
    timeline: slim(timeline.value),
    detail,
    view,
    events: events?.ok ? events.value : undefined,
    type: type ?? '',
    now: Date.now(),
  };
});

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
  const { timeline, detail, view, events, type, now } = data.value;
  return <ExecutionView initial={timeline} detail={detail} view={view} events={events} eventType={type} now={now} />;
});

export const head: DocumentHead = ({ resolveValue }) => {
  const data = resolveValue(useExecution);
  return { title: data.ok ? `${data.timeline.pipeline}, ${data.timeline.status}` : 'Execution' };
};
