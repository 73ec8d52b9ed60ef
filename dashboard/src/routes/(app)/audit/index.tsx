import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { AuditFilters } from '~/components/audit/audit-filters';
import { AuditList } from '~/components/audit/audit-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import type { AuditItem } from '~/lib/api-types';
import { auditFilters, auditQuery } from '~/lib/audit-filters';
import { getList } from '~/lib/list';

export const useAudit = routeLoader$(async (event) => {
  const filters = auditFilters(event.query);
  const names = await actorNames(event);
  const answer = await getList<AuditItem>(event, '/api/v1/audit', auditQuery(filters, names));
  return { answer, names, filters, now: Date.now() };
});

export default component$(() => {
  const { answer, names, filters, now } = useAudit().value;
  const filtered = Object.keys(filters).length > 0;
  return (
    <ListPage
      title="Audit"
      what="audit log"
      path="/audit"
      actions={
        <a class="btn" href="/api/v1/audit/export" download>
          Export
        </a>
      }
      filters={<AuditFilters filters={filters} names={names} />}
      answer={answer}
      rows={(items) => <AuditList entries={items} names={names} now={now} />}
      empty={
        <EmptyState heading={filtered ? 'Nothing matches' : 'Nothing was changed yet'}>
          <p>
            {filtered
              ? 'Try fewer filters. A page looks at the newest 2,000 entries; More goes further back.'
              : 'Every change by a person or a key stands here: what, by whom, from where, and how it was before.'}
          </p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'Audit' };
