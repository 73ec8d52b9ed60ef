/** How long the company keeps what has ended, what the last sweep removed, and the dialog in which an owner decides it. */
import { $, component$ } from '@builder.io/qwik';
import { RETENTION_KINDS } from '#contracts/retention';
import { Confirm } from '~/components/ui/confirm';
import { Moment } from '~/components/ui/moment';
import { send } from '~/lib/api';
import type { RetentionItem } from '~/lib/api-types';
import { boundWords, keptWords, removedWords, retentionRequestOf, WHAT } from '~/lib/retention';
import { toastNext } from '~/lib/toast';

export const RetentionSection = component$<{ set: RetentionItem; mayChange: boolean; now: number }>(({ set, mayChange, now }) => {
  const { own, retention, bounds, plan, last_sweep } = set;
  const save = $(async (fields: { [name: string]: string }) => {
    const failed = await send('PUT', `/api/v1/tenants/${encodeURIComponent(set.tenant)}/retention`, retentionRequestOf(fields));
    if (failed) return failed;
    toastNext({ text: 'It is saved. What is older goes with the next daily sweep.' });
    location.assign('/security');
    return undefined;
  });
  return (
    <section aria-labelledby="retention" class="border-b border-line px-3 pt-4 pb-5 sm:px-4">
      <div class="mb-1 flex min-h-9 flex-wrap items-center gap-3">
        <h2 id="retention" class="text-16 font-semibold">
          How long it is kept
        </h2>
        <span class="ml-auto">
          <Confirm
            label="Change"
            describe="Change how long it is kept"
            title="How long what has ended is kept"
            verb="Save"
            disabled={!mayChange}
            hint={mayChange ? undefined : 'This needs the role owner in the company.'}
            width={480}
            act={save}
          >
            <p class="mb-3">Days. What is older is removed for good once a day. Numbers left empty are those of the plan {plan}.</p>
            {RETENTION_KINDS.map((kind) => (
              <label key={kind} class="mb-3 block">
                <span>{WHAT[kind]}</span>
                <input class="field mt-1 block w-full" name={kind} type="number" min={1} max={36500} inputMode="numeric" value={own[kind] ?? ''} />
                <span class="mt-1 block text-12 text-text-3">{boundWords(bounds[kind])}</span>
              </label>
            ))}
          </Confirm>
        </span>
      </div>
      <p class="max-w-[720px] text-13 text-text-2">
        Nothing that still runs is removed, nor what may yet be resumed.{' '}
        {last_sweep ? (
          <>
            The last sweep, <Moment at={last_sweep.at} now={now} />, removed {removedWords(last_sweep.removed)}.
          </>
        ) : (
          'There was no sweep yet.'
        )}
      </p>
      <dl class="mt-3 grid max-w-[720px] grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-1 text-13">
        {RETENTION_KINDS.map((kind) => [
          <dt key={`${kind}-name`} class="text-text-2">
            {WHAT[kind]}
          </dt>,
          <dd key={`${kind}-value`} class="text-right tabular-nums">
            {keptWords(kind, retention[kind])}
          </dd>,
        ])}
      </dl>
    </section>
  );
});
