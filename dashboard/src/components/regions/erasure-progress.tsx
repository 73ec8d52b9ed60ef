/** How far the erasure of the company is; asked anew until it is over, or nobody of the company is known any more. */
import { component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { JobFault, JobState, RequestedBy } from '~/components/regions/job-state';
import { StageCounts } from '~/components/regions/stage-counts';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import type { AnyStatus } from '~/components/ui/status-mark';
import type { ActorNames } from '~/lib/actors';
import { call } from '~/lib/api';
import type { ErasureItem } from '~/lib/api-types';
import { STAGE_WORDS } from '~/lib/regions';

const ASK_EVERY_MS = 2000;

export const ErasureProgress = component$<{ erasure: ErasureItem; names: ActorNames; now: number }>(({ erasure, names, now }) => {
  const state = useSignal(erasure);
  const lost = useSignal(false);
  const problem = useSignal<ProblemBody>();
  useVisibleTask$(({ cleanup }) => {
    if (state.value.status === 'completed') return;
    const timer = setInterval(async () => {
      const answer = await call<ErasureItem>(`/api/v1/tenants/${encodeURIComponent(erasure.tenant)}/erasure`);
      problem.value = undefined;
      if (answer.ok) state.value = answer.value;
      else if ([401, 403, 404].includes(answer.problem.status)) lost.value = true;
      else problem.value = answer.problem;
      if (lost.value || state.value.status === 'completed') clearInterval(timer);
    }, ASK_EVERY_MS);
    cleanup(() => clearInterval(timer));
  });
  const { tenant, status, stage, requested_by, requested_at, erased, rounds, fault } = state.value;
  const mark: AnyStatus = status === 'completed' ? 'completed' : fault ? 'retrying' : 'running';
  return (
    <SettingSection id="erasure" title={status === 'completed' ? `${tenant} is erased` : `${tenant} is being erased`}>
      <RequestedBy by={requested_by} at={requested_at} names={names} now={now} />
      {lost.value ? (
        <p class="notice max-w-[720px]" role="status">
          Members and sessions are erased too, so this page can follow no further. The operator of the platform reads the certificate with GET /api/v1/erasures.
        </p>
      ) : (
        <JobState status={mark}>{words(status, stage, rounds)}</JobState>
      )}
      <JobFault fault={fault} />
      <ProblemNotice problem={problem.value} />
      {erased.length > 0 && <StageCounts counts={erased} label="Erased so far" verb="Erased" over="the names" />}
    </SettingSection>
  );
});

function words(status: ErasureItem['status'], stage: ErasureItem['stage'], rounds: number): string {
  switch (status) {
    case 'closing':
      return 'Nobody gets in any more. Erasing begins when every part of the platform knows it, after twelve seconds.';
    case 'erasing':
      return `Erasing now: ${inWords(stage)}.`;
    case 'settling':
      return 'Everything found is erased. In ten seconds it is searched again for what came in meanwhile.';
    case 'verifying':
      return `Searching again, gone through ${rounds} ${rounds === 1 ? 'time' : 'times'} so far: ${inWords(stage)}.`;
    case 'elsewhere':
      return 'Nothing is left here. Other regions erase what lived there.';
    case 'completed':
      return 'Nothing is left in any region, and the certificate is written.';
  }
}

function inWords(stage: ErasureItem['stage']): string {
  return STAGE_WORDS[stage].toLowerCase();
}
