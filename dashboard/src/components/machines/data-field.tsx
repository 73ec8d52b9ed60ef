/** A field for data, named `data`: a JSON object, or nothing. */
import type { QRL } from '@builder.io/qwik';
import { component$ } from '@builder.io/qwik';

export const DataField = component$<{ id: string; label: string; value: string; error: string; change$: QRL<(text: string) => void> }>(
  ({ id, label, value, error, change$ }) => (
    <>
      <label class="mt-3 block text-12 text-text-3" for={id}>
        {label}
      </label>
      <textarea
        id={id}
        name="data"
        class="field mono mt-1 block w-full py-2 text-12"
        style={{ height: '96px' }}
        spellcheck={false}
        placeholder="{}"
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={`${id}-error`}
        value={value}
        onInput$={(_, field) => change$(field.value)}
      />
      <p id={`${id}-error`} class="min-h-5 text-12 text-bad" aria-live="polite">
        {error}
      </p>
    </>
  ),
);
