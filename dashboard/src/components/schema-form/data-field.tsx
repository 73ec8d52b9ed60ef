/**
 * A JSON value to be written: as text, or as a form where its schema is known; the form writes the text after every change.
 * Whoever sends it reads the page, by `dataIn`.
 */
import { $, component$, type QRL, useId, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import { type DataState, jsonOf } from './data-state';
import type { Reading } from './read-form';
import { SchemaForm } from './schema-form';

interface Props {
  data: DataState;
  label: string;
  /** For a form that is read by the names of its fields; without a schema only. */
  name?: string;
  /** The schema, once somebody wants a form; without it, or where it gives nothing, there is only text. */
  schema$?: QRL<() => Promise<Json | undefined>>;
  /** It begins as a form. */
  asForm?: boolean;
  /** After every change of the text. */
  change$?: QRL<(text: string) => unknown>;
  /** px. */
  height?: number;
  invalid?: boolean;
  describedBy?: string;
}

export const DataField = component$<Props>((props) => {
  const { data, change$ } = props;
  const id = useId();
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
      const value = jsonOf(data.text);
      times.value++;
      data.form = { schema, value, times: times.value };
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
    data.form = undefined;
    data.faults = {};
  });
  const changed = $(({ value, errors }: Reading) => {
    data.faults = errors;
    if (Object.keys(errors).length > 0) return;
    data.text = JSON.stringify(value ?? {}, null, 2);
    return change$?.(data.text);
  });
  return (
    <div>
      <div class="flex items-end justify-between gap-2">
        {data.form ? (
          <span class="text-12 text-text-3">{props.label}</span>
        ) : (
          <label for={id} class="text-12 text-text-3">
            {props.label}
          </label>
        )}
        {props.schema$ && (
          <span class="segmented" role="group" aria-label="JSON or form">
            <button type="button" aria-pressed={data.form ? 'false' : 'true'} onClick$={toText}>
              JSON
            </button>
            <button type="button" aria-pressed={data.form ? 'true' : 'false'} onClick$={toForm}>
              Form
            </button>
          </span>
        )}
      </div>
      {data.form ? (
        <div class="mt-2 border-l border-line pl-3" data-json>
          <SchemaForm key={data.form.times} schema={data.form.schema} value={data.form.value} errors={data.faults} change$={changed} />
        </div>
      ) : (
        <textarea
          id={id}
          class="field mono mt-1 block w-full py-2 text-12"
          style={{ height: `${props.height ?? 160}px` }}
          spellcheck={false}
          aria-invalid={props.invalid ? 'true' : undefined}
          aria-describedby={props.describedBy}
          data-json
          name={props.name}
          value={data.text}
          onInput$={(_, field) => {
            data.text = field.value;
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
