/** Where the company lives and what may leave of it; for owners its move to another region, its data as one archive, and its erasure. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { atLeast, type Role } from '#contracts/access';
import { CompanyExport } from '~/components/regions/company-export';
import { EraseCompany } from '~/components/regions/erase-company';
import { ErasureProgress } from '~/components/regions/erasure-progress';
import { MoveCompany } from '~/components/regions/move-company';
import { MoveProgress } from '~/components/regions/move-progress';
import { RegionList } from '~/components/regions/region-list';
import { ReplicationSetting } from '~/components/regions/replication-setting';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import type { ErasureItem, MoveItem, TenantExportItem, TenantRegionsItem } from '~/lib/api-types';
import { tenantOfSession } from '~/lib/session';

interface Me {
  role: Role | null;
}

export const useRegions = routeLoader$(async (event) => {
  const tenant = tenantOfSession(event.request.headers.get('cookie')) ?? 'acme';
  const at = `/api/v1/tenants/${encodeURIComponent(tenant)}`;
  const me = await get<Me>(event, '/api/v1/auth/me');
  // Not even asked, what would be refused. A company that is being erased answers its owners about its erasure only.
  const role = me.ok ? (me.value.role ?? undefined) : undefined;
  const [regions, move, erasure, takeout] = await Promise.all([
    get<TenantRegionsItem>(event, `${at}/regions`),
    get<MoveItem>(event, `${at}/move`),
    !me.ok || atLeast(role, 'owner') ? get<ErasureItem>(event, `${at}/erasure`) : undefined,
    me.ok && atLeast(role, 'owner') ? get<TenantExportItem>(event, `${at}/export`) : undefined,
  ]);
  if (!regions.ok && !erasure?.ok && !move.ok) failWith(event, regions.problem);
  const asks = move.ok || erasure?.ok || takeout?.ok;
  return {
    tenant,
    names: asks ? await actorNames(event) : {},
    regions,
    move: move.ok ? move.value : undefined,
    erasure: erasure?.ok ? erasure.value : undefined,
    takeout: takeout?.ok ? takeout.value : undefined,
    role,
    now: Date.now(),
  };
});

export default component$(() => {
  const { tenant, names, regions, move, erasure, takeout, role, now } = useRegions().value;
  const isMoving = move !== undefined && move.status !== 'completed';
  if (!regions.ok && !erasure && !move) {
    return (
      <ProblemPanel page="Regions" problem={regions.problem} heading="The regions could not be loaded">
        <a class="btn btn-primary" href="/regions">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  return (
    <>
      <PageHeader title="Regions" note={regions.ok ? `The home of ${tenant} is ${regions.value.home}` : undefined} />
      {regions.ok && <RegionList regions={regions.value} mayClear={!isMoving && !erasure && atLeast(role, 'owner')} now={now} />}
      {regions.ok && !isMoving && <ReplicationSetting regions={regions.value} mayChange={atLeast(role, 'admin')} />}
      {move && <MoveProgress move={move} mayCancel={atLeast(role, 'owner')} names={names} now={now} />}
      {regions.ok && !isMoving && !erasure && atLeast(role, 'owner') && <MoveCompany regions={regions.value} />}
      {regions.ok && !isMoving && !erasure && atLeast(role, 'owner') && <CompanyExport tenant={tenant} takeout={takeout} names={names} now={now} />}
      {erasure ? <ErasureProgress erasure={erasure} names={names} now={now} /> : !isMoving && atLeast(role, 'owner') && <EraseCompany tenant={tenant} />}
    </>
  );
});

export const head: DocumentHead = { title: 'Regions' };
