/** The regions of the platform: how each is, and what of the company is there. */
import { component$ } from '@builder.io/qwik';
import type { RegionHealth } from '#contracts/peer';
import { Moment } from '~/components/ui/moment';
import { type AnyStatus, StatusMark } from '~/components/ui/status-mark';
import type { TenantRegionsItem } from '~/lib/api-types';
import { type RegionRow, regionRows } from '~/lib/regions';

const HEALTH: Record<RegionHealth, { mark: AnyStatus; word: string }> = {
  ok: { mark: 'completed', word: 'Healthy' },
  failing: { mark: 'retrying', word: 'Answers with errors' },
  unavailable: { mark: 'failed', word: 'Does not answer' },
};

export const RegionList = component$<{ regions: TenantRegionsItem; now: number }>(({ regions, now }) => {
  const rows = regionRows(regions);
  return (
    <div>
      <table class="data max-sm:hidden">
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col">Health</th>
            <th scope="col">What of {regions.tenant} is there</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody class="rows">
          {rows.map((row) => (
            <tr key={row.region}>
              <td class="mono">{row.region}</td>
              <td>
                <Health health={row.health} />
              </td>
              <td class={row.role ? undefined : 'text-text-3'}>{contentOf(row)}</td>
              <td>{row.since && <Moment at={row.since} now={now} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="sm:hidden">
        {rows.map((row) => (
          <li key={row.region} class="border-b border-line px-3 py-3">
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1 text-13">
              <span class="mono">{row.region}</span>
              <Health health={row.health} />
            </p>
            <p class="mt-1 text-12 text-text-2">
              {contentOf(row)}
              {row.since && (
                <>
                  , since <Moment at={row.since} now={now} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
});

const Health = ({ health }: { health: RegionHealth }) => (
  <span class="status" data-status={HEALTH[health].mark}>
    <StatusMark status={HEALTH[health].mark} />
    {HEALTH[health].word}
  </span>
);

function contentOf({ role, current }: RegionRow): string {
  if (role === 'home') return 'Home: everything but executions that live elsewhere';
  if (role === undefined) return 'Nothing';
  return current ? 'Definitions, all that is deployed; executions that live there' : 'Definitions, the latest are being sent; executions that live there';
}
