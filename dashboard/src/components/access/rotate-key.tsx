/** Makes a key in the place of another, which goes on working for a while; and ends a key at once. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { KeyShown } from '~/components/access/key-dialog';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { Removal } from '~/components/ui/removal';
import { post } from '~/lib/api';
import type { ApiKeyItem, ApiKeyMade } from '~/lib/api-types';

const OVERLAPS = [
  { value: '1d', label: 'a day' },
  { value: '1h', label: 'an hour' },
  { value: '7d', label: 'a week' },
  { value: '30d', label: 'thirty days' },
];

interface Props {
  item: ApiKeyItem;
  /** Where it leads; the list of all keys when absent. */
  back?: string;
}

export const RotateKey = component$<Props>(({ item, back }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const made = useSignal<ApiKeyMade>();
  const rotate = $(async (_: Event, form: HTMLFormElement) => {
    const overlap = valuesOf(form).text('overlap');
    busy.value = true;
    problem.value = undefined;
    const answer = await post<ApiKeyMade>(`/api/v1/api-keys/${encodeURIComponent(item.id)}/rotate`, { overlap });
    busy.value = false;
    if (answer.ok) made.value = answer.value;
    else problem.value = answer.problem;
  });
  return (
    <Dialog label="Rotate" describe={`Rotate ${item.name}`} title={`Rotate ${item.name}`} button="btn btn-small" dialog={dialog} width={560}>
      {made.value ? (
        <KeyShown made={made.value} back={back} />
      ) : (
        <form preventdefault:submit onSubmit$={rotate}>
          <p class="mb-3 text-13 text-text-2">A new key that may do the same. The old one goes on working until whoever uses it has changed.</p>
          <label class="block text-12 text-text-3">
            The old one works for
            <select name="overlap" class="field mt-1 block w-full">
              {OVERLAPS.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value} verb="Create new key" />
        </form>
      )}
    </Dialog>
  );
});

export const DeleteKey = ({ item, back = '/api-keys' }: Props) => (
  <Removal verb="Delete" what="key" name={item.name} path={`/api/v1/api-keys/${encodeURIComponent(item.id)}`} page={back}>
    <p>Whoever uses it is refused within two seconds, and sessions that were opened with it end. To change it without an interruption, rotate it.</p>
  </Removal>
);
