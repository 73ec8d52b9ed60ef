/** Deploys a version: where to, and what it means for what runs there. */
import { $, component$, type QRL, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Impact } from '#contracts/migration';
import type { ProblemBody } from '#contracts/problems';
import { ImpactReport } from '~/components/applications/impact-report';
import { DialogActions } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { call, post } from '~/lib/api';
import { PRODUCTION } from '~/lib/environment';
import { toastNext } from '~/lib/toast';

interface Props {
  workflow: { id: string; name: string };
  version: number;
  /** Where it is deployed already. */
  environments: string[];
  /** Words of the button that leaves it as it is, and what that does. */
  later: string;
  close$: QRL<() => unknown>;
}

export const DeployPanel = component$<Props>(({ workflow, version, environments, later, close$ }) => {
  const environment = useSignal(environments.includes(PRODUCTION) ? PRODUCTION : (environments[0] ?? PRODUCTION));
  const report = useSignal<Impact>();
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  /** What it means for what runs there; true where that lets it be deployed without another look. */
  const ask = $(async (asked: string): Promise<boolean> => {
    environment.value = asked;
    report.value = undefined;
    problem.value = undefined;
    if (!environments.includes(asked)) return true;
    const query = new URLSearchParams({ environment: asked, limit: '100' });
    const answer = await call<Impact>(`/api/v1/workflows/${workflow.id}/versions/${version}/impact?${query}`);
    if (environment.value !== asked) return false;
    if (answer.ok) report.value = answer.value;
    else problem.value = answer.problem;
    return answer.ok && answer.value.counts.blocked === 0;
  });
  useVisibleTask$(() => void ask(environment.value), { strategy: 'document-ready' });
  /** What it means is said before it can be done. */
  const asking = environments.includes(environment.value) && !report.value && !problem.value;
  const stuck = report.value?.counts.blocked ?? 0;
  const deploy = $(async (_: Event, form: HTMLFormElement) => {
    const to = valuesOf(form).text('environment');
    const isTold = !environments.includes(to) || (to === environment.value && (report.value ?? problem.value) !== undefined);
    busy.value = true;
    if (!isTold && !(await ask(to))) {
      busy.value = false;
      return;
    }
    problem.value = undefined;
    const answer = await post('/api/v1/deployments', { workflow_id: workflow.id, version, environment: to });
    busy.value = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    toastNext({ text: `Version ${version} of ${workflow.name} runs in ${to}.` });
    location.assign(`/applications/${workflow.id}`);
  });
  return (
    <form preventdefault:submit onSubmit$={deploy}>
      <label class="mt-3 block text-12 text-text-2">
        Environment
        <input
          name="environment"
          class="field mt-1 block w-full"
          // The types of the framework do not know it.
          {...({ list: `environments-${version}` } as object)}
          required
          pattern="[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?"
          title="Small letters, digits and hyphens"
          autoComplete="off"
          value={environment.value}
          onChange$={(_, field) => ask(field.value.trim())}
        />
      </label>
      <datalist id={`environments-${version}`}>
        {[...new Set([PRODUCTION, ...environments])].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <div class="mt-3">
        {report.value ? (
          <ImpactReport report={report.value} />
        ) : environments.includes(environment.value) ? (
          !problem.value && <Skeleton label="Asking the executions that run" rows={2} />
        ) : (
          <p class="text-13 text-text-2">It runs nowhere in {environment.value} yet.</p>
        )}
        <p class={['mt-1 text-12', stuck > 0 ? 'text-text' : 'text-text-3']}>
          What runs goes on with the version that it started with{stuck > 0 ? ', also what cannot be moved: nothing of it is lost.' : '.'}
        </p>
      </div>
      <ProblemNotice problem={problem.value} />
      <DialogActions>
        <button type="button" class="btn" onClick$={() => close$()}>
          {later}
        </button>
        <button type="submit" class="btn btn-primary" disabled={busy.value || asking}>
          {`Deploy version ${version}${stuck > 0 ? ' all the same' : ''}`}
        </button>
      </DialogActions>
    </form>
  );
});
