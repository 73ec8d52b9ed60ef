/**
 * Runs the text as it stands, saved or not: in memory, with mocks for all that would go out. How it went stands beside
 * the text; a step leads to its lines, and its output stands at their end.
 */
import { $, component$, type QRL, type Signal, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import type { Trial } from '#contracts/api-trial';
import type { ProblemBody } from '#contracts/problems';
import { TrialMocks } from '~/components/editor/trial-mocks';
import { TrialResult } from '~/components/editor/trial-result';
import type { MountedEditor } from '~/components/editor/use-editor';
import { Icon } from '~/components/ui/icon';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { type NamedPipeline, namesIn } from '~/editor/names';
import { runLines, stepOfRun, type TrialForm, trialBody } from '~/editor/trial';
import { post } from '~/lib/api';
import { stepTypes } from '~/lib/step-types';

interface Props {
  text: Signal<string>;
  editor: MountedEditor;
  close$: QRL<() => unknown>;
}

export const TryPanel = component$<Props>(({ text, editor, close$ }) => {
  const form = useStore<TrialForm>({ pipeline: '', trigger: '{ "body": {} }', mocks: {} });
  const pipelines = useSignal<NamedPipeline[]>([]);
  /** Types whose steps go out. */
  const outward = useSignal<string[]>();
  const busy = useSignal(false);
  const error = useSignal('');
  const problem = useSignal<ProblemBody>();
  const trial = useSignal<Trial>();
  const chosen = useSignal<string>();

  useVisibleTask$(async () => {
    const types = await stepTypes();
    outward.value = types.filter((type) => type.kind === 'activity' && !type.pure).map((type) => type.type);
  });
  useVisibleTask$(({ track, cleanup }) => {
    const now = track(text);
    const timer = setTimeout(
      () => {
        pipelines.value = namesIn(now.split('\n')).pipelines;
        if (!pipelines.value.some((one) => one.name === form.pipeline)) form.pipeline = pipelines.value[0]?.name ?? '';
      },
      pipelines.value.length === 0 ? 0 : 250,
    );
    cleanup(() => clearTimeout(timer));
  });
  useVisibleTask$(({ track, cleanup }) => {
    const [run, step, mounted] = [track(trial), track(chosen), track(editor)];
    if (run && mounted) mounted.mark(runLines(namesIn(mounted.text().split('\n')), run.timeline as never, step));
    cleanup(() => mounted?.mark([]));
  });
  const mocked = (pipelines.value.find((one) => one.name === form.pipeline)?.steps ?? []).filter((step) => outward.value?.includes(step.type ?? ''));
  const run = $(async () => {
    const names = namesIn(text.value.split('\n')).pipelines.find((one) => one.name === form.pipeline)?.steps ?? [];
    const steps = names.filter((step) => outward.value?.includes(step.type ?? '')).map((step) => step.name);
    const made = trialBody(text.value, form, steps);
    error.value = 'error' in made ? made.error : '';
    if ('error' in made) return;
    busy.value = true;
    problem.value = undefined;
    const answer = await post<Trial>('/api/v1/workflows/try', made.body);
    busy.value = false;
    chosen.value = undefined;
    trial.value = answer.ok ? answer.value : undefined;
    if (!answer.ok) problem.value = answer.problem;
  });
  const choose = $((step: string) => {
    chosen.value = chosen.value === step ? undefined : step;
    const place = stepOfRun(namesIn(text.value.split('\n')), trial.value!.timeline.pipeline, step);
    if (chosen.value !== undefined && place) editor.value?.show(place.line + 1, 1);
  });
  return (
    <aside class="try-panel" aria-label="Try it">
      <div class="flex items-center gap-2 px-3 pt-2">
        <h2 class="grow text-14 font-semibold">Try it</h2>
        <button type="button" class="btn btn-quiet btn-icon" aria-label="Close the trial" onClick$={() => close$()}>
          <Icon name="close" />
        </button>
      </div>
      <form class="grid gap-3 px-3 pb-3" preventdefault:submit onSubmit$={run}>
        <p class="text-12 text-text-3">It runs as it stands, saved or not. Nothing goes out and nothing is kept; the clock jumps over what waits.</p>
        <label class="block text-12 text-text-2">
          Pipeline
          <select class="field mt-1 block w-full" onChange$={(_, field) => (form.pipeline = field.value)}>
            {pipelines.value.map(({ name }) => (
              <option key={encodeURIComponent(name)} value={name} selected={name === form.pipeline}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="block text-12 text-text-2">
          What starts it
          <textarea
            class="field schema-text mono mt-1 block w-full text-12"
            rows={3}
            spellcheck={false}
            value={form.trigger}
            onInput$={(_, field) => (form.trigger = field.value)}
          />
        </label>
        <TrialMocks steps={mocked.map((step) => step.name)} mocks={form.mocks} />
        {error.value && (
          <p class="text-12 text-bad" role="alert">
            {error.value}
          </p>
        )}
        <ProblemNotice problem={problem.value} />
        <button type="submit" class="btn btn-primary justify-self-start" disabled={busy.value || form.pipeline === '' || outward.value === undefined}>
          Run
        </button>
      </form>
      {trial.value && <TrialResult trial={trial.value} chosen={chosen.value} choose$={choose} />}
    </aside>
  );
});
