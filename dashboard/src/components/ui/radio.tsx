/**
 * One of several choices in a form, with its words. It is drawn apart from what is around it: what is drawn there for the first time
 * in the browser would set it back to what the page came with, and take away a choice whose handler is still being loaded.
 */
import { component$, type QRL, Slot } from '@builder.io/qwik';

interface Props {
  name: string;
  value: string;
  /** At first; from then on it is the person's. */
  checked: boolean;
  disabled?: boolean;
  /** Its words are of several lines. */
  tall?: boolean;
  onChange$?: QRL<(event: Event, field: HTMLInputElement) => unknown>;
}

export const Radio = component$<Props>(({ name, value, checked, disabled, tall, onChange$ }) => (
  <label class={['flex gap-2', tall ? 'items-start py-2' : 'min-h-7 items-center text-13']}>
    <input type="radio" class={tall ? 'mt-1 flex-none' : ''} name={name} value={value} checked={checked} disabled={disabled} onChange$={onChange$} />
    <Slot />
  </label>
));
