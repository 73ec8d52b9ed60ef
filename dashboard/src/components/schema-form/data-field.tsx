/**
 * A JSON value to be written: as text, or as a form where its schema is known. The text is the truth; the form writes
 * it after every change.
 */
import { $, component$, type QRL, type Signal, useId, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import type { Reading } from './read-form';
import { SchemaForm } from './schema-form';

interface Props {
  text: Signal<string>;
  label: string;
  /** The schema, once somebody wants a form; without it, or where it gives nothing, there is only text. */
  schema$?: QRL<() => Promise<Json | undefined>>;
  /** It begins as a form. */
  asForm?: boolean;
  /** What the form finds wrong; whoever sends the text looks here first. */
  faults: Signal<Reading['errors']>;
  /** After every change of the text. */
  change$?: QRL<(text: string) => unknown>;
  /** px. */
  height?: number;
  invalid?: boolean;
  describedBy?: string;
}

interface Filled {
  schema: Json;
  value: Json;
  /** Counts how often the form was filled: each time is a form of its own. */
  times: number;
}

export const DataField = component$<Props>((props) => {
  const { text, faults, change$ } = props;
  const id = useId();
  const form = useSignal<Filled>();
  const times = useSignal(0);
  const refusal = useSignal('');
  const toForm = $(async () => {
    refusal.value = '';
    const schema = await props.schema$?.();
    if (schema === undefined) {
      refusal.value = 'There is no schema for this; write it as JSON.';
      return;
    }
    try {
      const value = (text.value.trim() === '' ? {} : JSON.parse(text.value)) as Json;
      times.value++;
      form.value = { schema, value, times: times.value };
    } catch {
      refusal.value = 'This is not JSON yet, so it cannot be shown as a form.';
    }
  });
  useVisibleTask$(
    () => {
      if (props.asForm) return toForm();
    },
    { strategy: 'document-ready' },
  );
  const toText = $(() => {
    form.value = undefined;
    faults.value = {};
  });
  const changed = $(({ value, errors }: Reading) => {
    faults.value = errors;
    if (Object.keys(errors).length > 0) return;
    text.value = JSON.stringify(value ?? {}, null, 2);
    return change$?.(text.value);
  });
  return (
    <div>
      <div class="flex items-end justify-between gap-2">
        {form.value ? (
          <span class="text-12 text-text-3">{props.label}</span>
        ) : (
          <label for={id} class="text-12 text-text-3">
            {props.label}
          </label>
        )}
        {props.schema$ && (
          <span class="segmented" role="group" aria-label="JSON or form">
            <button type="button" aria-pressed={form.value ? 'false' : 'true'} onClick$={toText}>
              JSON
            </button>
            <button type="button" aria-pressed={form.value ? 'true' : 'false'} onClick$={toForm}>
              Form
            </button>
          </span>
        )}
      </div>
      {form.value ? (
        <div class="mt-2 border-l border-line pl-3">
          <SchemaForm key={form.value.times} schema={form.value.schema} value={form.value.value} errors={faults.value} change$={changed} />
        </div>
      ) : (
        <textarea
          id={id}
          class="field mono mt-1 block w-full py-2 text-12"
          style={{ height: `${props.height ?? 160}px` }}
          spellcheck={false}
          aria-invalid={props.invalid ? 'true' : undefined}
          aria-describedby={props.describedBy}
          value={text.value}
          onInput$={(_, field) => {
            text.value = field.value;
            return change$?.(field.value);
          }}
        />
      )}
      {refusal.value && (
        <p class="mt-1 text-12 text-bad" role="alert">
          {refusal.value}
        </p>
      )}
    </div>
  );
});
