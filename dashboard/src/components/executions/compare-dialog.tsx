/**
 * Asks for the execution to compare with: a good run of the same pipeline, one press away, or any other by its id. What it
 * is compared with stands on the left; both stand in the URL of the page that answers.
 */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ExecutionSummary } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { shortId } from '~/components/ui/copy';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call } from '~/lib/api';
import type { Page } from '~/lib/api-types';
import { goodRuns, goodRunsQuery } from '~/lib/good-runs';
import { serverNow } from '~/lib/server-clock';
import { formatDuration } from '~/lib/time';
import type { SlimTimeline } from '~/lib/timeline';

export const CompareDialog = component$<{ timeline: SlimTimeline; origin?: string }>(({ timeline, origin }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const good = useSignal<{ runs: ExecutionSummary[]; now: number }>();
  const problem = useSignal<ProblemBody>();
  const id = timeline.execution_id;
  const find = $(async () => {
    problem.value = undefined;
    const answer = await call<Page<ExecutionSummary>>(`/api/v1/executions?${goodRunsQuery(timeline)}`);
    if (answer.ok) good.value = { runs: goodRuns(answer.value.items, timeline), now: serverNow() };
    else problem.value = answer.problem;
  });
  return (
    <Dialog label="Compare" title="Compare with another execution" width={520} dialog={dialog} onOpen$={find}>
      <p class="mb-3 text-text-2">Step by step: what came out differently, what took longer, and what only one of them did.</p>
      <section class="min-h-[92px]" aria-labelledby="good-runs">
        <h3 id="good-runs" class="text-12 text-text-3">
          Good runs of {timeline.pipeline} before this one
        </h3>
        <ProblemNotice problem={problem.value} />
        {!good.value && !problem.value && <span class="skeleton mt-2 block h-16" role="status" aria-label="Looking for good runs" />}
        {good.value?.runs.length === 0 && <p class="mt-1 text-13 text-text-2">None has completed in {timeline.environment} before it.</p>}
        <ul class="mt-1">
          {good.value?.runs.map((run, index) => (
            <li key={run.execution_id} class="border-b border-line last:border-0">
              <a
                class="flex min-h-9 items-center gap-3 py-1 text-13 no-underline hover:bg-hover"
                href={`/executions/diff?left=${run.execution_id}&right=${id}`}
              >
                <span class={index === 0 ? 'font-medium' : ''}>{index === 0 ? 'The last good run' : <Moment at={run.started_at} now={good.value!.now} />}</span>
                {index === 0 && (
                  <span class="text-text-2">
                    <Moment at={run.started_at} now={good.value!.now} />
                  </span>
                )}
                {run.version !== timeline.version && <span class="text-12 text-text-3">version {run.version}</span>}
                <span class="mono text-12 text-text-3 max-sm:hidden">{shortId(run.execution_id)}</span>
                <span class="ml-auto tabular-nums text-text-2">{run.duration_ms === undefined ? '' : formatDuration(run.duration_ms)}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <form method="get" action="/executions/diff" class="mt-4">
        <label class="block text-12 text-text-3">
          Or the id of any other
          <input
            id="compare-id"
            class="field mono mt-1 block w-full text-12"
            name="left"
            value={origin}
            required
            pattern="exec_[0-9A-Za-z]{43}"
            placeholder="exec_…"
            title="exec_ and 43 letters and digits"
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <input type="hidden" name="right" value={id} />
        <DialogActions>
          <button type="button" class="btn" onClick$={() => dialog.value?.close()}>
            Close
          </button>
          <button type="submit" class="btn btn-primary">
            Compare
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
});
