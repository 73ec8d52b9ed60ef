/** Browser only: what the forms of filters share. */
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
  const onFormData = (event: FormDataEvent) => {
    for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name);
  };
  const form = document.getElementById(id);
  form?.addEventListener('formdata', onFormData);
  document.addEventListener('keydown', onKey);
  return () => {
    form?.removeEventListener('formdata', onFormData);
    document.removeEventListener('keydown', onKey);
  };
}
