import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { KeyFilterBar } from '~/components/idempotency/key-filter-bar';
import { KeyList } from '~/components/idempotency/key-list';
import { NoKeys } from '~/components/idempotency/no-keys';
import { ListPage } from '~/components/ui/list-page';
import { get } from '~/lib/api';
import type { KeyPageItem, ListedKeyItem, Page, WorkflowItem } from '~/lib/api-types';
import { keysPage, readKeyFilters } from '~/lib/key-filters';
import { getList } from '~/lib/list';

export const useKeys = routeLoader$(async (event) => {
  const filters = readKeyFilters(event.query);
  const [answer, workflows] = await Promise.all([
    getList<ListedKeyItem>(event, '/api/v1/idempotency-keys', { ...filters }),
    get<Page<WorkflowItem>>(event, '/api/v1/workflows?limit=200'),
  ]);
  const known = workflows.ok ? workflows.value.items : [];
  return {
    answer,
    filters,
    now: Date.now(),
    workflows: known.map(({ name, pipelines, environments }) => ({ name, pipelines, environments: Object.keys(environments) })),
  };
});

export default component$(() => {
  const { answer, filters, workflows, now } = useKeys().value;
  const away = answer.ok ? ((answer.value as KeyPageItem).regions ?? []).filter(({ status }) => status === 'unavailable').map(({ region }) => region) : [];
  const isCut = answer.ok && answer.value.next_cursor !== null;
  return (
    <ListPage
      title="Idempotency keys"
      what="keys"
      path={keysPage(filters)}
      note="Under each, something is done once"
      answer={answer}
      actions={
        filters.scope === 'step' ? (
          <a class="btn" href="/idempotency-keys/step">
            Look up a whole key
          </a>
        ) : undefined
      }
      filters={
        <>
          <KeyFilterBar filters={filters} workflows={workflows} />
          {away.length > 0 && (
            <p class="px-3 py-2 text-13 text-bad sm:px-4" role="status">
              {away.join(', ')} does not answer: keys of executions that live there are missing.
            </p>
          )}
        </>
      }
      rows={(items) => <KeyList keys={items} now={now} />}
      empty={<NoKeys filters={filters} isCut={isCut} />}
      more={answer.ok && answer.value.items.length === 0 ? 'Search on' : 'Older'}
    />
  );
});

export const head: DocumentHead = { title: 'Idempotency keys' };
