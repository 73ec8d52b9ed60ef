/** Starts a pipeline by hand, with data as JSON or as a form where the pipeline says its shape, and goes to the execution. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/schema-form/data-field';
import { dataIn, jsonOf, useData } from '~/components/schema-form/data-state';
import { Choice } from '~/components/ui/choice';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { call, post } from '~/lib/api';
import type { Deployed, VersionDetail } from '~/lib/api-types';
import { PRODUCTION } from '~/lib/environment';

interface Props {
  workflow: { id: string; name: string };
  pipeline: string;
  /** Type of what starts it otherwise. */
  trigger: string | undefined;
  /** Where it runs. */
  deployed: Deployed[];
}

export const RunDialog = component$<Props>(({ workflow, pipeline, trigger, deployed }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const first = (deployed.find((one) => one.environment === PRODUCTION) ?? deployed[0])?.environment ?? '';
  const environment = useSignal(first);
  const given = useData('{}');
  const problem = useSignal<ProblemBody>();
  const invalid = useSignal('');
  const busy = useSignal(false);
  const schema = $(async () => {
    const version = deployed.find((one) => one.environment === environment.value)?.version;
    const answer = await call<VersionDetail>(`/api/v1/workflows/${workflow.id}/versions/${version}`);
    const shape = answer.ok ? answer.value.definition.pipelines[pipeline]?.schema?.schema : undefined;
    return shape;
  });
  const start = $(async (_: Event, form: HTMLFormElement) => {
    const to = valuesOf(form).text('environment') || environment.value;
    const { text, faults } = dataIn(form, given);
    given.faults = faults;
    if (Object.keys(faults).length > 0) return;
    let data: Json;
    try {
      data = jsonOf(text);
      invalid.value = '';
    } catch (error) {
      invalid.value = `This is not JSON: ${(error as Error).message}`;
      return;
    }
    busy.value = true;
    problem.value = undefined;
    const body = { workflow: workflow.id, pipeline, data, environment: to };
    const answer = await post<{ execution_id: string }>('/api/v1/executions', body);
    busy.value = false;
    if (answer.ok) location.assign(`/executions/${answer.value.execution_id}`);
    else problem.value = answer.problem;
  });
  return (
    <Dialog
      label="Run"
      describe={`Run ${pipeline}`}
      title={`Run ${pipeline}`}
      button="btn btn-small"
      width={520}
      dialog={dialog}
      disabled={deployed.length === 0}
      hint={deployed.length === 0 ? 'It runs nowhere yet: deploy a version first, under Versions.' : undefined}
    >
      <form preventdefault:submit onSubmit$={start}>
        <p class="mb-3 text-13 text-text-2">This starts a real execution: its calls go out.</p>
        {deployed.length > 1 && (
          <label class="mb-3 block text-12 text-text-3">
            Environment
            <Choice
              name="environment"
              value={first}
              options={deployed.map(({ environment: one, version }) => [one, `${one}, version ${version}`] as const)}
              onChange$={(_, field) => (environment.value = field.value)}
            />
          </label>
        )}
        <DataField
          label={trigger === 'http' || trigger === 'webhook' ? 'Trigger data, as the body of the request' : 'Trigger data'}
          height={140}
          data={given}
          schema$={schema}
          invalid={invalid.value !== ''}
        />
        {invalid.value && (
          <p class="mt-1 text-12 text-bad" role="alert">
            {invalid.value}
          </p>
        )}
        <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value || Object.keys(given.faults).length > 0} verb="Start" />
      </form>
    </Dialog>
  );
});
