import { component$ } from '@builder.io/qwik';
import { LIMITS } from '#contracts/limits';
import { DeleteKey, RotateKey } from '~/components/access/rotate-key';
import { Actor } from '~/components/ui/actor';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { ApiKeyItem, ServiceAccountItem } from '~/lib/api-types';
import { type PlaceOption, placeOf, whereOf } from '~/lib/places';

const DAY_MS = 86_400_000;

interface Props {
  keys: ApiKeyItem[];
  options: PlaceOption[];
  accounts: Pick<ServiceAccountItem, 'id' | 'name'>[];
  names: ActorNames;
  now: number;
  /** Where changes lead; the list of all keys when absent. */
  back?: string;
}

export const KeyList = component$<Props>(({ keys, options, accounts, names, now, back }) => {
  const actsAs = (key: ApiKeyItem) => {
    if (key.service_account) return `as ${accounts.find(({ id }) => id === key.service_account)?.name ?? key.service_account}`;
    return `${key.role} in ${whereOf(options, placeOf(key))}`;
  };
  const columns: Column<ApiKeyItem>[] = [
    { title: 'Name', cell: (key) => <span title={key.id}>{key.name}</span> },
    { title: 'Prefix', phone: 'end', class: 'mono text-12', cell: ({ prefix }) => `${prefix}…` },
    {
      title: 'Access',
      cell: (key) => (
        <>
          {actsAs(key)} <Limits item={key} />
        </>
      ),
    },
    { title: 'Made by', class: 'text-text-2', cell: ({ created_by }) => (created_by ? <Actor by={created_by} names={names} /> : 'the platform') },
    { title: 'Expires', cell: (key) => <Ends item={key} now={now} /> },
    { title: 'Last used', cell: ({ last_used_at }) => (last_used_at ? <Moment at={last_used_at} now={now} /> : <span class="text-text-3">never</span>) },
    {
      title: 'Actions',
      phone: 'actions',
      cell: (key) => (
        <>
          {key.status === 'active' && !key.replaced_by && <RotateKey item={key} back={back} />}
          <DeleteKey item={key} back={back} />
        </>
      ),
    },
  ];
  return <DataTable caption="API keys" columns={columns} rows={keys} keyOf={({ id }) => id} />;
});

const Limits = ({ item }: { item: ApiKeyItem }) =>
  item.scopes ? (
    <span class="text-12 text-text-3" title={item.scopes.join(', ')}>
      {item.scopes.length === 1 ? item.scopes[0] : `${item.scopes.length} scopes`}
    </span>
  ) : null;

/** As long before as people are mailed. */
const isSoon = ({ expires_at, status, replaced_by }: ApiKeyItem, now: number) =>
  status === 'active' && !replaced_by && Date.parse(expires_at!) - now <= LIMITS.keyNoticeMs;

function daysOf({ expires_at }: ApiKeyItem, now: number): string {
  const days = Math.floor((Date.parse(expires_at!) - now) / DAY_MS);
  return days < 1 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;
}

const Ends = ({ item, now }: { item: ApiKeyItem; now: number }) => {
  if (!item.expires_at) return <span class="text-text-3">never</span>;
  return (
    <>
      <Moment at={item.expires_at} now={now} />
      {isSoon(item, now) && <span class="block text-12 text-retry">expires in {daysOf(item, now)}</span>}
      {item.status === 'expired' && <span class="ml-2 text-12 text-bad">expired</span>}
      {item.replaced_by && <span class="ml-2 text-12 text-text-3">rotated</span>}
    </>
  );
};
