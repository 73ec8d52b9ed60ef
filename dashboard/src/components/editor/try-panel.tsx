/**
 * Runs the text as it stands, saved or not: in memory, with mocks for all that would go out. How it went stands beside
 * the text; a step leads to its lines, and its output stands at their end.
 */
import { $, component$, type QRL, type Signal, useComputed$, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import type { Trial } from '#contracts/api-trial';
import type { ProblemBody } from '#contracts/problems';
import { TrialMocks } from '~/components/editor/trial-mocks';
import { TrialResult } from '~/components/editor/trial-result';
import { signalIn, TrialSignals } from '~/components/editor/trial-signals';
import type { MountedEditor } from '~/components/editor/use-editor';
import type { Validation } from '~/components/editor/use-validation';
import { answersBelow, answersIn } from '~/components/mocks/answers-in';
import { Choice } from '~/components/ui/choice';
import { valuesOf } from '~/components/ui/form-values';
import { Icon } from '~/components/ui/icon';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { NO_SIGNAL, type OpenSteps, openSteps, runLines, sampleTrigger, siteOf, stepAtLine, TRIAL_ANSWER, type TrialForm, trialBody } from '~/editor/trial';
import { post } from '~/lib/api';

interface Props {
  text: Signal<string>;
  editor: MountedEditor;
  validation: Signal<Validation | undefined>;
  /** Of the cursor in the text, 1-based. */
  line: Signal<number>;
  /** Whose files the text may name. */
  workflow?: string;
  close$: QRL<() => unknown>;
}

export const TryPanel = component$<Props>(({ text, editor, validation, line, workflow, close$ }) => {
  const form = useStore<TrialForm>({ pipeline: '', trigger: '', mocks: {}, signals: {} });
  /** What was put there as a beginning: what somebody wrote instead stays, whichever pipeline is chosen. */
  const sample = useSignal('');
  const setup = useSignal<HTMLDetailsElement>();
  const busy = useSignal(false);
  const error = useSignal('');
  const problem = useSignal<ProblemBody>();
  const trial = useSignal<Trial>();
  const chosen = useSignal<string>();
  const cursor = useSignal<string>();

  const pipelines = useComputed$(() => validation.value?.outline?.pipelines ?? []);
  const open = useComputed$(() => openSteps(pipelines.value.find(({ name }) => name === form.pipeline)?.steps ?? []));
  const choosePipeline = $((name: string) => {
    const pipeline = pipelines.value.find((one) => one.name === name);
    form.pipeline = name;
    if (!pipeline || form.trigger !== sample.value) return;
    sample.value = sampleTrigger(pipeline);
    form.trigger = sample.value;
  });
  useVisibleTask$(({ track }) => {
    const all = track(pipelines);
    if (all.length > 0 && !all.some((one) => one.name === form.pipeline)) return choosePipeline(all[0]!.name);
  });
  useVisibleTask$(({ track, cleanup }) => {
    const [run, step, mounted] = [track(trial), track(chosen), track(editor)];
    const sites = mounted?.followed();
    if (run && mounted && sites) mounted.mark(runLines(sites, run.timeline as never, step));
    cleanup(() => mounted?.mark([]));
  });
  useVisibleTask$(({ track }) => {
    const at = track(line);
    const [run, sites] = [trial.value, editor.value?.followed()];
    const step = run && sites && stepAtLine(sites, run.timeline as never, at);
    if (step !== undefined) cursor.value = `s:${step}`;
  });
  const run = $(async (_: Event, fields: HTMLFormElement) => {
    const typed = typedIn(fields, form, open.value);
    const steps = openSteps(pipelines.value.find(({ name }) => name === typed.pipeline)?.steps ?? []);
    const made = trialBody(text.value, typed, steps, workflow);
    error.value = 'error' in made ? made.error : '';
    if ('error' in made) return;
    busy.value = true;
    problem.value = undefined;
    const answer = await post<Trial>('/api/v1/workflows/try', made.body);
    busy.value = false;
    chosen.value = undefined;
    cursor.value = undefined;
    // The run is of the text as it is: its places move along with what is written from now on.
    editor.value?.follow(answer.ok ? answer.value.outline : undefined);
    trial.value = answer.ok ? answer.value : undefined;
    if (!answer.ok) problem.value = answer.problem;
    else if (setup.value) setup.value.open = false;
  });
  const show = $((name: string, go: boolean) => {
    const sites = editor.value?.followed();
    const site =
      sites &&
      siteOf(
        sites,
        trial.value?.timeline.steps.find((step) => step.name === name),
      );
    if (site) go ? editor.value?.show(site.line) : editor.value?.reveal(site.line);
  });
  const choose = $((step: string | undefined) => {
    chosen.value = step;
    if (step !== undefined) return show(step, false);
  });
  return (
    <aside class="try-panel" aria-label="Try it" data-scroller="true">
      <div class="flex items-center gap-2 px-3 pt-2">
        <h2 class="grow text-14 font-semibold">Try it</h2>
        <button type="button" class="btn btn-quiet btn-icon" aria-label="Close the trial" onClick$={() => close$()}>
          <Icon name="close" />
        </button>
      </div>
      <form class="grid gap-3 px-3 pb-3" preventdefault:submit onSubmit$={run}>
        <p class="text-12 text-text-3">It runs as it stands, saved or not. Nothing goes out and nothing is kept; the clock jumps over what waits.</p>
        <div class="flex items-end gap-2">
          <label class="block min-w-0 grow text-12 text-text-2">
            Pipeline
            <Choice
              name="pipeline"
              value={form.pipeline}
              options={pipelines.value.map(({ name, route }) => [name, route === undefined ? name : `${name} (${route})`] as const)}
              onChange$={(_, field) => choosePipeline(field.value)}
            />
          </label>
          <button type="submit" class="btn btn-primary flex-none" disabled={busy.value || form.pipeline === ''}>
            Run
          </button>
        </div>
        {validation.value && pipelines.value.length === 0 && <p class="text-12 text-text-2">There is no pipeline in the text yet.</p>}
        <details ref={setup} open>
          <summary class="cursor-pointer text-12 text-text-2">What starts it, mocks, and what comes from outside</summary>
          <div class="mt-2 grid gap-3">
            <label class="block text-12 text-text-2">
              What starts it
              <textarea
                name="trigger"
                class="field schema-text mono mt-1 block w-full text-12"
                rows={3}
                spellcheck={false}
                value={form.trigger}
                onInput$={(_, field) => (form.trigger = field.value)}
              />
            </label>
            <TrialMocks steps={[...open.value.effects]} mocks={form.mocks} />
            <TrialSignals steps={open.value.waiting} signals={form.signals} />
          </div>
        </details>
        {error.value && (
          <p class="text-12 text-bad" role="alert">
            {error.value}
          </p>
        )}
        <ProblemNotice problem={problem.value} />
      </form>
      {trial.value && <TrialResult trial={trial.value} chosen={chosen} cursor={cursor} choose$={choose} show$={$((step: string) => show(step, true))} />}
    </aside>
  );
});

/** What the run begins with as it stands on the page; what is not drawn yet is as it was. */
function typedIn(fields: HTMLFormElement, kept: TrialForm, { effects, waiting }: OpenSteps): TrialForm {
  const values = valuesOf(fields);
  return {
    pipeline: values.text('pipeline'),
    trigger: values.typed('trigger'),
    mocks: { ...kept.mocks, ...Object.fromEntries(effects.map((step) => [step, answersIn(answersBelow(fields, step), kept.mocks[step] ?? [TRIAL_ANSWER])])) },
    signals: { ...kept.signals, ...Object.fromEntries(waiting.map(({ name }) => [name, signalIn(fields, name, kept.signals[name] ?? NO_SIGNAL)])) },
  };
}
