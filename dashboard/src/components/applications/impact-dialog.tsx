/** What a version means for the executions that run, and moving those that can be moved. Asked for when it is opened. */
import { $, component$, type QRL, useSignal } from '@builder.io/qwik';
import type { Impact } from '#contracts/migration';
import type { ProblemBody } from '#contracts/problems';
import { ImpactReport } from '~/components/applications/impact-report';
import { Choice, named } from '~/components/ui/choice';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { call, post } from '~/lib/api';

interface Props {
  workflow: string;
  environments: string[];
  /** The version that is asked about. */
  version: number;
}

export const ImpactDialog = component$<Props>(({ workflow, environments, version }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const first = environments[0] ?? 'production';
  const environment = useSignal(first);
  const report = useSignal<Impact>();
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  const moved = useSignal<number>();

  const load = $(async () => {
    report.value = undefined;
    problem.value = undefined;
    const query = new URLSearchParams({ environment: environment.value, limit: '100' });
    const answer = await call<Impact>(`/api/v1/workflows/${workflow}/versions/${version}/impact?${query}`);
    if (answer.ok) report.value = answer.value;
    else problem.value = answer.problem;
  });
  const move = $(async () => {
    busy.value = true;
    let count = 0;
    for (let cursor: string | undefined | null; cursor !== null; ) {
      const path = `/api/v1/workflows/${workflow}/versions/${version}/migrate`;
      const answer = await post<{ moved: string[]; next_cursor: string | null }>(path, { environment: environment.value, ...(cursor ? { cursor } : {}) });
      if (!answer.ok) {
        problem.value = answer.problem;
        break;
      }
      count += answer.value.moved.length;
      cursor = answer.value.next_cursor;
    }
    busy.value = false;
    if (problem.value) return;
    await load();
    moved.value = count;
  });
  const begin = $(async () => {
    moved.value = undefined;
    await load();
  });
  return (
    <Dialog
      label="Impact"
      describe={`Impact of version ${version}`}
      title={`Version ${version} and the executions that run`}
      button="btn btn-small"
      width={640}
      dialog={dialog}
      onOpen$={begin}
    >
      <p class="mb-3 text-text-2">
        Each execution goes on with its version, whatever is deployed. Those whose steps so far are the same in this one can be moved.
      </p>
      {environments.length > 1 && (
        <label class="mb-3 block text-12 text-text-3">
          Environment
          <Choice
            class="mt-1 block"
            value={first}
            options={named(environments)}
            onChange$={async (_, field) => {
              environment.value = field.value;
              moved.value = undefined;
              await load();
            }}
          />
        </label>
      )}
      {!report.value && !problem.value && (
        <div class="grid gap-2" role="status" aria-label="Asking the executions that run">
          <span class="skeleton h-5" />
          <span class="skeleton h-5" />
        </div>
      )}
      <ProblemNotice problem={problem.value} />
      {moved.value !== undefined && (
        <p class="mb-2 text-13 text-ok" role="status">
          {moved.value === 1 ? 'One execution was moved.' : `${moved.value} executions were moved.`}
        </p>
      )}
      {report.value && <ImpactReport report={report.value} />}
      <DialogActions>
        <button type="button" class="btn" autoFocus onClick$={() => dialog.value?.close()}>
          Close
        </button>
        {report.value && report.value.counts.movable > 0 && <MoveButton report={report.value} busy={busy.value} move={move} />}
      </DialogActions>
    </Dialog>
  );
});

const MoveButton = ({ report, busy, move }: { report: Impact; busy: boolean; move: QRL<() => Promise<void>> }) => (
  <button type="button" class="btn btn-primary" disabled={busy} onClick$={move}>
    {busy ? 'Moving' : report.next_cursor === null ? `Move ${report.counts.movable}` : 'Move all that can be moved'}
  </button>
);
