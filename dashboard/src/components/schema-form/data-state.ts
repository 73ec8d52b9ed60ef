/** A JSON value that is being written: what its field on the page (`DataField`) and whoever sends it share. */
import { useStore } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import { same } from '~/lib/same-json';
import { readSchemaForm } from './form-inputs';
import type { Reading } from './read-form';

export interface DataState {
  /** As it was when a handler last looked; `dataIn` reads what stands there. */
  text: string;
  /** What the form finds wrong. */
  faults: Reading['errors'];
  /** Present while it is shown as a form. */
  form?: FilledForm;
}

export interface FilledForm {
  schema: Json;
  value: Json;
  /** Counts how often the form was filled: each time is a form of its own. */
  times: number;
}

export function useData(text = ''): DataState {
  return useStore<DataState>({ text, faults: {} }, { deep: false });
}

/** What stands in the field below `root`, typed a moment ago as well; where it is not drawn, what it was last. */
export function dataIn(root: ParentNode, data: DataState): { text: string; faults: Reading['errors'] } {
  const field = root.querySelector<HTMLElement>('[data-json]');
  if (field instanceof HTMLTextAreaElement) return { text: field.value, faults: {} };
  if (!field || !data.form) return { text: data.text, faults: data.faults };
  const { value = {}, errors } = readSchemaForm(field, data.form.schema, data.form.value);
  if (Object.keys(errors).length > 0) return { text: data.text, faults: errors };
  const unchanged = same(value, jsonOf(data.text));
  return { text: unchanged ? data.text : JSON.stringify(value, null, 2), faults: {} };
}

/** Of the text behind a form, which is JSON or empty. */
export function jsonOf(text: string): Json {
  return text.trim() === '' ? {} : (JSON.parse(text) as Json);
}
