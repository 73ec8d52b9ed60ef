/** An error: what happened, its code and cause, what to try. */
import type { ErrorInfo } from '#contracts/problems';
import { JsonView } from '~/components/ui/json-view';

const TITLES: Partial<Record<string, string>> = {
  upstream_status: 'The other side answered with an error',
  connection_failed: 'The other side could not be reached',
  step_timeout: 'The step took longer than its timeout',
  validation_failed: 'The data does not satisfy the rules',
  template_error: 'A template could not be evaluated',
  missing_value: 'A template names a value that is not there',
  expression_error: 'A condition could not be evaluated',
  compensation_failed: 'A compensation gave up',
  database_error: 'The database refused the statement',
};

/** What to look at first, where the error itself does not say. */
const HINTS: Partial<Record<string, string>> = {
  upstream_status: 'Its answer is below, where it gave one. Replay from this step once the other side is mended.',
  connection_failed: 'See whether the host is up, its name is right, and the rules under Security let it be called. Replay from this step afterwards.',
  step_timeout: 'Give the step a longer timeout, or see why the other side is slow; what it did may have been done all the same.',
  validation_failed: 'Compare the input with the rules of the step; replay with another trigger once it is right.',
  missing_value: 'See under Time travel what the step could see then.',
  compensation_failed: 'Mend the other side, then resume undoing.',
};

export const ErrorDetails = ({ error }: { error?: ErrorInfo }) => {
  if (!error) return <p class="px-1 text-13 text-text-3">No error.</p>;
  const hint = error.hint ?? HINTS[error.code];
  return (
    <div class="grid gap-3 text-13">
      <div class="notice notice-bad block">
        {TITLES[error.code] && <p class="font-medium">{TITLES[error.code]}</p>}
        <p class={TITLES[error.code] ? 'text-text-2' : 'font-medium'}>{error.message}</p>
      </div>
      <dl class="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 px-1">
        <dt class="text-text-3">Code</dt>
        <dd class="mono text-12 leading-5">{error.code}</dd>
        {error.status !== undefined && (
          <>
            <dt class="text-text-3">Status</dt>
            <dd>{error.status}</dd>
          </>
        )}
        <dt class="text-text-3">Retryable</dt>
        <dd>{error.retryable ? 'Yes, the same call may succeed later' : 'No, the same call would fail again'}</dd>
        {error.retry_after_ms !== undefined && (
          <>
            <dt class="text-text-3">Retry after</dt>
            <dd>{Math.round(error.retry_after_ms / 1000)} s, asked for by the other side</dd>
          </>
        )}
        {hint && (
          <>
            <dt class="text-text-3">Hint</dt>
            <dd>{hint}</dd>
          </>
        )}
      </dl>
      {error.details !== undefined && (
        <section>
          <h3 class="mb-1 px-1 text-12 font-medium text-text-3">Cause</h3>
          <JsonView value={error.details} label="Cause" />
        </section>
      )}
    </div>
  );
};
