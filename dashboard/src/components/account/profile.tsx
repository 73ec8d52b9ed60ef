/** Name and address of the own account. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import type { UserItem } from '~/lib/api-types';
import { toast } from '~/lib/toast';

export const Profile = component$<{ user: UserItem; company: string }>(({ user, company }) => {
  const problem = useSignal<ProblemBody>();
  const save = $(async (_: Event, form: HTMLFormElement) => {
    const name = valuesOf(form).text('name');
    problem.value = await send('PUT', '/api/v1/auth/me', { name });
    if (!problem.value) toast({ text: 'Your name is changed.' });
  });
  const verify = $(async () => {
    problem.value = await send('POST', '/api/v1/auth/verify/send', { company, email: user.email });
    if (!problem.value) toast({ text: `A link is on its way to ${user.email}.` });
  });
  return (
    <SettingSection id="profile" title="You">
      <dl class="mb-4 grid items-baseline gap-x-6 gap-y-1 text-13 sm:grid-cols-[max-content_1fr]">
        <dt class="text-text-3">E-mail address</dt>
        <dd class="break-all">
          {user.email}
          {user.verified_at === null && (
            <span class="ml-2 inline-flex flex-wrap items-center gap-2">
              <span class="text-text-3">not verified</span>
              <button type="button" class="btn btn-small" onClick$={verify}>
                Send the link
              </button>
            </span>
          )}
        </dd>
        <dt class="text-text-3">Id</dt>
        <dd class="mono text-12 break-all">{user.id}</dd>
      </dl>
      <form preventdefault:submit onSubmit$={save} class="flex flex-wrap items-end gap-2">
        <label class="block text-12 text-text-3">
          Name
          <input name="name" class="field mt-1 block w-64 max-w-full" value={user.name} required maxLength={100} autoComplete="name" />
        </label>
        <button type="submit" class="btn">
          Save name
        </button>
      </form>
      <ProblemNotice problem={problem.value} />
    </SettingSection>
  );
});
