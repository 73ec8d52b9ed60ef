/** A form of filters, as a plain GET form: they live in the URL and work before any script has loaded. */
import { component$, Slot, useVisibleTask$ } from '@builder.io/qwik';
import { tendForm } from '~/lib/filter-form';

interface Props {
  id: string;
  action: string;
  label: string;
  class: string;
}

export const FilterForm = component$<Props>(({ id, action, label, class: place }) => {
  useVisibleTask$(({ cleanup }) => cleanup(tendForm(id)), { strategy: 'document-ready' });
  return (
    <form id={id} method="get" action={action} class={place} aria-label={label}>
      <Slot />
    </form>
  );
});
