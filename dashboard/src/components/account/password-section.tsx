/** Changing the own password. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { PASSWORD_HELP } from '~/components/sign-in/entry';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import { toast } from '~/lib/toast';

export const PasswordSection = component$<{ email: string }>(({ email }) => {
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  const save = $(async (_: Event, form: HTMLFormElement) => {
    const { typed } = valuesOf(form);
    const current = typed('current');
    busy.value = true;
    problem.value = await send('PUT', '/api/v1/auth/password', { ...(current ? { current } : {}), password: typed('password') });
    busy.value = false;
    if (problem.value) return;
    form.reset();
    toast({ text: 'Your password is changed. Your other sessions have ended.' });
  });
  return (
    <SettingSection id="password-heading" title="Password">
      <p class="mb-3 text-13 text-text-2">{PASSWORD_HELP} Changing it ends your other sessions.</p>
      <form preventdefault:submit onSubmit$={save} class="flex flex-wrap items-end gap-3">
        {/* Password managers want to know whose it is. */}
        <input type="hidden" name="username" value={email} autoComplete="username" />
        <label class="block text-12 text-text-3">
          Current password
          <input
            name="current"
            type="password"
            class="field mt-1 block w-64 max-w-full"
            autoComplete="current-password"
            title="Leave it empty when you have only signed in through an identity provider"
          />
        </label>
        <label class="block text-12 text-text-3">
          New password
          <input name="password" type="password" class="field mt-1 block w-64 max-w-full" required minLength={10} maxLength={200} autoComplete="new-password" />
        </label>
        <button type="submit" class="btn" disabled={busy.value}>
          Change password
        </button>
      </form>
      <ProblemNotice problem={problem.value} />
    </SettingSection>
  );
});
