/** All data of the company as one archive: begun, followed, fetched, erased. For owners. */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { JobFault, JobState, RequestedBy } from '~/components/regions/job-state';
import { Confirm } from '~/components/ui/confirm';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import type { AnyStatus } from '~/components/ui/status-mark';
import type { ActorNames } from '~/lib/actors';
import { call, send } from '~/lib/api';
import type { TenantExportItem } from '~/lib/api-types';
import { STAGE_WORDS } from '~/lib/regions';
import { formatBytes, formatCount } from '~/lib/time';
import { toastNext } from '~/lib/toast';

const ASK_EVERY_MS = 2000;

export const CompanyExport = component$<{ tenant: string; takeout?: TenantExportItem; names: ActorNames; now: number }>(({ tenant, takeout, names, now }) => {
  const path = `/api/v1/tenants/${encodeURIComponent(tenant)}/export`;
  const state = useSignal(takeout);
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  useVisibleTask$(({ cleanup }) => {
    if (!state.value || state.value.status === 'completed') return;
    const timer = setInterval(async () => {
      const answer = await call<TenantExportItem>(path);
      if (!answer.ok && answer.problem.status === 404) return location.assign('/regions');
      problem.value = answer.ok ? undefined : answer.problem;
      if (answer.ok) state.value = answer.value;
      if (answer.ok && answer.value.status === 'completed') clearInterval(timer);
    }, ASK_EVERY_MS);
    cleanup(() => clearInterval(timer));
  });
  const begin = $(async () => {
    busy.value = true;
    problem.value = await send('POST', path);
    busy.value = false;
    if (!problem.value) location.assign('/regions');
  });
  const discard = $(async () => {
    const failed = await send('DELETE', path);
    if (failed) return failed;
    toastNext({ text: 'The export is gone.' });
    location.assign('/regions');
  });
  const job = state.value;
  const isDone = job?.status === 'completed';
  const mark: AnyStatus = isDone ? 'completed' : job?.waits_for ? 'waiting' : job?.fault ? 'retrying' : 'running';
  const files = job?.written.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const bytes = job?.written.reduce((sum, each) => sum + each.bytes, 0) ?? 0;
  return (
    <SettingSection
      id="export"
      title="Export the company's data"
      actions={
        <>
          {' '}
          {isDone && (
            <a class="btn btn-primary" href={`${path}/download`} download>
              Download
            </a>
          )}
          {job ? (
            <Confirm
              label={isDone ? 'Erase' : 'Give up'}
              describe={isDone ? 'Erase the archive' : 'Give up the export'}
              title={isDone ? 'Erase the archive' : 'Give up the export'}
              verb={isDone ? 'Erase it' : 'Give up'}
              keep={isDone ? 'Keep it' : 'Go on'}
              width={440}
              act={discard}
            >
              <p>{isDone ? 'The archive can be fetched no more. The data of the company stays as it is.' : 'What is written so far is erased.'}</p>
            </Confirm>
          ) : (
            <button type="button" class="btn" aria-label={`Export ${tenant}`} disabled={busy.value} onClick$={begin}>
              Export
            </button>
          )}
        </>
      }
    >
      {job ? (
        <>
          <RequestedBy by={job.requested_by} at={job.requested_at} names={names} now={now} then="can be fetched until" thenAt={job.expires_at} />
          <JobState status={mark}>
            <span>
              {isDone
                ? 'The archive is complete.'
                : job.waits_for
                  ? 'Waits while the company moves, and begins anew in its new home.'
                  : job.status === 'finishing'
                    ? 'The archive is being closed.'
                    : `Writing now: ${STAGE_WORDS[job.stage].toLowerCase()}.`}
            </span>
            <span class="text-text-2">
              {formatCount(files)} {files === 1 ? 'file' : 'files'}
            </span>
            <span class="text-text-2">{formatBytes(job.size !== undefined && isDone ? job.size : bytes)}</span>
          </JobState>
          {job.left_out.length > 0 && (
            <div class="notice mt-2 max-w-[720px]" role="alert">
              <p>{job.left_out.length} could not be read and are left out; manifest.json in the archive names them.</p>
            </div>
          )}
          <JobFault fault={job.fault} />
        </>
      ) : (
        <p class="max-w-[720px] text-13 text-text-2">
          Everything of {tenant} in its home region as one tar archive, to be fetched for 24 hours. Of secrets, passwords and keys only the names are in it.
        </p>
      )}
      <ProblemNotice problem={problem.value} />
    </SettingSection>
  );
});
