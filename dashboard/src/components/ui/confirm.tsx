/**
 * A button that asks before it acts. What it says between title and buttons is the slot: what will happen, in words;
 * fields in it are handed to `act`. A refusal is shown in the dialog, which stays open.
 */
import { $, component$, type QRL, Slot, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { ProblemNotice } from '~/components/ui/problem-notice';

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

export const Confirm = component$<Props>((props) => {
  const dialog = useSignal<HTMLDialogElement>();
  const busy = useSignal(false);
  const problem = useSignal<ProblemBody>();
  const submit = $(async (_: Event, form: HTMLFormElement) => {
    busy.value = true;
    problem.value = undefined;
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    problem.value = await props.act(fields);
    busy.value = false;
    if (!problem.value) dialog.value?.close();
  });
  const open = $(() => {
    problem.value = undefined;
    return props.onOpen$?.();
  });
  return (
    <Dialog
      label={props.label}
      describe={props.describe}
      title={props.title}
      button={props.button ?? (props.harmless ? 'btn' : 'btn btn-danger')}
      disabled={props.disabled || busy.value}
      hint={props.hint}
      width={props.width}
      dialog={dialog}
      onOpen$={open}
    >
      <form preventdefault:submit onSubmit$={submit}>
        <div class="text-13 text-text-2">
          <Slot />
        </div>
        <ProblemNotice problem={problem.value} />
        <DialogActions>
          <button type="button" class="btn" autoFocus onClick$={() => dialog.value?.close()}>
            {props.keep ?? 'Close'}
          </button>
          <button type="submit" class={props.harmless ? 'btn btn-primary' : 'btn btn-danger'} disabled={busy.value}>
            {props.verb}
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
});
