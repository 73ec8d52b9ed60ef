/** Keys of programs: made and shown once, limited, rotated, deleted. Who is admin of an organization or project alone sees the keys of it. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { KeyDialog } from '~/components/access/key-dialog';
import { KeyList } from '~/components/access/key-list';
import { EmptyState } from '~/components/ui/empty-state';
import { ListPage } from '~/components/ui/list-page';
import { actorNames } from '~/lib/actors';
import { get } from '~/lib/api';
import type { ApiKeyItem, Page, ServiceAccountItem } from '~/lib/api-types';
import { sendFilters } from '~/lib/filter-form';
import { getList } from '~/lib/list';
import { loadPlaces } from '~/lib/load-places';
import { COMPANY, placeFields, placesOfAdmin, whereOf } from '~/lib/places';

export const useKeys = routeLoader$(async (event) => {
  const [{ options }, accounts, names] = await Promise.all([
    loadPlaces(event),
    get<Page<ServiceAccountItem>>(event, '/api/v1/service-accounts?limit=200'),
    actorNames(event),
  ]);
  const own = placesOfAdmin(options);
  const asked = event.query.get('place');
  const place = own.some(({ value }) => value === asked) ? asked! : (own[0]?.value ?? COMPANY);
  const answer = await getList<ApiKeyItem>(event, '/api/v1/api-keys', placeFields(place));
  return { answer, options, own, place, names, accounts: accounts.ok ? accounts.value.items : [], now: Date.now() };
});

export default component$(() => {
  const { answer, options, own, place, names, accounts, now } = useKeys().value;
  return (
    <ListPage
      title="API keys"
      what="API keys"
      path="/api-keys"
      actions={<KeyDialog options={own} accounts={accounts} place={place} back={`/api-keys?place=${encodeURIComponent(place)}`} />}
      answer={answer}
      filters={
        own.length > 1 ? (
          <form class="filters border-b border-line" action="/api-keys" method="get">
            <label class="flex min-w-0 items-center gap-2 text-13 text-text-2 max-sm:w-full">
              <span class="flex-none">Keys with a role in</span>
              <select name="place" class="field min-w-0 grow sm:w-[280px]" onChange$={(_, field) => sendFilters(field)}>
                {own.map(({ value, label }) => (
                  <option key={value} value={value} selected={value === place}>
                    {value === COMPANY ? 'The company and all in it' : label}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit" class="sr-only">
              Show
            </button>
          </form>
        ) : undefined
      }
      rows={(items) => (
        <KeyList keys={items} options={options} accounts={accounts} names={names} now={now} back={`/api-keys?place=${encodeURIComponent(place)}`} />
      )}
      empty={
        <EmptyState heading={place === COMPANY ? 'No key yet' : `No key has its role in ${whereOf(options, place)}`}>
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
