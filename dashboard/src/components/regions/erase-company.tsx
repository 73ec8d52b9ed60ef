/** Begins the erasure of the company; its slug has to be typed. For owners. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { SettingSection } from '~/components/ui/setting-section';
import { TypeToConfirm } from '~/components/ui/type-to-confirm';
import { post } from '~/lib/api';
import type { ErasureItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

export const EraseCompany = component$<{ tenant: string }>(({ tenant }) => {
  const begin = $(async ({ confirm }: { [name: string]: string }) => {
    const answer = await post<ErasureItem>(`/api/v1/tenants/${encodeURIComponent(tenant)}/erasure`, { confirm });
    if (!answer.ok) return answer.problem;
    toastNext({ text: `${tenant} is closed and being erased.` });
    location.assign('/regions');
  });
  return (
    <SettingSection
      id="erasure"
      title="Erase the company"
      actions={
        <Confirm label="Erase" describe={`Erase ${tenant}`} title={`Erase ${tenant}`} verb="Erase everything" keep="Keep it" width={520} act={begin}>
          <p>
            At once nobody gets in and nothing is started. Then everything of {tenant} is erased in every region: executions, running ones where they stand;
            databases, files, secrets, keys, members, the audit log, the name. It cannot be undone or stopped.
          </p>
          <TypeToConfirm text={tenant} />
        </Confirm>
      }
    >
      <p class="max-w-[720px] text-13 text-text-2">
        Everything of {tenant} goes, in every region, and a certificate with hashes of what was erased stays with the operator of the platform.
      </p>
    </SettingSection>
  );
});
