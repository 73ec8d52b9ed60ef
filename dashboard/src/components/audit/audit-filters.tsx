/** Filters of the audit log: a plain form, so that they stand in the URL. */
import { component$ } from '@builder.io/qwik';
import type { ActorNames } from '~/lib/actors';
import { AUDIT_FILTERS, type AuditFilter } from '~/lib/audit-filters';
import { keyFor } from '~/lib/keys';

const FIELDS = [
  { name: 'actor', label: 'By', placeholder: 'name, address, admin', list: 'audit-actors' },
  { name: 'action', label: 'Action', placeholder: 'PUT /secrets/{name}' },
  { name: 'target', label: 'On', placeholder: 'secrets, workflows/wf_…' },
] as const;
const DAYS = [
  { name: 'from', label: 'From' },
  { name: 'to', label: 'To, in UTC' },
] as const;

export const AuditFilters = component$<{ filters: AuditFilter; names: ActorNames }>(({ filters, names }) => (
  <form class="filters filters-labelled border-b border-line" action="/audit" method="get">
    {FIELDS.map((field) => (
      <label key={field.name} class="block min-w-0 text-12 text-text-3 max-sm:w-full">
        {field.label}
        <input
          name={field.name}
          class="field mt-1 block w-full sm:w-[200px]"
          value={filters[field.name] ?? ''}
          placeholder={field.placeholder}
          // The types of the framework do not know it.
          {...('list' in field ? ({ list: field.list } as object) : {})}
          spellcheck={false}
          autoComplete="off"
        />
      </label>
    ))}
    {DAYS.map(({ name, label }) => (
      <label key={name} class="block min-w-0 text-12 text-text-3 max-sm:basis-[45%]">
        {label}
        <input name={name} type="date" class="field mt-1 block w-full sm:w-[150px]" value={filters[name] ?? ''} />
      </label>
    ))}
    <datalist id="audit-actors">
      {[...new Set(Object.values(names))].map((name) => (
        <option key={keyFor(name)} value={name} />
      ))}
    </datalist>
    <button type="submit" class="btn">
      Filter
    </button>
    {AUDIT_FILTERS.some((name) => filters[name]) && (
      <a class="btn btn-quiet" href="/audit">
        Clear
      </a>
    )}
  </form>
));
