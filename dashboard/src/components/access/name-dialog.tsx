/** A dialog that asks for a name: of a new organization or project, or another one for what is there. */
import { $, component$, type QRL } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';

interface Props {
  label: string;
  describe?: string;
  title: string;
  verb: string;
  button?: string;
  value?: string;
  placeholder?: string;
  /** The problem when it was refused. */
  save: QRL<(name: string, organization: string | undefined) => Promise<ProblemBody | undefined>>;
  /** Which to choose from, for what lies in one of them. */
  organizations?: { id: string; name: string }[];
  /** The one in which it lies. */
  organization?: string;
}

export const NameDialog = component$<Props>((props) => {
  const save = $((values: FormValues) => props.save(values.text('name'), values.text('organization') || undefined));
  return (
    <FormDialog label={props.label} describe={props.describe} title={props.title} button={props.button} verb={props.verb} save={save}>
      <label class="mt-3 block text-12 text-text-3">
        Name
        <input
          name="name"
          class="field mt-1 block w-full"
          required
          maxLength={200}
          value={props.value}
          placeholder={props.placeholder}
          autoComplete="off"
          spellcheck={false}
        />
      </label>
      {props.organizations && props.organizations.length > 0 && (
        <label class="mt-3 block text-12 text-text-3">
          Organization
          <select name="organization" class="field mt-1 block w-full">
            {props.organizations.map(({ id, name }) => (
              <option key={id} value={id} selected={id === props.organization}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
    </FormDialog>
  );
});
