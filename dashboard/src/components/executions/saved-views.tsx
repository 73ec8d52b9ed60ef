/** Views of the executions that somebody has saved: go to one, save the filters as they are, take one away. */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { valuesOf } from '~/components/ui/form-values';
import { Icon } from '~/components/ui/icon';
import { type Filters, isFiltered, pageQuery } from '~/lib/filters';
import { keepViews, type SavedView, savedViews, tenantOfPage, withView } from '~/lib/saved-views';
import { toast } from '~/lib/toast';

export const SavedViews = component$<{ filters: Filters }>(({ filters }) => {
  const views = useSignal<SavedView[]>([]);
  const menu = useSignal<HTMLDetailsElement>();
  const query = pageQuery(filters, {});
  useVisibleTask$(
    ({ cleanup }) => {
      views.value = savedViews(tenantOfPage());
      const away = (event: Event) => {
        if (menu.value?.open && !menu.value.contains(event.target as Node)) menu.value.open = false;
      };
      document.addEventListener('pointerdown', away);
      cleanup(() => document.removeEventListener('pointerdown', away));
    },
    { strategy: 'document-ready' },
  );
  const keep = $((next: SavedView[]) => {
    views.value = next;
    keepViews(tenantOfPage(), next);
  });
  const save = $(async (_: Event, form: HTMLFormElement) => {
    const name = valuesOf(form).text('name');
    if (name === '') return;
    await keep(withView(views.value, { name, query }));
    form.reset();
    if (menu.value) menu.value.open = false;
    toast({ text: `The view ${name} is saved in this browser.` });
  });
  return (
    <details ref={menu} class="sm:relative">
      <summary class="btn btn-quiet list-none">
        <Icon name="bookmark" size={14} />
        Views
      </summary>
      <div class="menu">
        {views.value.length === 0 && <p class="px-2 py-1 text-12 text-text-3">No view is saved in this browser yet.</p>}
        <ul>
          {views.value.map((view) => (
            <li key={encodeURIComponent(view.name)} class="flex items-center gap-1">
              <a class="menu-item" href={`/executions${view.query}`} aria-current={view.query === query ? 'page' : undefined}>
                {view.name}
              </a>
              <button
                type="button"
                class="btn btn-quiet btn-small btn-icon"
                aria-label={`Remove the view ${view.name}`}
                onClick$={() => keep(views.value.filter((one) => one.name !== view.name))}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
        <form preventdefault:submit onSubmit$={save} class="mt-2 border-t border-line pt-2">
          <label class="block px-2 text-12 text-text-3">
            {isFiltered(filters) ? 'Save these filters as' : 'Save all executions as'}
            <span class="mt-1 flex gap-2">
              <input name="name" class="field field-small min-w-0 grow" maxLength={60} required placeholder="Failed payments" autoComplete="off" />
              <button type="submit" class="btn btn-small">
                Save
              </button>
            </span>
          </label>
        </form>
      </div>
    </details>
  );
});
