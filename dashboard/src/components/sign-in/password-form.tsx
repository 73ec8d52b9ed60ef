/** Company, address, password; and a code, when the account turns out to ask for one. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Entry } from '~/components/sign-in/entry';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { post } from '~/lib/api';

export const PasswordForm = component$<{ company: string; email?: string }>(({ company, email }) => {
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const needsCode = useSignal(false);

  const signIn = $(async (_: Event, form: HTMLFormElement) => {
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    const { code, ...rest } = fields;
    busy.value = true;
    const answer = await post('/api/v1/auth/session', { ...rest, company: rest.company?.trim(), email: rest.email?.trim(), ...(code ? { code } : {}) });
    if (answer.ok) {
      location.assign('/executions');
      return;
    }
    busy.value = false;
    const asked = answer.problem.code === 'second_factor_required';
    problem.value = asked && !needsCode.value ? undefined : answer.problem;
    if (asked) needsCode.value = true;
  });

  return (
    <form preventdefault:submit onSubmit$={signIn}>
      <div class={needsCode.value ? 'hidden' : ''}>
        <Entry
          label="Company"
          name="company"
          value={company}
          autoComplete="organization"
          pattern="[a-z0-9]([\-a-z0-9]*[a-z0-9])?"
          title="Lower case letters, digits and hyphens"
          focus={company === ''}
        />
        <Entry label="E-mail address" name="email" type="email" value={email} autoComplete="username" focus={company !== ''} />
        <Entry label="Password" name="password" type="password" autoComplete="current-password" />
      </div>
      {needsCode.value && (
        <Entry
          label="Code"
          name="code"
          autoComplete="one-time-code"
          mono
          focus
          help="Six digits of your authenticator, or one of your recovery codes. Both lost? An admin of your company takes the second factor away."
          pattern="\s*(\d{6}|[0-9A-Za-z]{5}-[0-9A-Za-z]{5})\s*"
          title="Six digits, or a recovery code such as ab2cd-ef3gh"
        />
      )}
      <ProblemNotice problem={problem.value} />
      <button type="submit" class="btn btn-primary mt-2 w-full" style={{ height: '36px' }} disabled={busy.value}>
        Sign in
      </button>
    </form>
  );
});
