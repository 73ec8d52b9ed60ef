import { component$ } from '@builder.io/qwik';
import { DeleteSecret } from '~/components/secrets/delete-secret';
import { SecretDialog } from '~/components/secrets/secret-dialog';
import { Actor } from '~/components/ui/actor';
import { type Column, DataTable } from '~/components/ui/data-table';
import { Moment } from '~/components/ui/moment';
import type { ActorNames } from '~/lib/actors';
import type { SecretItem } from '~/lib/api-types';

export const SecretList = component$<{ secrets: SecretItem[]; names: ActorNames; now: number }>(({ secrets, names, now }) => {
  const columns: Column<SecretItem>[] = [
    { title: 'Name', class: 'mono', cell: ({ name }) => name },
    { title: 'Environment', cell: ({ environment }) => environment ?? <span class="text-text-3">all</span> },
    { title: 'Version', cell: ({ version }) => version },
    { title: 'Updated', cell: ({ updated_at }) => <Moment at={updated_at} now={now} /> },
    { title: 'By', class: 'text-text-2', cell: ({ updated_by }) => <Actor by={updated_by} names={names} /> },
    {
      title: 'Actions',
      phone: 'actions',
      cell: (secret) => (
        <>
          <SecretDialog secret={secret} />
          <DeleteSecret secret={secret} />
        </>
      ),
    },
  ];
  return <DataTable caption="Secrets" columns={columns} rows={secrets} keyOf={({ environment, name }) => `${environment ?? ''}/${name}`} />;
});
