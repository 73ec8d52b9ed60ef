/** Makes an API key, and shows it this once. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { KEY_SCOPES } from '#contracts/access';
import type { ProblemBody } from '#contracts/problems';
import { RoleField } from '~/components/access/role-field';
import { ShownOnce } from '~/components/access/shown-once';
import { Dialog, DialogActions, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { post } from '~/lib/api';
import type { ApiKeyMade, ServiceAccountItem } from '~/lib/api-types';
import { type PlaceOption, placeFields } from '~/lib/places';
import { scopeGroups } from '~/lib/scopes';

interface Props {
  /** The company, its organizations and projects. */
  options: PlaceOption[];
  accounts: Pick<ServiceAccountItem, 'id' | 'name'>[];
  /** The service account whose key it is to be; otherwise it is asked for. */
  account?: string;
  /** Where it is chosen already. */
  place?: string;
  /** Where it leads; the list of all keys when absent. */
  back?: string;
}

const SPANS = [
  { value: '90d', label: 'in 90 days' },
  { value: '30d', label: 'in 30 days' },
  { value: '365d', label: 'in a year' },
  { value: '', label: 'never' },
];

export const KeyDialog = component$<Props>(({ options, accounts, account: fixed = '', place, back }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const account = useSignal(fixed);
  const problem = useSignal<ProblemBody>();
  const made = useSignal<ApiKeyMade>();

  const save = $(async (_: Event, form: HTMLFormElement) => {
    const values = valuesOf(form);
    const [scopes, span, acts] = [values.all('scope'), values.text('expires_in'), fixed || values.text('service_account')];
    const role = acts ? { service_account: acts } : { role: values.text('role'), ...placeFields(values.text('place')) };
    busy.value = true;
    problem.value = undefined;
    const answer = await post<ApiKeyMade>('/api/v1/api-keys', {
      name: values.text('name'),
      ...role,
      ...(scopes.length > 0 ? { scopes } : {}),
      ...(span ? { expires_in: span } : {}),
    });
    busy.value = false;
    if (answer.ok) made.value = answer.value;
    else problem.value = answer.problem;
  });

  return (
    <Dialog label="New key" title={made.value ? `Key ${made.value.name}` : 'New API key'} button="btn btn-primary" dialog={dialog} width={560}>
      {made.value ? (
        <KeyShown made={made.value} back={back} />
      ) : (
        <form preventdefault:submit onSubmit$={save}>
          <label class="mt-3 mb-3 block text-12 text-text-3">
            Name
            <input name="name" class="field mt-1 block w-full" required maxLength={200} placeholder="ci" autoComplete="off" spellcheck={false} />
          </label>
          {accounts.length > 0 && !fixed && (
            <label class="mb-3 block text-12 text-text-3">
              Acts
              <select name="service_account" class="field mt-1 block w-full" onChange$={(_, field) => (account.value = field.value)}>
                <option value="">with a role of its own</option>
                {accounts.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {`as ${name}, with the roles of that service account`}
                  </option>
                ))}
              </select>
            </label>
          )}
          {account.value === '' && (
            <div class="grid gap-x-3 sm:grid-cols-2">
              <RoleField />
              <label class="mb-3 block text-12 text-text-3">
                In
                <select name="place" class="field mt-1 block w-full">
                  {options.map((option) => (
                    <option key={option.value} value={option.value} selected={option.value === place}>
                      {option.label}
                    </option>
                  ))}
                </select>
              </label>
            </div>
          )}
          <label class="mb-3 block text-12 text-text-3">
            Expires
            <select name="expires_in" class="field mt-1 block w-full">
              {SPANS.map(({ value, label }) => (
                <option key={label} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <Scopes />
          <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value} verb="Create key" />
        </form>
      )}
    </Dialog>
  );
});

/** With the way back to the list, which then has it. */
export const KeyShown = ({ made, back = '/api-keys' }: { made: ApiKeyMade; back?: string }) => (
  <>
    <ShownOnce text={made.key} label="key" note="Shown this once: put it where it is needed now. What is kept here is its hash." />
    <DialogActions>
      <a class="btn btn-primary" href={back}>
        Done
      </a>
    </DialogActions>
  </>
);

const Scopes = () => (
  <details class="mb-3 rounded-md border border-line px-3 py-2">
    <summary class="cursor-pointer text-13">Limit what it may do</summary>
    <p class="mt-1 mb-2 text-12 text-text-3">Nothing chosen: all that its role allows.</p>
    <div class="grid gap-x-4 gap-y-2 sm:grid-cols-2">
      {scopeGroups(KEY_SCOPES).map((group) => (
        <fieldset key={group.name} class="min-w-0">
          <legend class="text-12 font-medium text-text-2">{group.name}</legend>
          <div class="flex flex-wrap gap-x-4">
            {group.scopes.map(({ scope, verb }) => (
              <label key={scope} class="flex items-center gap-1 text-12 text-text-2">
                <input type="checkbox" name="scope" value={scope} aria-label={scope} />
                {verb}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  </details>
);
