/** In which environments an application runs, and whether an older version does. */
import { StatusMark } from '~/components/ui/status-mark';
import type { Deployed as DeployedItem } from '~/lib/api-types';

export const Deployed = ({ deployed, latest }: { deployed: DeployedItem[]; latest: number }) => {
  if (deployed.length === 0) return <p class="mt-1 text-12 text-text-3">Not deployed anywhere yet.</p>;
  return (
    <ul class="mt-1 flex flex-wrap gap-x-3 gap-y-1 text-12">
      {deployed.map(({ environment, version }) => (
        <li key={environment} class="inline-flex items-center gap-1.5">
          <StatusMark status="completed" size={12} />
          {environment}
          <span class={version < latest ? 'text-retry' : 'text-text-3'}>
            v{version}
            {version < latest ? `, latest is v${latest}` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
};
