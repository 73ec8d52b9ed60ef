/** Browser only: forms of filters, which are plain GET forms and work before any script has loaded. */
import { isTyping } from '~/components/shell/page-actions';

/**
 * Empty fields of a GET form stay out of the URL; `/` leads into the field with the id `q`, where there is one, and Escape
 * out of it. The answer ends it.
 */
export function tendForm(id: string): () => void {
  const onKey = (event: KeyboardEvent) => {
    const field = document.getElementById('q') as HTMLInputElement | null;
    if (event.key === '/' && !isTyping(event.target)) {
      event.preventDefault();
      field?.select();
      field?.focus();
    } else if (event.key === 'Escape' && event.target === field) field?.blur();
  };
  const form = document.getElementById(id);
  form?.addEventListener('formdata', withoutEmpty);
  document.addEventListener('keydown', onKey);
  return () => {
    form?.removeEventListener('formdata', withoutEmpty);
    document.removeEventListener('keydown', onKey);
  };
}

/** Sends the form of a choice. The pipelines of one workflow are none of another's. */
export function sendFilters({ name, form }: HTMLSelectElement): void {
  if (!form) return;
  if (name === 'workflow') for (const other of form.querySelectorAll<HTMLSelectElement>('[name=pipeline]')) other.value = '';
  form.addEventListener('formdata', withoutEmpty, { once: true });
  form.requestSubmit();
}

function withoutEmpty({ formData }: FormDataEvent): void {
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
}
