/** What the company may have under way, what it has, and who waits for what: at home, or in another of its regions. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import type { ExecutionSummary } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { HeldSchedules } from '~/components/quotas/held-schedules';
import { QuotaSetting } from '~/components/quotas/quota-setting';
import { QuotaUse } from '~/components/quotas/quota-use';
import { PageHeader } from '~/components/ui/page-header';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { regionChoice } from '~/components/ui/region-choice';
import { failWith, get } from '~/lib/api';
import type { MeItem, Page, ScheduleItem, TenantQuotaItem, UsageItem } from '~/lib/api-types';
import { pendingPath, schedulesPath, usagePath } from '~/lib/quotas';
import { tenantOfSession } from '~/lib/session';

type PendingPage = Page<ExecutionSummary> & { regions?: { region: string }[] };

export const useQuotas = routeLoader$(async (event) => {
  const tenant = tenantOfSession(event.request.headers.get('cookie')) ?? 'acme';
  const home = event.platform.env.REGION ?? 'local';
  const region = event.query.get('region') ?? home;
  const [me, set, usage, pending, schedules] = await Promise.all([
    get<MeItem>(event, '/api/v1/auth/me'),
    get<TenantQuotaItem>(event, `/api/v1/tenants/${encodeURIComponent(tenant)}/quota`),
    get<UsageItem>(event, usagePath(tenant), region === home ? undefined : region),
    get<PendingPage>(event, pendingPath()),
    get<Page<ScheduleItem>>(event, schedulesPath()),
  ]);
  const failed = [set, usage].find((answer) => !answer.ok);
  if (failed && !failed.ok) failWith(event, failed.problem);
  return {
    set,
    usage,
    pending: pending.ok ? pending.value : ({ items: [], next_cursor: null } as PendingPage),
    held: schedules.ok ? schedules.value.items.filter(({ waiting }) => waiting !== null) : [],
    home,
    region,
    isOperator: me.ok && me.value.kind === 'operator',
    now: Date.now(),
  };
});

export default component$(() => {
  const { set, usage, pending, held, home, region, isOperator, now } = useQuotas().value;
  if (!set.ok) return <NotLoaded problem={set.problem} />;
  if (!usage.ok) return <NotLoaded problem={usage.problem} />;
  return (
    <>
      <PageHeader title="Quotas" note={usage.value.bounds.length === 0 ? 'Nothing is limited' : undefined} />
      {regionChoice('/quotas', [home, ...(pending.regions ?? []).map((one) => one.region).filter((name) => name !== home)], region)}
      <QuotaUse usage={usage.value} pending={pending} region={region} isHome={region === home} now={now} />
      {held.length > 0 && <HeldSchedules schedules={held} now={now} />}
      <QuotaSetting set={set.value} isOperator={isOperator} />
    </>
  );
});

const NotLoaded = ({ problem }: { problem: ProblemBody }) => (
  <ProblemPanel page="Quotas" problem={problem} heading="The quotas could not be loaded">
    <a class="btn btn-primary" href="/quotas">
      Try again
    </a>
  </ProblemPanel>
);

export const head: DocumentHead = { title: 'Quotas' };
