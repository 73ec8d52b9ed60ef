/** Opens a circuit breaker by hand, for a while or until somebody closes it, and closes it again. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { post } from '~/lib/api';
import type { BreakerItem } from '~/lib/api-types';
import { breakerApi } from '~/lib/breaker-links';
import { toastNext } from '~/lib/toast';

type Order = { action: 'open' | 'close'; for?: string; note?: string };

export const BreakerButtons = component$<{ breaker: BreakerItem }>(({ breaker }) => {
  const order = $(async (fields: { [name: string]: string }, action: Order['action']) => {
    const body: Order = { action, ...(fields.for ? { for: fields.for } : {}), ...(fields.note ? { note: fields.note } : {}) };
    const answer = await post(breakerApi(breaker), body);
    if (!answer.ok) return answer.problem;
    toastNext({ text: `${breaker.name} is ${action === 'open' ? 'open' : 'closed'}.` });
    location.reload();
  });
  return (
    <span class="flex justify-end gap-2">
      {breaker.status !== 'closed' && (
        <Confirm
          label="Close"
          describe={`Close ${breaker.name}`}
          title={`Close ${breaker.name}`}
          verb="Close it"
          keep="Leave it"
          button="btn btn-small"
          harmless
          act={$((fields: { [name: string]: string }) => order(fields, 'close'))}
        >
          <p>Calls go out again at once, in every execution. {breaker.failure_threshold} failures in a row open it again.</p>
          <Note />
        </Confirm>
      )}
      {(breaker.status !== 'open' || breaker.retry_at !== null) && (
        <Confirm
          label={breaker.status === 'open' ? 'Keep open' : 'Open'}
          describe={`${breaker.status === 'open' ? 'Keep open' : 'Open'} ${breaker.name}`}
          title={`${breaker.status === 'open' ? 'Keep open' : 'Open'} ${breaker.name}`}
          verb={breaker.status === 'open' ? 'Keep it open' : 'Open it'}
          keep="Leave it"
          button="btn btn-small btn-danger"
          act={$((fields: { [name: string]: string }) => order(fields, 'open'))}
        >
          <p>No call goes out any more. Steps get their fallback, or fail with circuit_open; retries wait.</p>
          <label class="mt-3 block">
            For how long
            <input class="field mt-1 w-full" name="for" placeholder="10m; empty: until somebody closes it" autocomplete="off" maxLength={20} />
          </label>
          <Note />
        </Confirm>
      )}
    </span>
  );
});

const Note = () => (
  <label class="mt-3 block">
    Why
    <input class="field mt-1 w-full" name="note" placeholder="stands in the history" autocomplete="off" maxLength={300} />
  </label>
);
