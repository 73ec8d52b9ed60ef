/** The mocks of a pipeline: those that stand, a form for another, and a run with mocks of its own. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { z } from 'zod';
import type { mockSchema } from '#contracts/api-debugging';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { answersBelow, answersIn } from '~/components/mocks/answers-in';
import { MockAnswers } from '~/components/mocks/mock-answers';
import { Actor } from '~/components/ui/actor';
import { Choice, named } from '~/components/ui/choice';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import type { ActorNames } from '~/lib/actors';
import { post, send } from '~/lib/api';
import { mistake } from '~/lib/mistake';
import { type AnswerForm, FIRST_ANSWER, mockSetting } from '~/lib/mock-form';

export type MockItem = z.infer<typeof mockSchema>;

interface Props {
  base: string;
  environment: string;
  steps: string[];
  items: MockItem[];
  names: ActorNames;
}

export const Mocks = component$<Props>(({ base, environment, steps, items, names }) => {
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  const step = useSignal(steps[0] ?? '');
  const answers = useSignal<AnswerForm[]>([FIRST_ANSWER]);
  const setMock = $(async (_: Event, form: HTMLFormElement) => {
    const values = valuesOf(form);
    const [step, ttl] = [values.text('step'), values.text('ttl')];
    const made = mockSetting({ step, answers: answersIn(answersBelow(form), answers.value) });
    if ('error' in made) {
      problem.value = mistake(made.error);
      return;
    }
    busy.value = true;
    const answer = await post(`${base}/mock`, { mocks: { [step]: made.setting }, ...(ttl === '' ? {} : { ttl }), environment });
    busy.value = false;
    if (answer.ok) location.reload();
    else problem.value = answer.problem;
  });
  const runOnce = $(async (_: Event, form: HTMLFormElement) => {
    const values = valuesOf(form);
    const [mocks, data] = [readJson(values.typed('mocks')), readJson(values.typed('data'))];
    const fault = 'problem' in mocks ? mocks.problem : 'problem' in data ? data.problem : undefined;
    if (fault || !('value' in mocks) || !('value' in data)) {
      problem.value = fault;
      return;
    }
    busy.value = true;
    const answer = await post<{ execution_id: string }>(`${base}/mock`, { mocks: mocks.value, trigger_data: data.value, environment });
    busy.value = false;
    if (answer.ok) location.assign(`/executions/${answer.value.execution_id}`);
    else problem.value = answer.problem;
  });
  const remove = $(async (step: string) => {
    problem.value = await send('DELETE', `${base}/mock/${encodeURIComponent(step)}?environment=${encodeURIComponent(environment)}`);
    if (!problem.value) location.reload();
  });
  return (
    <section aria-labelledby="mocks-title">
      <h2 id="mocks-title" class="text-14 font-semibold">
        Mocks
      </h2>
      <p class="mt-0.5 max-w-[80ch] text-13 text-text-2">
        A mocked step gives the answer that is set here, and no call goes out. A mock stands until it is removed or expires.
      </p>
      {items.length > 0 && (
        <ul class="mt-2 border-t border-line">
          {items.map((item) => (
            <li key={item.id} class="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-2 text-13">
              <span class="font-medium">{item.step}</span>
              <code class="mono min-w-0 break-all text-12 text-text-2">
                {JSON.stringify(item.answers.length === 1 ? item.answers[0] : item.answers).slice(0, 300)}
              </code>
              <span class="text-12 text-text-3">
                by <Actor by={item.created_by} names={names} />
              </span>
              <button type="button" class="btn btn-small ml-auto" aria-label={`Remove the mock of ${item.step}`} onClick$={() => remove(item.step)}>
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <ProblemNotice problem={problem.value} />
      <form preventdefault:submit onSubmit$={setMock} class="mt-3 grid max-w-[720px] gap-3">
        <div class="grid gap-3 sm:grid-cols-2">
          <label class="block text-12 text-text-3">
            Step
            <Choice name="step" value={steps[0] ?? ''} options={named(steps)} onChange$={(_, field) => (step.value = field.value)} />
          </label>
          <label class="block text-12 text-text-3">
            For how long
            <input name="ttl" class="field mt-1 block w-full" placeholder="until it is removed; or 30m, 2h, 7d" autoComplete="off" spellcheck={false} />
          </label>
        </div>
        <fieldset class="m-0 border-0 p-0">
          <legend class="mb-1 text-12 text-text-3">Its answers</legend>
          <MockAnswers step={step.value} answers={answers.value} change$={(next) => (answers.value = next)} />
        </fieldset>
        <div>
          <button type="submit" class="btn btn-primary" disabled={busy.value}>
            Set mock
          </button>
        </div>
      </form>
      <details class="mt-4 max-w-[720px]">
        <summary class="cursor-pointer text-13 font-medium">Run once with mocks of its own</summary>
        <form preventdefault:submit onSubmit$={runOnce} class="mt-2 grid gap-3">
          <p class="text-13 text-text-2">Nothing of this run goes out: a step with an effect that is not mocked fails.</p>
          <label class="block text-12 text-text-3">
            Mocks, by step
            <textarea
              name="mocks"
              class="field mono mt-1 block w-full py-2 text-12"
              style={{ height: '96px' }}
              spellcheck={false}
              value={`{ "${steps[0] ?? 'step'}": { "output": {} } }`}
            />
          </label>
          <label class="block text-12 text-text-3">
            Trigger data
            <textarea name="data" class="field mono mt-1 block w-full py-2 text-12" style={{ height: '72px' }} spellcheck={false} value="{}" />
          </label>
          <div>
            <button type="submit" class="btn" disabled={busy.value}>
              Run
            </button>
          </div>
        </form>
      </details>
    </section>
  );
});

function readJson(text: string): { value: Json } | { problem: ProblemBody } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: mistake(`That is not JSON: ${(error as Error).message}`, 'invalid_json') };
  }
}
