/**
 * One of several choices in a form, unfolded from a field. Drawn apart from what is around it, as a `Radio` is: what is drawn there for
 * the first time in the browser would set it back to what the page came with.
 */
import { component$, type QRL } from '@builder.io/qwik';
import { keyFor } from '~/lib/keys';

interface Props {
  name?: string;
  /** At first; from then on it is the person's. */
  value: string;
  options: readonly (readonly [value: string, words: string])[];
  class?: string;
  id?: string;
  /** Where no words stand beside it. */
  label?: string;
  /** Its name in a form of answers (`mocks/answers-in.ts`). */
  answer?: string;
  /** Its name among what comes for a step of a trial (`editor/trial-signals.tsx`). */
  part?: string;
  onChange$?: QRL<(event: Event, field: HTMLSelectElement) => unknown>;
}

export const Choice = component$<Props>(({ name, value, options, class: extra, id, label, answer, part, onChange$ }) => (
  <select id={id} name={name} class={['field', extra ?? 'mt-1 block w-full']} aria-label={label} data-answer={answer} data-part={part} onChange$={onChange$}>
    {options.map(([option, words]) => (
      <option key={keyFor(option)} value={option} selected={option === value}>
        {words}
      </option>
    ))}
  </select>
));

/** Names, which are their own words. */
export function named(names: readonly string[]): (readonly [string, string])[] {
  return names.map((name) => [name, name]);
}
