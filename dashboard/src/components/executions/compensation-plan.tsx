/** What a cancel would run, in order, each compensation with its payload. */
import { component$ } from '@builder.io/qwik';
import type { CompensationPlan } from '#contracts/api-compensation-plan';
import { JsonView } from '~/components/ui/json-view';
import { formatExact } from '~/lib/time';

export const CompensationPlanView = component$<{ plan: CompensationPlan }>(({ plan }) => (
  <section aria-label="What would be undone">
    {plan.under_way.map((one) => (
      <p key={one.step} class="mb-2 text-13">
        <span class="mono text-12">{one.step}</span> is under way and ends first
        {one.undone_if_completed ? '; once it has completed it is undone before the others.' : '.'}
      </p>
    ))}
    {plan.waits.map((one) => (
      <p key={one.step} class="mb-2 text-13">
        <span class="mono text-12">{one.step}</span> stops waiting{one.until ? ` (until ${formatExact(one.until)})` : ''}.
      </p>
    ))}
    {plan.steps.length === 0 ? (
      <p class="text-13 text-text-2">Nothing has to be undone so far. It ends {plan.ends_as}.</p>
    ) : (
      <>
        <p class="mb-1 text-13">
          {plan.steps.length === 1 ? 'One step is undone' : `${plan.steps.length} steps are undone`}
          {plan.steps.length > 1 ? (plan.order === 'parallel' ? ', all at the same time' : ', in this order') : ''}. It ends {plan.ends_as}.
        </p>
        <ol class="m-0 max-h-[45vh] list-none overflow-y-auto border border-line p-0">
          {plan.steps.map((one, index) => (
            <li key={one.step} class="border-b border-line px-3 py-2 last:border-b-0">
              <details>
                <summary class="cursor-pointer text-13">
                  {plan.order === 'reverse' && <span class="mr-2 text-text-3">{index + 1}</span>}
                  <span class="font-medium">{one.step}</span> <span class="mono text-12 text-text-3">{one.type}</span>
                  {one.status !== 'planned' && <span class="ml-2 text-12 text-text-2">{one.status}</span>}
                </summary>
                {one.input !== undefined && <JsonView value={one.input} label={`Payload of undoing ${one.step}`} />}
                {one.idempotency_key && (
                  <p class="mt-1 text-12 text-text-3">
                    Key <span class="mono break-all">{one.idempotency_key}</span>
                  </p>
                )}
              </details>
              {one.error && <p class="mt-1 text-12 text-bad">{one.error}</p>}
            </li>
          ))}
        </ol>
      </>
    )}
  </section>
));
