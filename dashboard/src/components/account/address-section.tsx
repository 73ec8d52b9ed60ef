/** Changing the e-mail address of the own account: a link goes to the new one. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import { toast } from '~/lib/toast';

export const AddressSection = component$<{ secondFactor: boolean }>(({ secondFactor }) => {
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  const save = $(async (_: Event, form: HTMLFormElement) => {
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]).filter(([, value]) => value !== ''));
    busy.value = true;
    problem.value = await send('POST', '/api/v1/auth/email', fields);
    busy.value = false;
    if (problem.value) return;
    form.reset();
    toast({ text: `A link is on its way to ${fields.email}. Your address changes when you follow it.` });
  });
  return (
    <SettingSection id="address-heading" title="E-mail address">
      <p class="mb-3 max-w-[640px] text-13 text-text-2">A link goes to the new address. Yours changes when you follow it, and the old address is told.</p>
      <form preventdefault:submit onSubmit$={save} class="flex flex-wrap items-end gap-3">
        <label class="block text-12 text-text-3">
          New address
          <input name="email" type="email" class="field mt-1 block w-64 max-w-full" required maxLength={254} autoComplete="email" />
        </label>
        <label class="block text-12 text-text-3">
          Password
          <input
            name="password"
            type="password"
            class="field mt-1 block w-64 max-w-full"
            autoComplete="current-password"
            title="Leave it empty when you have only signed in through an identity provider"
          />
        </label>
        {secondFactor && (
          <label class="block text-12 text-text-3">
            Code
            <input
              name="code"
              class="field mono mt-1 block w-36 max-w-full"
              required
              autoComplete="one-time-code"
              spellcheck={false}
              pattern="\s*(\d{6}|[0-9A-Za-z]{5}-[0-9A-Za-z]{5})\s*"
              title="Six digits of the authenticator, or a recovery code"
            />
          </label>
        )}
        <button type="submit" class="btn" disabled={busy.value}>
          Send the link
        </button>
      </form>
      <ProblemNotice problem={problem.value} />
    </SettingSection>
  );
});
