/** Filters of the audit log: a plain form, so that they stand in the URL. */
import { component$ } from '@builder.io/qwik';

const FIELDS = [
  { name: 'actor', label: 'By', placeholder: 'admin, key:…' },
  { name: 'action', label: 'Action', placeholder: 'PUT /secrets/{name}' },
  { name: 'target', label: 'On', placeholder: 'secrets, workflows/wf_…' },
] as const;

export const AuditFilters = component$<{ filters: Record<string, string> }>(({ filters }) => (
  <form class="filters filters-labelled border-b border-line" action="/audit" method="get">
    {FIELDS.map((field) => (
      <label key={field.name} class="block min-w-0 text-12 text-text-3 max-sm:w-full">
        {field.label}
        <input
          name={field.name}
          class="field mt-1 block w-full sm:w-[200px]"
          value={filters[field.name] ?? ''}
          placeholder={field.placeholder}
          spellcheck={false}
          autoComplete="off"
        />
      </label>
    ))}
    <button type="submit" class="btn">
      Filter
    </button>
    {FIELDS.some((field) => filters[field.name]) && (
      <a class="btn btn-quiet" href="/audit">
        Clear
      </a>
    )}
  </form>
));
