/** Begins the move of the company to another region; its slug has to be typed. For owners. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { SettingSection } from '~/components/ui/setting-section';
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
    <SettingSection
      id="move"
      title="Move to another region"
      actions={
        <Confirm
          label="Move"
          describe={`Move ${tenant}`}
          title={`Move ${tenant}`}
          verb="Move everything"
          keep="Stay"
          harmless
          width={520}
          disabled={targets.length === 0}
          hint={targets.length === 0 ? 'There is no other region in which nothing of the company lives. Clear one above, and it can move there.' : undefined}
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
      }
    >
      <p class="max-w-[720px] text-13 text-text-2">
        Everything of {tenant} moves out of {home}, nothing is lost and nothing stays behind. It can be called off until the new home takes over.
      </p>
    </SettingSection>
  );
});
