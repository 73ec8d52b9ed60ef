/** The breakpoints of a pipeline: those that stand, and a form for another. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { z } from 'zod';
import type { breakpointSchema } from '#contracts/api-debugging';
import type { ProblemBody } from '#contracts/problems';
import { Actor } from '~/components/ui/actor';
import { Choice } from '~/components/ui/choice';
import { valuesOf } from '~/components/ui/form-values';
import { Moment } from '~/components/ui/moment';
import { ProblemNotice } from '~/components/ui/problem-notice';
import type { ActorNames } from '~/lib/actors';
import { post, send } from '~/lib/api';

export type BreakpointItem = z.infer<typeof breakpointSchema>;

/** How long one stands. */
const SPANS = [
  ['15m', '15 minutes'],
  ['1h', 'an hour'],
  ['8h', '8 hours'],
  ['1d', 'a day'],
  ['7d', 'a week'],
] as const;

interface Props {
  /** `/api/v1/pipelines/{workflow.pipeline}` */
  base: string;
  environment: string;
  steps: string[];
  items: BreakpointItem[];
  names: ActorNames;
  now: number;
}

export const Breakpoints = component$<Props>(({ base, environment, steps, items, names, now }) => {
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const add = $(async (_: Event, form: HTMLFormElement) => {
    const { text } = valuesOf(form);
    busy.value = true;
    const notify = text('notify')
      .split(/[\s,]+/)
      .filter(Boolean);
    const answer = await post(`${base}/breakpoints`, { step: text('step'), condition: text('condition') || null, ttl: text('ttl'), notify, environment });
    busy.value = false;
    if (answer.ok) location.reload();
    else problem.value = answer.problem;
  });
  const remove = $(async (id: string) => {
    problem.value = await send('DELETE', `${base}/breakpoints/${id}?environment=${encodeURIComponent(environment)}`);
    if (!problem.value) location.reload();
  });
  return (
    <section aria-labelledby="breakpoints-title">
      <h2 id="breakpoints-title" class="text-14 font-semibold">
        Breakpoints
      </h2>
      <p class="mt-0.5 max-w-[80ch] text-13 text-text-2">Executions are held before the step until somebody decides. They cost nothing meanwhile.</p>
      {items.length > 0 && (
        <ul class="mt-2 border-t border-line">
          {items.map((item) => (
            <li key={item.id} class="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-2 text-13">
              <span class="font-medium">{item.step}</span>
              {item.condition && <code class="mono min-w-0 break-all text-12 text-text-2">{item.condition}</code>}
              <span class="text-12 text-text-3">
                by <Actor by={item.created_by} names={names} />,{' '}
                {item.expires_at ? (
                  <>
                    ends <Moment at={item.expires_at} now={now} />
                  </>
                ) : (
                  'until removed'
                )}
              </span>
              <button type="button" class="btn btn-small ml-auto" aria-label={`Remove the breakpoint before ${item.step}`} onClick$={() => remove(item.id)}>
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <form preventdefault:submit onSubmit$={add} class="mt-3 grid max-w-[720px] gap-3 sm:grid-cols-2">
        <label class="block text-12 text-text-3">
          Hold before
          <select name="step" class="field mt-1 block w-full">
            {steps.map((step) => (
              <option key={step} value={step}>
                {step}
              </option>
            ))}
          </select>
        </label>
        <label class="block text-12 text-text-3">
          For
          <Choice name="ttl" value="1h" options={SPANS} />
        </label>
        <label class="block text-12 text-text-3">
          Only when
          <input name="condition" class="field mono mt-1 block w-full text-12" placeholder="steps.check.output.total > 10000" spellcheck={false} />
        </label>
        <label class="block text-12 text-text-3">
          Tell
          <input name="notify" class="field mt-1 block w-full" placeholder="ops@example.com, https://…" />
        </label>
        <div class="sm:col-span-2">
          <ProblemNotice problem={problem.value} />
          <button type="submit" class="btn btn-primary mt-1" disabled={busy.value}>
            Set breakpoint
          </button>
        </div>
      </form>
    </section>
  );
});
