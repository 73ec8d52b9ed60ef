/** Whether the company asks its people for a second factor, and the dialog in which an owner decides it. */
import { $, component$ } from '@builder.io/qwik';
import { Confirm } from '~/components/ui/confirm';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import { toastNext } from '~/lib/toast';

export const RequiredFactor = component$<{ tenant: string; required: boolean; mayChange: boolean }>(({ tenant, required, mayChange }) => {
  const save = $(async () => {
    const failed = await send('PUT', `/api/v1/tenants/${encodeURIComponent(tenant)}/security`, { requires_second_factor: !required });
    if (failed) return failed;
    toastNext({ text: required ? 'A second factor is optional now.' : 'A second factor is required now.' });
    location.assign('/security');
    return undefined;
  });
  return (
    <SettingSection
      id="required-factor"
      title="Second factor"
      actions={
        <Confirm
          label={required ? 'Stop requiring it' : 'Require it'}
          title={required ? 'Stop requiring a second factor' : 'Require a second factor'}
          verb={required ? 'Stop requiring it' : 'Require it'}
          button="btn"
          harmless
          disabled={!mayChange}
          hint={mayChange ? undefined : 'This needs the role owner in the company.'}
          act={save}
        >
          <p>
            {required
              ? 'People who have one keep it, and are asked for its code as before.'
              : 'Within seconds, whoever signs in with a password and has no second factor can do nothing but set one up. Keys go on as they are, and so does whoever comes through an identity provider.'}
          </p>
        </Confirm>
      }
    >
      <p class="max-w-[720px] text-13 text-text-2">
        {required
          ? 'Whoever signs in with a password needs a second factor. People without one are led to set it up first.'
          : 'Everybody decides for themselves, on the page Account.'}
      </p>
    </SettingSection>
  );
});
