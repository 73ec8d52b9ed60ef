/** Goes to an event by its number; what is typed beyond the log goes to its end. */
import { component$, type QRL } from '@builder.io/qwik';
import { formatCount } from '~/lib/time';

interface Props {
  label: string;
  at: number;
  last: number;
  go$: QRL<(seq: number) => void>;
}

export const EventNumber = component$<Props>(({ label, at, last, go$ }) => (
  <label class="flex flex-none items-center gap-2 text-12 text-text-2">
    {label}
    <input
      class="field field-small num w-[72px]"
      type="number"
      min={1}
      max={last}
      value={at}
      onChange$={(_, field) => go$(Math.min(last, Math.max(1, Math.round(field.valueAsNumber) || 1)))}
    />
    of {formatCount(last)}
  </label>
));
