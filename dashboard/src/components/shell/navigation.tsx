/** Where one can go, in groups: a rail beside the page where there is room, a row above it elsewhere. */
import { component$ } from '@builder.io/qwik';
import { useLocation } from '@builder.io/qwik-city';

interface Link {
  href: string;
  label: string;
  /** In local development only. */
  local?: true;
}

const GROUPS: { label: string; links: Link[] }[] = [
  {
    label: 'Run',
    links: [
      { href: '/executions', label: 'Executions' },
      { href: '/live', label: 'Live' },
      { href: '/logs', label: 'Logs' },
      { href: '/metrics', label: 'Metrics' },
      { href: '/machines', label: 'State machines' },
      { href: '/dead-letters', label: 'Dead letters' },
      { href: '/debugging', label: 'Debugging' },
      { href: '/schedules', label: 'Schedules' },
      { href: '/topics', label: 'Topics' },
      { href: '/idempotency-keys', label: 'Idempotency keys' },
    ],
  },
  { label: 'Build', links: [{ href: '/applications', label: 'Applications' }] },
  {
    label: 'Company',
    links: [
      { href: '/projects', label: 'Projects' },
      { href: '/members', label: 'Members' },
      { href: '/api-keys', label: 'API keys' },
      { href: '/identity-providers', label: 'Sign-in' },
      { href: '/security', label: 'Security' },
    ],
  },
  {
    label: 'Operate',
    links: [
      { href: '/circuit-breakers', label: 'Circuit breakers' },
      { href: '/quotas', label: 'Quotas' },
      { href: '/secrets', label: 'Secrets' },
      { href: '/audit', label: 'Audit' },
      { href: '/regions', label: 'Regions' },
      { href: '/mailbox', label: 'Mailbox', local: true },
    ],
  },
  { label: 'Reference', links: [{ href: '/design', label: 'Design' }] },
];

const isAt = (pathname: string, href: string) => pathname === href || pathname.startsWith(`${href}/`);

export const Navigation = component$<{ local: boolean }>(({ local }) => {
  const { url } = useLocation();
  return (
    <nav class="rail" aria-label="Main">
      {GROUPS.map((group) => (
        <div key={group.label} class="rail-group">
          <h2 class="px-2 pb-1 text-12 font-medium text-text-3">{group.label}</h2>
          <ul>
            {group.links
              .filter((link) => local || !link.local)
              .map((link) => (
                <li key={link.href}>
                  <a href={link.href} class="rail-link" aria-current={isAt(url.pathname, link.href) ? 'page' : undefined}>
                    {link.label}
                  </a>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
});
