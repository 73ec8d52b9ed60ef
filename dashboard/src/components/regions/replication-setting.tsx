/** What may leave the home of the company, and the dialog in which an admin decides it. */
import { $, component$ } from '@builder.io/qwik';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { Radio } from '~/components/ui/radio';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import type { TenantRegionsItem } from '~/lib/api-types';
import { replicationChoices, replicationOf } from '~/lib/regions';
import { toastNext } from '~/lib/toast';

export const ReplicationSetting = component$<{ regions: TenantRegionsItem; mayChange: boolean }>(({ regions: { tenant, home, replication }, mayChange }) => {
  const choices = replicationChoices(home);
  const chosen = choices.find(({ value }) => value === (replication ?? 'default'))!;
  const save = $(async (values: FormValues) => {
    const failed = await send('PUT', `/api/v1/tenants/${encodeURIComponent(tenant)}/regions`, {
      replication: replicationOf(values.text('replication')),
    });
    if (failed) return failed;
    toastNext({ text: 'The setting is saved.' });
    location.assign('/regions');
  });
  return (
    <SettingSection
      id="replication"
      title={`What may leave ${home}`}
      actions={
        <FormDialog
          label="Change"
          describe="Change where definitions go"
          title="Where definitions go"
          verb="Save"
          disabled={!mayChange}
          hint={mayChange ? undefined : 'This needs the role admin in the company.'}
          width={560}
          save={save}
        >
          <p class="mb-3">
            Secrets, members, keys and the audit log are stored in {home} only, whatever you choose, and so is every execution without a residency.
          </p>
          <fieldset>
            <legend class="sr-only">Definitions go</legend>
            {choices.map(({ value, label, means }) => (
              <Radio key={value} tall name="replication" value={value} checked={value === chosen.value}>
                <span>
                  <span class="block font-medium text-text">{label}</span>
                  {means}
                </span>
              </Radio>
            ))}
          </fieldset>
        </FormDialog>
      }
    >
      <dl class="max-w-[720px] text-13">
        <dt class="font-medium">Definitions go: {chosen.label.toLowerCase()}</dt>
        <dd class="text-text-2">{chosen.means}</dd>
      </dl>
    </SettingSection>
  );
});
