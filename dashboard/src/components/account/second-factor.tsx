/** The second factor of the own account: put it into an authenticator, confirm it, keep the recovery codes, take it away. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { QrCode } from '~/components/account/qr-code';
import { Command } from '~/components/ui/command';
import { Confirm } from '~/components/ui/confirm';
import { valuesOf } from '~/components/ui/form-values';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { SettingSection } from '~/components/ui/setting-section';
import { post, send } from '~/lib/api';
import type { SecondFactorItem } from '~/lib/api-types';
import { toast } from '~/lib/toast';

interface Enrolled {
  secret: string;
  otpauth_url: string;
}

const CODE = {
  name: 'code',
  class: 'field mono mt-1 block w-48 max-w-full',
  required: true,
  autoComplete: 'one-time-code',
  spellcheck: false,
  pattern: '\\s*(\\d{6}|[0-9A-Za-z]{5}-[0-9A-Za-z]{5})\\s*',
  title: 'Six digits of the authenticator, or a recovery code',
} as const;

export const SecondFactor = component$<{ factor: SecondFactorItem }>(({ factor }) => {
  const state = useSignal<SecondFactorItem>(factor);
  const enrolled = useSignal<Enrolled>();
  const codes = useSignal<string[]>();
  const problem = useSignal<ProblemBody>();

  const begin = $(async (fields: { [name: string]: string }) => {
    const answer = await post<Enrolled>('/api/v1/auth/second-factor', fields.password ? { password: fields.password } : {});
    if (!answer.ok) return answer.problem;
    enrolled.value = answer.value;
    return undefined;
  });
  const confirm = $(async (_: Event, form: HTMLFormElement) => {
    const answer = await post<{ recovery_codes: string[] }>('/api/v1/auth/second-factor/confirm', { code: valuesOf(form).typed('code') });
    problem.value = answer.ok ? undefined : answer.problem;
    if (!answer.ok) return;
    enrolled.value = undefined;
    codes.value = answer.value.recovery_codes;
    state.value = { enabled: true, recovery_codes_left: codes.value.length };
  });
  const renew = $(async (fields: { [name: string]: string }) => {
    const answer = await post<{ recovery_codes: string[] }>('/api/v1/auth/second-factor/recovery-codes', { code: fields.code });
    if (!answer.ok) return answer.problem;
    codes.value = answer.value.recovery_codes;
    state.value = { enabled: true, recovery_codes_left: codes.value.length };
    return undefined;
  });
  const remove = $(async (fields: { [name: string]: string }) => {
    const refused = await send('POST', '/api/v1/auth/second-factor/remove', { code: fields.code });
    if (refused) return refused;
    codes.value = undefined;
    state.value = { enabled: false, recovery_codes_left: 0 };
    toast({ text: 'The second factor is removed.' });
    return undefined;
  });

  return (
    <SettingSection id="second-factor" title="Second factor">
      <p class="mb-3 max-w-[640px] text-13 text-text-2">
        {state.value.enabled
          ? `Signing in with your password asks for a code from your authenticator. ${state.value.recovery_codes_left === 1 ? 'One recovery code is left.' : `${state.value.recovery_codes_left} recovery codes are left.`}`
          : 'With an authenticator on your phone, your password alone is not enough to sign in.'}
      </p>
      {codes.value && (
        <div class="mb-4 max-w-[420px]">
          <p class="mb-2 text-13">Keep these recovery codes where you can find them without your phone. Each works once, and they are shown only now.</p>
          <Command text={codes.value.join('\n')} label="Recovery codes" />
        </div>
      )}
      {enrolled.value && (
        <div class="mb-4 flex flex-wrap gap-5">
          <QrCode text={enrolled.value.otpauth_url} label="QR code for your authenticator" />
          <form preventdefault:submit onSubmit$={confirm} class="max-w-[420px] min-w-0">
            <ol class="mb-3 list-decimal pl-5 text-13">
              <li>
                Scan the code with your authenticator, or type the secret: <code class="mono text-12 break-all">{enrolled.value.secret}</code>
              </li>
              <li>Type the six digits that it shows.</li>
            </ol>
            <label class="block text-12 text-text-3">
              Code
              <input {...CODE} autoFocus />
            </label>
            <ProblemNotice problem={problem.value} />
            <button type="submit" class="btn btn-primary mt-3">
              Confirm
            </button>
          </form>
        </div>
      )}
      <div class="flex flex-wrap gap-2">
        {state.value.enabled ? (
          <>
            <Confirm label="New recovery codes" title="New recovery codes" verb="Create new codes" harmless act={renew}>
              <p class="mb-3">The old codes stop working.</p>
              <label class="block text-12 text-text-3">
                Code
                <input {...CODE} />
              </label>
            </Confirm>
            <Confirm label="Remove" title="Remove the second factor" verb="Remove second factor" act={remove}>
              <p class="mb-3">From then on your password alone signs you in.</p>
              <label class="block text-12 text-text-3">
                Code
                <input {...CODE} />
              </label>
            </Confirm>
          </>
        ) : (
          !enrolled.value && (
            <Confirm label="Set up" title="Set up a second factor" verb="Continue" harmless act={begin}>
              <label class="block text-12 text-text-3">
                Your password
                <input
                  name="password"
                  type="password"
                  class="field mt-1 block w-full"
                  autoComplete="current-password"
                  title="Leave it empty when you have only signed in through an identity provider"
                />
              </label>
            </Confirm>
          )
        )}
      </div>
    </SettingSection>
  );
});
