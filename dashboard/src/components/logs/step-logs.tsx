/** What a step has said, in its order: loaded when it is looked at, and again when something new is known of the step. */
import { $, component$, useSignal, useStore, useTask$, useVisibleTask$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { LogRow } from '~/components/logs/log-row';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { call } from '~/lib/api';
import type { LogItem, Page } from '~/lib/api-types';
import { keyOfLine } from '~/lib/log-lines';

interface Props {
  executionId: string;
  step: string;
  /** Changes with what is known of the step. */
  stamp: string;
  now: number;
}

const PAGE = 200;

export const StepLogs = component$<Props>((props) => {
  const state = useStore<{ lines: LogItem[]; next: string | null; loaded: boolean }>({ lines: [], next: null, loaded: false }, { deep: false });
  const problem = useSignal<ProblemBody>();
  const opened = useSignal<{ [key: string]: boolean }>({});
  const stamp = useSignal(props.stamp);
  useTask$(({ track }) => {
    stamp.value = track(() => props.stamp);
  });
  const ask = $(async (cursor: string | null) => {
    const query = new URLSearchParams({ step: props.step, limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
    const answer = await call<Page<LogItem>>(`/api/v1/executions/${props.executionId}/logs?${query}`);
    problem.value = answer.ok ? undefined : answer.problem;
    return answer.ok ? answer.value : undefined;
  });
  const begin = $(async () => {
    const page = await ask(null);
    if (!page) return;
    state.lines = page.items;
    state.next = page.next_cursor;
    state.loaded = true;
  });
  const more = $(async () => {
    const page = await ask(state.next);
    if (!page) return;
    state.lines = [...state.lines, ...page.items];
    state.next = page.next_cursor;
  });
  const act = $((event: Event) => {
    const button = (event.target as Element).closest('[data-open]');
    const key = button?.closest<HTMLElement>('[data-key]')?.dataset.key;
    if (key) opened.value = { ...opened.value, [key]: !opened.value[key] };
  });
  useVisibleTask$(
    async ({ track }) => {
      track(stamp);
      await begin();
    },
    { strategy: 'document-ready' },
  );

  if (problem.value)
    return (
      <div>
        <ProblemNotice problem={problem.value} />
        <button type="button" class="btn btn-small mt-2" onClick$={begin}>
          Try again
        </button>
      </div>
    );
  if (!state.loaded) return <Skeleton label="Loading the lines" />;
  return (
    <div>
      {state.lines.length === 0 ? (
        <p class="px-1 text-13 text-text-3">This step has written no log lines yet.</p>
      ) : (
        <ol aria-label="Log lines of the step" onClick$={act}>
          {state.lines.map((line) => (
            <LogRow key={keyOfLine(line)} line={line} now={props.now} open={opened.value[keyOfLine(line)] === true} plain />
          ))}
        </ol>
      )}
      <p class="flex items-center gap-3 px-1 pt-2 text-12 text-text-3">
        {state.next !== null && (
          <button type="button" class="btn btn-small" onClick$={more}>
            More
          </button>
        )}
        <a class="link" href={`/logs?execution=${props.executionId}&step=${encodeURIComponent(props.step)}`}>
          In the logs
        </a>
        <span class="ml-auto">Times in UTC</span>
      </p>
    </div>
  );
});
