/** Other numbers of days, and what they would come to, said before they are saved. */
import { $, component$, type Signal, useSignal } from '@builder.io/qwik';
import { MOST_DAYS, RETENTION_KINDS } from '#contracts/retention';
import { Confirm } from '~/components/ui/confirm';
import { Moment } from '~/components/ui/moment';
import { post, send } from '~/lib/api';
import type { RetentionItem } from '~/lib/api-types';
import { boundWords, executionsWords, forEverField, mayBeForEver, retentionRequestOf, WHAT } from '~/lib/retention';
import { toastNext } from '~/lib/toast';

export const RetentionDialog = component$<{ set: RetentionItem; mayChange: boolean; now: number }>(({ set, mayChange, now }) => {
  const { tenant, own, bounds, plan } = set;
  const path = `/api/v1/tenants/${encodeURIComponent(tenant)}/retention`;
  const next = useSignal(set.next_sweep);
  const refusal = useSignal<string>();
  /** The newest question: an older answer that comes late says nothing. */
  const asked = useSignal(0);
  const preview = $(async (_: Event, fields: HTMLElement) => {
    const mine = ++asked.value;
    const typed = [...fields.querySelectorAll('input')].map(({ name, value, type, checked }) => [name, type !== 'checkbox' || checked ? value.trim() : '']);
    const answer = await post<RetentionItem>(`${path}/preview`, retentionRequestOf(Object.fromEntries(typed), own, bounds));
    if (mine !== asked.value) return;
    refusal.value = answer.ok ? undefined : (answer.problem.errors?.[0]?.message ?? answer.problem.detail ?? answer.problem.title);
    if (answer.ok) next.value = answer.value.next_sweep;
  });
  const save = $(async (fields: { [name: string]: string }) => {
    const failed = await send('PUT', path, retentionRequestOf(fields, own, bounds));
    if (failed) return failed;
    toastNext({ text: 'The retention is saved. Where it became shorter, nothing is removed by it for a day.' });
    location.assign('/security');
    return undefined;
  });
  return (
    <Confirm
      label="Change"
      describe="Change the retention"
      title="Retention"
      verb="Save"
      button="btn"
      disabled={!mayChange}
      hint={mayChange ? undefined : 'This needs the role owner in the company.'}
      width={480}
      act={save}
    >
      <p class="mb-3">Days. Numbers left empty are those of the plan {plan}.</p>
      <div onInput$={preview}>
        {RETENTION_KINDS.map((kind) => (
          <div key={kind} class="mb-3">
            <label class="block">
              <span>{WHAT[kind]}</span>
              <input
                class="field mt-1 block w-full"
                name={kind}
                type="number"
                min={1}
                max={MOST_DAYS}
                inputMode="numeric"
                value={own[kind] ?? ''}
                placeholder={own[kind] === null ? 'for ever' : undefined}
              />
              <span class="mt-1 block text-12 text-text-3">{boundWords(bounds[kind])}</span>
            </label>
            {mayBeForEver(bounds[kind]) && (
              <label class="mt-1 flex items-center gap-2">
                <input type="checkbox" name={forEverField(kind)} checked={own[kind] === null} />
                <span>{WHAT[kind]} for ever, whatever the number says</span>
              </label>
            )}
          </div>
        ))}
      </div>
      <Preview next={next} refusal={refusal} now={now} />
    </Confirm>
  );
});

/** Apart from the fields: drawn anew with each answer, it leaves alone what is being typed. */
const Preview = component$<{ next: Signal<RetentionItem['next_sweep']>; refusal: Signal<string | undefined>; now: number }>(({ next, refusal, now }) => (
  <p role="status" class="notice min-h-9">
    <span>
      {refusal.value ??
        (next.value ? (
          <>
            With these numbers the next sweep, <Moment at={next.value.at} now={now} />, removes {executionsWords(next.value)}.
          </>
        ) : (
          'No sweep is planned.'
        ))}
    </span>
  </p>
));
