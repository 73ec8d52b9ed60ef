/** Keys of programs: made and shown once, limited, rotated, deleted. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { KeyDialog } from '~/components/access/key-dialog';
import { KeyList } from '~/components/access/key-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { get } from '~/lib/api';
import type { ApiKeyItem, OrganizationItem, Page, ProjectItem, ServiceAccountItem } from '~/lib/api-types';
import { getList } from '~/lib/list';
import { placeFields, placeOptions } from '~/lib/places';

export const useKeys = routeLoader$(async (event) => {
  const [organizations, projects, accounts] = await Promise.all([
    get<Page<OrganizationItem>>(event, '/api/v1/organizations?limit=200'),
    get<Page<ProjectItem>>(event, '/api/v1/projects?limit=200'),
    get<Page<ServiceAccountItem>>(event, '/api/v1/service-accounts?limit=200'),
  ]);
  const options = placeOptions(organizations.ok ? organizations.value.items : [], projects.ok ? projects.value.items : []);
  let answer = await getList<ApiKeyItem>(event, '/api/v1/api-keys');
  const first = options[1];
  if (!answer.ok && answer.problem.status === 403 && first) {
    // Somebody with roles below the company alone sees the keys of the first place.
    event.status(200);
    answer = await getList<ApiKeyItem>(event, '/api/v1/api-keys', placeFields(event.query.get('place') ?? first.value));
  }
  return { answer, options, accounts: accounts.ok ? accounts.value.items : [], now: Date.now() };
});

export default component$(() => {
  const { answer, options, accounts, now } = useKeys().value;
  return (
    <ListPage
      title="API keys"
      what="API keys"
      path="/api-keys"
      actions={<KeyDialog options={options} accounts={accounts} />}
      answer={answer}
      rows={(items) => <KeyList keys={items} options={options} accounts={accounts} now={now} />}
      empty={
        <EmptyState heading="No key yet">
          <p>
            A program shows a key in the header <code class="mono text-12">Authorization: Bearer wfk_…</code>. Give it the least role that does, in one
            organization or project where that is enough.
          </p>
        </EmptyState>
      }
    />
  );
});

export const head: DocumentHead = { title: 'API keys' };
