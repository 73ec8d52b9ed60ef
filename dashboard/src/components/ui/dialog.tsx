/**
 * A modal dialog that its own button opens. Closed by Escape, by a press beside it, and by any button of the type
 * `submit` in a `<form method="dialog">`; the focus goes back to the button by itself.
 */
import { $, component$, type QRL, type Signal, Slot, useId, useSignal } from '@builder.io/qwik';
import type { ProblemBody } from '#contracts/problems';
import { ProblemNotice } from '~/components/ui/problem-notice';

export interface DialogProps {
  /** Words of the button, and what assistive technology reads where they are not enough. */
  label: string;
  describe?: string;
  title: string;
  /** Classes of the button. */
  button?: string;
  disabled?: boolean;
  /** Why it is disabled, or what it does. */
  hint?: string;
  /** px. */
  width?: number;
  /** Set by whoever wants to close it. */
  dialog?: Signal<HTMLDialogElement | undefined>;
  /** By its own button. */
  onOpen$?: QRL<() => void>;
  onClose$?: QRL<() => void>;
  /** Words of it in the palette of commands; the title where they are absent. */
  command?: string;
}

export const Dialog = component$<DialogProps>((props) => {
  const id = useId();
  const own = useSignal<HTMLDialogElement>();
  const dialog = props.dialog ?? own;
  const open = $(() => {
    dialog.value?.showModal();
    return props.onOpen$?.();
  });
  const beside = $((event: MouseEvent, element: HTMLDialogElement) => {
    if (event.target !== element) return;
    const box = element.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) element.close();
  });
  return (
    <>
      <button
        type="button"
        class={props.button ?? 'btn'}
        disabled={props.disabled}
        title={props.hint}
        aria-label={props.describe}
        aria-haspopup="dialog"
        data-command={(props.command ?? props.title).replace(/\?$/, '')}
        onClick$={open}
      >
        {props.label}
      </button>
      <dialog
        ref={dialog}
        class="dialog text-left whitespace-normal"
        style={props.width ? { width: `min(${props.width}px, calc(100vw - 32px))` } : undefined}
        aria-labelledby={`${id}-title`}
        onMouseDown$={beside}
        onClose$={props.onClose$}
      >
        <h2 id={`${id}-title`} class="mb-2 text-16 font-semibold wrap-anywhere">
          {props.title}
        </h2>
        <Slot />
      </dialog>
    </>
  );
});

/** The buttons at the foot of a dialog; the one that does something stands last. */
export const DialogActions = component$(() => (
  <div class="mt-5 flex flex-wrap justify-end gap-2">
    <Slot />
  </div>
));

interface FootProps {
  /** The one that it closes. */
  dialog: Signal<HTMLDialogElement | undefined>;
  /** What was refused. */
  problem: ProblemBody | undefined;
  disabled: boolean;
  /** Words of the button that sends the form. */
  verb: string;
  /** Words of the way out. */
  keep?: string;
  /** Something is lost by it: the way out has the focus. */
  danger?: boolean;
}

/** The foot of a form in a dialog: what was refused, the way out, and the button that sends it. */
export const FormFoot = component$<FootProps>(({ dialog, problem, disabled, verb, keep, danger }) => (
  <>
    <ProblemNotice problem={problem} />
    <DialogActions>
      <button type="button" class="btn" autoFocus={danger} onClick$={() => dialog.value?.close()}>
        {keep ?? 'Close'}
      </button>
      <button type="submit" class={danger ? 'btn btn-danger' : 'btn btn-primary'} disabled={disabled}>
        {verb}
      </button>
    </DialogActions>
  </>
));
