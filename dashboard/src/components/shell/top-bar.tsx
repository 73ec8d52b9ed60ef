/** Product, place (tenant, region), where one can go, and what belongs to the person. */
import { component$ } from '@builder.io/qwik';
import { useLocation } from '@builder.io/qwik-city';
import { ThemeSwitch } from '~/components/shell/theme-switch';
import { Icon } from '~/components/ui/icon';
import type { Theme } from '~/lib/theme';

export interface Place {
  tenant: string;
  region: string;
  local: boolean;
}

const LINKS = [
  { href: '/executions', label: 'Executions' },
  { href: '/applications', label: 'Applications' },
  { href: '/design', label: 'Design' },
];

export const ProductMark = () => (
  <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false" fill="var(--accent)">
    <rect x="1" y="3" width="10" height="4" rx="1.5" />
    <rect x="5" y="8.5" width="10" height="4" rx="1.5" opacity="0.75" />
    <rect x="12" y="14" width="7" height="4" rx="1.5" opacity="0.5" />
  </svg>
);

export const TopBar = component$<{ place: Place; theme: Theme }>(({ place, theme }) => {
  const { url } = useLocation();
  return (
    <header class="top-bar border-b border-line bg-surface">
      <div class="flex h-12 items-center gap-1 px-3 sm:gap-3 sm:px-4">
        <a href="/executions" class="flex items-center gap-2 font-semibold no-underline" aria-label="Workflow, executions">
          <ProductMark />
          <span class="hidden sm:inline">Workflow</span>
        </a>
        <span class="hidden items-center gap-2 border-l border-line pl-3 text-13 text-text-2 sm:flex">
          <span title="Tenant">{place.tenant}</span>
          <span
            class="mono rounded border border-line-strong px-1 text-12 text-text-2 uppercase"
            title={`Region: everything of this tenant is stored in ${place.region}`}
          >
            {place.region}
          </span>
          {place.local && (
            <span class="hidden rounded bg-sunken px-1.5 text-12 text-text-3 lg:inline" title="This is a local instance for development.">
              local
            </span>
          )}
        </span>
        <nav class="-mb-px flex h-full items-end self-stretch" aria-label="Main">
          {LINKS.map((link) => (
            <a key={link.href} href={link.href} class="tab h-full" aria-current={url.pathname.startsWith(link.href) ? 'page' : undefined}>
              {link.label}
            </a>
          ))}
        </nav>
        <div class="ml-auto flex items-center gap-1">
          <span class="hidden sm:block">
            <ThemeSwitch pinned={theme} />
          </span>
          <button
            type="button"
            class="btn btn-quiet btn-icon max-sm:hidden"
            onClick$={() => (document.getElementById('keys') as HTMLDialogElement).showModal()}
            aria-label="Show keys"
            title="Keys (?)"
          >
            <Icon name="keyboard" />
          </button>
          <form method="post" action="/sign-out">
            <button type="submit" class="btn btn-quiet btn-icon" aria-label="Sign out" title="Sign out">
              <Icon name="signOut" />
            </button>
          </form>
        </div>
      </div>
      <div class="flex h-8 items-center gap-2 border-t border-line px-3 text-12 text-text-2 sm:hidden">
        <span>{place.tenant}</span>
        <span class="mono rounded border border-line-strong px-1 uppercase">{place.region}</span>
        {place.local && <span class="text-text-3">local</span>}
        <span class="ml-auto">
          <ThemeSwitch pinned={theme} />
        </span>
      </div>
    </header>
  );
});
