import { component$ } from '@builder.io/qwik';
import { DeleteSecret } from '~/components/secrets/delete-secret';
import { SecretDialog } from '~/components/secrets/secret-dialog';
import { Moment } from '~/components/ui/moment';
import type { SecretItem } from '~/lib/api-types';

export const SecretList = component$<{ secrets: SecretItem[]; now: number }>(({ secrets, now }) => (
  <div>
    <table class="data max-sm:hidden">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Environment</th>
          <th scope="col">Version</th>
          <th scope="col">Set</th>
          <th scope="col">By</th>
          <th scope="col">
            <span class="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody class="rows">
        {secrets.map((secret) => (
          <tr key={keyOf(secret)}>
            <td class="mono">{secret.name}</td>
            <td>{secret.environment ?? <span class="text-text-3">all</span>}</td>
            <td>{secret.version}</td>
            <td>
              <Moment at={secret.updated_at} now={now} />
            </td>
            <td class="text-text-2">{secret.updated_by}</td>
            <td>
              <span class="flex justify-end gap-2">
                <SecretDialog secret={secret} />
                <DeleteSecret secret={secret} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <ul class="sm:hidden">
      {secrets.map((secret) => (
        <li key={keyOf(secret)} class="border-b border-line px-3 py-3">
          <p class="mono text-13 break-all">{secret.name}</p>
          <p class="mt-1 text-12 text-text-2">
            {secret.environment ?? 'all environments'}, version {secret.version}, set <Moment at={secret.updated_at} now={now} /> by {secret.updated_by}
          </p>
          <div class="mt-2 flex gap-2">
            <SecretDialog secret={secret} />
            <DeleteSecret secret={secret} />
          </div>
        </li>
      ))}
    </ul>
  </div>
));

function keyOf(secret: SecretItem): string {
  return `${secret.environment ?? ''}/${secret.name}`;
}
