/** Begins the move of the company to another region; its slug has to be typed. For owners. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { TypeToConfirm } from '~/components/ui/type-to-confirm';
import { post } from '~/lib/api';
import type { MoveItem, TenantRegionsItem } from '~/lib/api-types';
import { moveTargets } from '~/lib/regions';
import { toastNext } from '~/lib/toast';

export const MoveCompany = component$<{ regions: TenantRegionsItem }>(({ regions }) => {
  const { tenant, home } = regions;
  const targets = moveTargets(regions);
  const begin = $(async ({ to, confirm }: { [name: string]: string }) => {
    const answer = await post<MoveItem>(`/api/v1/tenants/${encodeURIComponent(tenant)}/move`, { to, confirm });
    if (!answer.ok) return answer.problem;
    toastNext({ text: `${tenant} is on its way to ${to}.` });
    location.assign('/regions');
  });
  return (
    <section aria-labelledby="move" class="border-b border-line px-3 pt-4 pb-5 sm:px-4">
      <div class="mb-1 flex min-h-9 flex-wrap items-center gap-3">
        <h2 id="move" class="text-16 font-semibold">
          Move to another region
        </h2>
        <span class="ml-auto">
          <Confirm
            label="Move"
            describe={`Move ${tenant}`}
            title={`Move ${tenant}`}
            verb="Move everything"
            keep="Stay"
            harmless
            width={520}
            disabled={targets.length === 0}
            hint={targets.length === 0 ? 'There is no other region in which nothing of the company runs.' : undefined}
            act={begin}
          >
            <p>
              Everything of {tenant} goes from {home} to the new home: executions with what they wait for, databases, files, secrets, keys, members, the audit
              log. Until it is there new work is answered with 503 and a time to try again; reading goes on. What was running goes on there under the same ids.
            </p>
            <label class="mt-3 block">
              <span>New home</span>
              <select class="field mt-1 block w-full" name="to" required>
                {targets.map((region) => (
                  <option key={region} value={region}>
                    {region}
                  </option>
                ))}
              </select>
            </label>
            <TypeToConfirm text={tenant} />
          </Confirm>
        </span>
      </div>
      <p class="max-w-[720px] text-13 text-text-2">
        Everything of {tenant} moves out of {home}, nothing is lost and nothing stays behind. It can be called off until the new home takes over.
      </p>
    </section>
  );
});
