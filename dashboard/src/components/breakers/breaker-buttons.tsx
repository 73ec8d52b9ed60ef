/** Opens a circuit breaker by hand, for a while or until somebody closes it, and closes it again; in its region, or in all of them. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { post } from '~/lib/api';
import type { BreakerDetail, BreakerItem } from '~/lib/api-types';
import { breakerApi } from '~/lib/breaker-links';
import { toastNext } from '~/lib/toast';

type Order = { action: 'open' | 'close'; for?: string; note?: string; everywhere?: true };

interface Props {
  breaker: BreakerItem;
  /** The company has several. */
  regions: boolean;
}

export const BreakerButtons = component$<Props>(({ breaker, regions }) => {
  /** For whoever does not see the row. */
  const named = regions ? `${breaker.name} in ${breaker.region}` : breaker.name;
  const order = $(async (fields: { [name: string]: string }, action: Order['action']) => {
    const everywhere = fields.everywhere === 'true';
    const body: Order = {
      action,
      ...(fields.for ? { for: fields.for } : {}),
      ...(fields.note ? { note: fields.note } : {}),
      ...(everywhere ? { everywhere } : {}),
    };
    const answer = await post<BreakerDetail>(breakerApi(breaker), body, everywhere || !regions ? undefined : breaker.region);
    if (!answer.ok) return answer.problem;
    const silent = (answer.value.regions ?? []).filter((one) => !one.answers).map(({ region }) => region);
    const where = everywhere ? ' everywhere' : regions ? ` in ${breaker.region}` : '';
    toastNext({
      text: `${breaker.name} is ${action === 'open' ? 'open' : 'closed'}${where}${silent.length > 0 ? `, but for ${silent.join(', ')}, which did not answer` : ''}.`,
    });
    location.reload();
  });
  return (
    <span class="flex justify-end gap-2">
      {breaker.status !== 'closed' && (
        <Confirm
          label="Close"
          describe={`Close ${named}`}
          title={`Close ${named}`}
          verb="Close it"
          keep="Leave it"
          button="btn btn-small"
          harmless
          act={$((fields: { [name: string]: string }) => order(fields, 'close'))}
        >
          <p>Calls go out again at once, in every execution. {breaker.failure_threshold} failures in a row open it again.</p>
          <Note />
          {regions && <Everywhere />}
        </Confirm>
      )}
      {(breaker.status !== 'open' || breaker.retry_at !== null) && (
        <Confirm
          label={breaker.status === 'open' ? 'Keep open' : 'Open'}
          describe={`${breaker.status === 'open' ? 'Keep open' : 'Open'} ${named}`}
          title={`${breaker.status === 'open' ? 'Keep open' : 'Open'} ${named}`}
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
          {regions && <Everywhere />}
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

const Everywhere = () => (
  <label class="pick mt-3 flex items-center gap-2">
    <input type="checkbox" name="everywhere" value="true" />
    In all regions of the company
  </label>
);
