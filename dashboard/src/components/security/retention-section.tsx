/** How long the company keeps what has ended, what the last sweep removed, and what the next one will; owners decide it in a dialog. */
import { component$ } from '@builder.io/qwik';
import { RETENTION_KINDS } from '#contracts/retention';
import { RetentionDialog } from '~/components/security/retention-dialog';
import { Facts } from '~/components/ui/facts';
import { Moment } from '~/components/ui/moment';
import type { RetentionItem } from '~/lib/api-types';
import { executionsWords, keptWords, removedWords, WHAT } from '~/lib/retention';

export const RetentionSection = component$<{ set: RetentionItem; mayChange: boolean; now: number }>(({ set, mayChange, now }) => {
  const { retention, last_sweep, next_sweep } = set;
  return (
    <section aria-labelledby="retention" class="border-b border-line px-3 pt-4 pb-5 sm:px-4">
      <div class="mb-1 flex min-h-9 flex-wrap items-center gap-3">
        <h2 id="retention" class="text-16 font-semibold">
          Retention
        </h2>
        <span class="ml-auto">
          <RetentionDialog set={set} mayChange={mayChange} now={now} />
        </span>
      </div>
      <p class="max-w-[720px] text-13 text-text-2">
        How long data is kept. What is older is removed for good once a day. Nothing that still runs is removed, nor what may yet be resumed, replayed or asked
        for again under its key.
      </p>
      <div class="mt-3">
        <Facts facts={RETENTION_KINDS.map((kind) => [WHAT[kind], keptWords(kind, retention[kind])])} />
      </div>
      <p class="mt-3 max-w-[720px] text-13 text-text-2">
        {next_sweep && (
          <>
            The next sweep, <Moment at={next_sweep.at} now={now} />, removes {executionsWords(next_sweep)}.{' '}
          </>
        )}
        {last_sweep ? (
          <>
            The last one, <Moment at={last_sweep.at} now={now} />, removed {removedWords(last_sweep.removed)}.
          </>
        ) : (
          'There was none yet.'
        )}
      </p>
    </section>
  );
});
