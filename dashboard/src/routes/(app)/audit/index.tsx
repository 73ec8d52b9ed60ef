import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { AuditFilters } from '~/components/audit/audit-filters';
import { AuditList } from '~/components/audit/audit-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { get } from '~/lib/api';
import type { AuditItem, Page } from '~/lib/api-types';

const FILTERS = ['actor', 'action', 'target', 'cursor'] as const;

export const useAudit = routeLoader$(async (event) => {
  const asked = new URLSearchParams({ limit: '100' });
  for (const name of FILTERS) {
    const value = event.query.get(name);
    if (value) asked.set(name, value);
  }
  const answer = await get<Page<AuditItem>>(event, `/api/v1/audit?${asked}`);
  if (!answer.ok) event.status(answer.problem.status >= 400 ? answer.problem.status : 500);
  asked.delete('limit');
  return { answer, filters: Object.fromEntries(asked) as Record<string, string>, now: Date.now() };
});

export default component$(() => {
  const data = useAudit();
  const { answer, filters, now } = data.value;
  if (!answer.ok) {
    return (
      <ProblemPanel problem={answer.problem} heading="The audit log could not be loaded">
        <a class="btn btn-primary" href="/audit">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  const { items, next_cursor } = answer.value;
  const filtered = Object.keys(filters).some((name) => name !== 'cursor');
  return (
    <>
      <header class="flex flex-wrap items-center gap-3 px-3 py-4 sm:px-4">
        <h1 class="text-20 font-semibold">Audit</h1>
        <a class="btn ml-auto" href="/api/v1/audit/export" download>
          Export
        </a>
      </header>
      <AuditFilters filters={filters} />
      {items.length === 0 ? (
        <EmptyState heading={filtered ? 'Nothing matches' : 'Nothing was changed yet'}>
          <p>
            {filtered
              ? 'Try fewer filters. A page looks at the newest 2,000 entries; More goes further back.'
              : 'Every change by a person or a key stands here: what, by whom, from where, and how it was before.'}
          </p>
        </EmptyState>
      ) : (
        <AuditList entries={items} now={now} />
      )}
      {next_cursor && (
        <p class="flex justify-end p-4">
          <a class="btn" href={`/audit?${new URLSearchParams({ ...filters, cursor: next_cursor })}`}>
            More
          </a>
        </p>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Audit' };
