import { component$ } from '@builder.io/qwik';
import { DeleteKey, RotateKey } from '~/components/access/rotate-key';
import { Moment } from '~/components/ui/moment';
import type { ApiKeyItem, ServiceAccountItem } from '~/lib/api-types';
import { labelOf, type PlaceOption, placeOf } from '~/lib/places';

interface Props {
  keys: ApiKeyItem[];
  options: PlaceOption[];
  accounts: ServiceAccountItem[];
  now: number;
}

export const KeyList = component$<Props>(({ keys, options, accounts, now }) => {
  const actsAs = (key: ApiKeyItem) => {
    if (key.service_account) return `as ${accounts.find(({ id }) => id === key.service_account)?.name ?? key.service_account}`;
    return key.project ? `${key.role} in ${labelOf(options, placeOf({ project: key.project }))}` : `${key.role} in the company`;
  };
  return (
    <div>
      <table class="data max-sm:hidden">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Begins with</th>
            <th scope="col">May</th>
            <th scope="col">Runs out</th>
            <th scope="col">Last used</th>
            <th scope="col">
              <span class="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody class="rows">
          {keys.map((key) => (
            <tr key={key.id}>
              <td>
                <span title={`${key.id}, made by ${key.created_by ?? 'the platform'}`}>{key.name}</span>
              </td>
              <td class="mono text-12">{key.prefix}…</td>
              <td>
                {actsAs(key)} <Limits item={key} />
              </td>
              <td>
                <Ends item={key} now={now} />
              </td>
              <td>{key.last_used_at ? <Moment at={key.last_used_at} now={now} /> : <span class="text-text-3">never</span>}</td>
              <td>
                <Actions item={key} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="sm:hidden">
        {keys.map((key) => (
          <li key={key.id} class="border-b border-line px-3 py-3">
            <p class="text-13 break-all">
              {key.name} <span class="mono text-12 text-text-3">{key.prefix}…</span>
            </p>
            <p class="mt-1 text-12 text-text-2">
              {actsAs(key)} <Limits item={key} />
            </p>
            <p class="mt-1 text-12 text-text-2">
              {key.status === 'active' && 'Runs out '}
              <Ends item={key} now={now} />, used {key.last_used_at ? <Moment at={key.last_used_at} now={now} /> : 'never'}
            </p>
            <div class="mt-2">
              <Actions item={key} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
});

const Actions = ({ item }: { item: ApiKeyItem }) => (
  <span class="flex justify-end gap-2 max-sm:justify-start">
    {item.status === 'active' && !item.replaced_by && <RotateKey item={item} />}
    <DeleteKey item={item} />
  </span>
);

const Limits = ({ item }: { item: ApiKeyItem }) =>
  item.scopes ? (
    <span class="text-12 text-text-3" title={item.scopes.join(', ')}>
      {item.scopes.length === 1 ? item.scopes[0] : `${item.scopes.length} scopes`}
    </span>
  ) : null;

const Ends = ({ item, now }: { item: ApiKeyItem; now: number }) => {
  if (!item.expires_at) return <span class="text-text-3">never</span>;
  return (
    <>
      {item.status === 'expired' && 'Has run out '}
      <Moment at={item.expires_at} now={now} />
      {item.replaced_by && <span class="ml-2 text-12 text-text-3">rotated</span>}
    </>
  );
};
