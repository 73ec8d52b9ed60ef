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

export const ErrorDetails = ({ error }: { error?: ErrorInfo }) => {
  if (!error) return <p class="px-1 text-13 text-text-3">No error.</p>;
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
        {error.hint && (
          <>
            <dt class="text-text-3">Hint</dt>
            <dd>{error.hint}</dd>
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
