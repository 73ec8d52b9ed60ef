/** What it means that no key is listed. */
import { EmptyState } from '~/components/ui/empty-state';
import { NothingFits } from '~/components/ui/nothing-fits';
import { isKeyFiltered, type KeyFilters, keysPage } from '~/lib/key-filters';

/** `isCut`: there is more to look through. */
export const NoKeys = ({ filters, isCut }: { filters: KeyFilters; isCut: boolean }) => {
  if (isCut)
    return (
      <EmptyState heading="None among the newest">
        <p>A page looks through a bounded number. Search on, or narrow it by application.</p>
      </EmptyState>
    );
  if (isKeyFiltered(filters))
    return (
      <NothingFits
        heading="No key fits these filters"
        hint="A part of a key is enough. Leave something out to see more."
        clear={keysPage({ scope: filters.scope })}
      />
    );
  return filters.scope === 'step' ? (
    <EmptyState heading="No step has a key">
      <p>
        Give a step an <code class="mono">idempotency_key</code>, and its effect is had once under it: whoever comes with the same key gets the result. Keys are
        listed here until an hour after their time.
      </p>
    </EmptyState>
  ) : (
    <EmptyState heading="Nothing was started with a key">
      <p>
        Send <code class="mono">Idempotency-Key</code> with a start, or give a pipeline <code class="mono">idempotency.key_template</code>: a second start with
        the same key answers the first execution. Webhooks and schedules do it by themselves.
      </p>
    </EmptyState>
  );
};
