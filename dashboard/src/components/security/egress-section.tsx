/** What the applications of the company may call, and the dialog in which an admin decides it. */
import { $, component$ } from '@builder.io/qwik';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import type { EgressItem } from '~/lib/api-types';
import { toastNext } from '~/lib/toast';

const lines = (text: string) => text.split(/[\s,]+/).filter(Boolean);

export const EgressSection = component$<{ tenant: string; rules: EgressItem; mayChange: boolean }>(({ tenant, rules, mayChange }) => {
  const isListed = rules.default === 'deny';
  const save = $(async (values: FormValues) => {
    const failed = await send('PUT', `/api/v1/tenants/${encodeURIComponent(tenant)}/egress`, {
      default: values.text('default'),
      allow: lines(values.text('allow')),
      deny: lines(values.text('deny')),
    });
    if (failed) return failed;
    toastNext({ text: 'The rules are saved. Calls go by them within ten seconds.' });
    location.assign('/security');
    return undefined;
  });
  return (
    <SettingSection
      id="egress"
      title="What applications may call"
      actions={
        <FormDialog
          label="Change"
          describe="Change what applications may call"
          title="What applications may call"
          verb="Save"
          disabled={!mayChange}
          hint={mayChange ? undefined : 'This needs the role admin in the company.'}
          width={560}
          save={save}
        >
          <fieldset>
            <legend class="sr-only">A host that no rule names</legend>
            <label class="flex items-start gap-2 py-1">
              <input type="radio" class="mt-1 flex-none" name="default" value="allow" checked={!isListed} />
              <span>
                <span class="block font-medium text-text">Every public host, but those that are denied</span>
              </span>
            </label>
            <label class="flex items-start gap-2 py-1">
              <input type="radio" class="mt-1 flex-none" name="default" value="deny" checked={isListed} />
              <span>
                <span class="block font-medium text-text">Only hosts that are allowed</span>
              </span>
            </label>
          </fieldset>
          <label class="mt-3 block text-12 text-text-3">
            Allowed, one a line
            <textarea name="allow" class="field mono mt-1 block h-24 w-full" spellcheck={false} placeholder="api.stripe.com" value={rules.allow.join('\n')} />
          </label>
          <label class="mt-3 block text-12 text-text-3">
            Denied, one a line; these win
            <textarea name="deny" class="field mono mt-1 block h-24 w-full" spellcheck={false} placeholder="*:5432" value={rules.deny.join('\n')} />
          </label>
          <p class="mt-2 text-12 text-text-3">
            example.com, *.example.com for everything below it, each with a port (:8443) or for all, *:5432 for a port of any host.
          </p>
        </FormDialog>
      }
    >
      <p class="max-w-[720px] text-13 text-text-2">
        {isListed ? 'Only hosts that are allowed here are called, after redirects too.' : 'Every public host may be called, but those that are denied.'}
      </p>
      {(rules.allow.length > 0 || rules.deny.length > 0) && (
        <dl class="mt-3 grid max-w-[720px] items-baseline gap-x-6 gap-y-2 text-13 sm:grid-cols-[max-content_1fr]">
          {rules.allow.length > 0 && <RuleList title="Allowed" rules={rules.allow} />}
          {rules.deny.length > 0 && <RuleList title="Denied" rules={rules.deny} />}
        </dl>
      )}
    </SettingSection>
  );
});

const RuleList = ({ title, rules }: { title: string; rules: string[] }) => (
  <>
    <dt class="text-text-3">{title}</dt>
    <dd>
      <ul class="flex flex-wrap gap-x-4 gap-y-1">
        {rules.map((rule) => (
          <li key={rule} class="mono text-12 break-all">
            {rule}
          </li>
        ))}
      </ul>
    </dd>
  </>
);
