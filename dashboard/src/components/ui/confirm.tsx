/**
 * A button that asks before it acts: a form in which something is lost, or started for real. What it says between title
 * and buttons is the slot: what will happen, in words; fields in it are handed to `act`.
 */
import { $, component$, type QRL, Slot } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';

interface Props {
  label: string;
  describe?: string;
  title: string;
  /** Words of the button that acts, a verb first: `Delete secret`. */
  verb: string;
  /** Words of the button that does nothing. */
  keep?: string;
  button?: string;
  disabled?: boolean;
  hint?: string;
  width?: number;
  /** Nothing is lost by it. */
  harmless?: boolean;
  onOpen$?: QRL<() => void>;
  /** Gets what was typed into fields of the slot, by their names; the problem when it was refused. */
  act: QRL<(fields: { [name: string]: string }) => Promise<ProblemBody | undefined>>;
}

export const Confirm = component$<Props>((props) => (
  <FormDialog
    label={props.label}
    describe={props.describe}
    title={props.title}
    verb={props.verb}
    keep={props.keep}
    button={props.button ?? (props.harmless ? 'btn' : 'btn btn-danger')}
    disabled={props.disabled}
    hint={props.hint}
    width={props.width}
    danger={!props.harmless}
    onOpen$={props.onOpen$}
    save={$((values: FormValues) => props.act(values.record()))}
  >
    <div class="text-13 text-text-2">
      <Slot />
    </div>
  </FormDialog>
));
