/** What the company has decided about its safety, and how long it keeps what has ended; for the operator also what is left of erased companies. */
import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { atLeast, type Role } from '#contracts/access';
import { Certificates } from '~/components/security/certificates';
import { EgressSection } from '~/components/security/egress-section';
import { RequiredFactor } from '~/components/security/required-factor';
import { RetentionSection } from '~/components/security/retention-section';
import { PageHeader } from '~/components/ui/page-header';
import { Pager } from '~/components/ui/pager';
import { ProblemPanel } from '~/components/ui/problem-panel';
import { actorNames } from '~/lib/actors';
import { failWith, get } from '~/lib/api';
import type { CompanySecurityItem, EgressItem, ErasureCertificateItem, RetentionItem } from '~/lib/api-types';
import { getList } from '~/lib/list';
import { tenantOfSession } from '~/lib/session';

interface Me {
  kind: string;
  role: Role | null;
}

export const useSecurity = routeLoader$(async (event) => {
  const tenant = tenantOfSession(event.request.headers.get('cookie')) ?? 'acme';
  const at = `/api/v1/tenants/${encodeURIComponent(tenant)}`;
  const me = await get<Me>(event, '/api/v1/auth/me');
  const role = me.ok ? (me.value.role ?? undefined) : undefined;
  // Not even asked, what would be refused.
  const [egress, retention, security, certificates] = await Promise.all([
    get<EgressItem>(event, `${at}/egress`),
    get<RetentionItem>(event, `${at}/retention`),
    atLeast(role, 'admin') ? get<CompanySecurityItem>(event, `${at}/security`) : undefined,
    me.ok && me.value.kind === 'operator' ? getList<ErasureCertificateItem>(event, '/api/v1/erasures') : undefined,
  ]);
  if (!egress.ok) failWith(event, egress.problem);
  const names = certificates?.ok && certificates.value.items.length > 0 ? await actorNames(event) : {};
  return { tenant, role, egress, retention, security, certificates, names, now: Date.now() };
});

export default component$(() => {
  const { tenant, role, egress, retention, security, certificates, names, now } = useSecurity().value;
  if (!egress.ok) {
    return (
      <ProblemPanel page="Security" problem={egress.problem} heading="The rules of the company could not be loaded">
        <a class="btn btn-primary" href="/security">
          Try again
        </a>
      </ProblemPanel>
    );
  }
  return (
    <>
      <PageHeader title="Security" note={`Rules of ${tenant}`} />
      <EgressSection tenant={tenant} rules={egress.value} mayChange={atLeast(role, 'admin')} />
      {security?.ok && <RequiredFactor tenant={tenant} required={security.value.requires_second_factor} mayChange={atLeast(role, 'owner')} />}
      {retention.ok && <RetentionSection set={retention.value} mayChange={atLeast(role, 'owner')} now={now} />}
      {certificates?.ok && (
        <>
          <Certificates certificates={certificates.value.items} names={names} now={now} />
          <Pager next={certificates.value.next_cursor} />
        </>
      )}
    </>
  );
});

export const head: DocumentHead = { title: 'Security' };
