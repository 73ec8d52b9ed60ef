/** How far the move of the company is; asked anew until it is over. What was moved is shown with its hashes. */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { JobFault, JobState, RequestedBy } from '~/components/regions/job-state';
import { StageCounts } from '~/components/regions/stage-counts';
import { Confirm } from '~/components/ui/confirm';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import type { AnyStatus } from '~/components/ui/status-mark';
import type { ActorNames } from '~/lib/actors';
import { call, send } from '~/lib/api';
import type { MoveItem } from '~/lib/api-types';
import { moveWords } from '~/lib/regions';
import { toastNext } from '~/lib/toast';

const ASK_EVERY_MS = 2000;

export const MoveProgress = component$<{ move: MoveItem; mayCancel: boolean; names: ActorNames; now: number }>(({ move, mayCancel, names, now }) => {
  const state = useSignal(move);
  const problem = useSignal<ProblemBody>();
  useVisibleTask$(({ cleanup }) => {
    if (state.value.status === 'completed') return;
    const timer = setInterval(async () => {
      const answer = await call<MoveItem>(`/api/v1/tenants/${encodeURIComponent(move.tenant)}/move`);
      // Called off, and over: the page is as it was before.
      if (!answer.ok && answer.problem.status === 404) return location.assign('/regions');
      // Between two homes nobody answers for a moment.
      problem.value = answer.ok || answer.problem.code === 'tenant_moving' ? undefined : answer.problem;
      if (!answer.ok) return;
      state.value = answer.value;
      if (answer.value.status === 'completed') location.assign('/regions');
    }, ASK_EVERY_MS);
    cleanup(() => clearInterval(timer));
  });
  const cancel = $(async () => {
    const failed = await send('DELETE', `/api/v1/tenants/${encodeURIComponent(move.tenant)}/move`);
    if (failed) return failed;
    toastNext({ text: 'The move is called off.' });
    location.assign('/regions');
  });
  const { tenant, from, to, status, requested_by, requested_at, finished_at, moved, fault, switched_at } = state.value;
  const mark: AnyStatus = status === 'completed' ? 'completed' : fault ? 'retrying' : 'running';
  const isRevocable = switched_at === undefined && ['closing', 'stilling', 'sending', 'comparing'].includes(status);
  return (
    <SettingSection
      id="moving"
      title={status === 'completed' ? `${tenant} has moved from ${from} to ${to}` : `${tenant} is moving from ${from} to ${to}`}
      actions={
        isRevocable &&
        mayCancel && (
          <Confirm label="Call off" describe="Call off the move" title="Call off the move" verb="Call off" keep="Go on" width={440} act={cancel}>
            <p>
              Everything goes on in {from}, and what was sent to {to} is erased there.
            </p>
          </Confirm>
        )
      }
    >
      <RequestedBy by={requested_by} at={requested_at} names={names} now={now} then="over" thenAt={finished_at} />
      <JobState status={mark}>{moveWords(state.value)}</JobState>
      <JobFault fault={fault} />
      <ProblemNotice problem={problem.value} />
      {moved.length > 0 && <StageCounts counts={moved} label="Moved" verb="Moved" over="names and contents" />}
    </SettingSection>
  );
});
