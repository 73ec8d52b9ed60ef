/** What stands in a form on the page, for `readForm`. Fields carry their path under `data-path`, items their id under `data-item`. */
import type { Json } from '#contracts/json';
import { formOf } from './field';
import { type Inputs, type Reading, readForm } from './read-form';

function formInputs(root: HTMLElement): Inputs {
  const fields = new Map<string, HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>();
  for (const field of root.querySelectorAll<HTMLInputElement>('[data-path]')) fields.set(field.dataset.path!, field);
  const lists = new Map<string, string[]>();
  for (const list of root.querySelectorAll<HTMLElement>('[data-items]')) {
    lists.set(
      list.dataset.items!,
      [...list.children].flatMap((child) => (child instanceof HTMLElement && child.dataset.item !== undefined ? [child.dataset.item] : [])),
    );
  }
  return {
    at: (path) => {
      const field = fields.get(path);
      return field instanceof HTMLInputElement && field.type === 'checkbox' ? field.checked : field?.value;
    },
    items: (path) => lists.get(path) ?? [],
  };
}

/** Reads the form that stands in `root`. Its schema and what it was filled with are those that were given to `SchemaForm`. */
export function readSchemaForm(root: HTMLElement, schema: Json | undefined, given: Json | undefined, options: { templates?: boolean } = {}): Reading {
  return readForm(formOf(schema, options.templates), given, formInputs(root), options);
}
