/**
 * A form that its own button opens; the fields are the slot. Fields that come and go stand in one element of their own: what
 * stands in a slot by itself is made anew with them, and forgets what was typed. Whoever uses it sends them and says what was refused: the
 * dialog stays open with the reason, or closes with its fields as they were, so that no secret stays in one.
 */
import { $, component$, type QRL, Slot, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Dialog, type DialogProps, FormFoot } from '~/components/ui/dialog';
import { type FormValues, valuesOf } from '~/components/ui/form-values';

interface Props extends Omit<DialogProps, 'onClose$'> {
  /** Words of the button that sends it. */
  verb: string;
  /** Words of the way out. */
  keep?: string;
  /** Something is lost by it. */
  danger?: boolean;
  /** It cannot be sent yet. */
  blocked?: boolean;
  /** The problem when it was refused. */
  save: QRL<(values: FormValues) => Promise<ProblemBody | undefined>>;
}

export const FormDialog = component$<Props>((props) => {
  const own = useSignal<HTMLDialogElement>();
  const dialog = props.dialog ?? own;
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const submit = $(async (_: Event, form: HTMLFormElement) => {
    busy.value = true;
    problem.value = undefined;
    problem.value = await props.save(valuesOf(form));
    busy.value = false;
    if (problem.value) return;
    form.reset();
    dialog.value?.close();
  });
  return (
    <Dialog
      label={props.label}
      describe={props.describe}
      title={props.title}
      button={props.button}
      disabled={props.disabled || busy.value}
      hint={props.hint}
      width={props.width}
      dialog={dialog}
      command={props.command}
      onOpen$={props.onOpen$}
      onClose$={() => {
        problem.value = undefined;
      }}
    >
      <form preventdefault:submit onSubmit$={submit}>
        <Slot />
        <FormFoot
          dialog={dialog}
          problem={problem.value}
          disabled={busy.value || props.blocked === true}
          verb={props.verb}
          keep={props.keep}
          danger={props.danger}
        />
      </form>
    </Dialog>
  );
});
