/** Product, place (tenant, region), and what belongs to the person. */
import { component$ } from '@builder.io/qwik';
import { ThemeSwitch } from '~/components/shell/theme-switch';
import { Icon } from '~/components/ui/icon';
import type { Theme } from '~/lib/theme';

export interface Place {
  tenant: string;
  region: string;
  local: boolean;
}

export const ProductMark = () => (
  <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false" fill="var(--accent)">
    <rect x="1" y="3" width="10" height="4" rx="1.5" />
    <rect x="5" y="8.5" width="10" height="4" rx="1.5" opacity="0.75" />
    <rect x="12" y="14" width="7" height="4" rx="1.5" opacity="0.5" />
  </svg>
);

export const TopBar = component$<{ place: Place; theme: Theme }>(({ place, theme }) => {
  return (
    <header class="top-bar border-b border-line bg-surface">
      <div class="flex h-12 items-center gap-1 px-3 sm:gap-3 sm:px-4">
        <a href="/executions" class="flex items-center gap-2 font-semibold no-underline" aria-label="Workflow, executions">
          <ProductMark />
          <span class="hidden sm:inline">Workflow</span>
        </a>
        <span class="ml-1 flex min-w-0 items-center gap-2 border-l border-line pl-3 text-13 text-text-2">
          <span title="Company" class="truncate">
            {place.tenant}
          </span>
          <span class="mono rounded border border-line-strong px-1 text-12 text-text-2" title={`Region: what ${place.tenant} has is stored in ${place.region}`}>
            {place.region}
          </span>
          {place.local && (
            <span class="hidden rounded bg-sunken px-1.5 text-12 text-text-3 lg:inline" title="This is a local instance for development.">
              local
            </span>
          )}
        </span>
        <div class="ml-auto flex items-center gap-1">
          <button
            type="button"
            class="btn btn-quiet gap-2 max-sm:w-8 max-sm:p-0"
            aria-keyshortcuts="Control+K Meta+K"
            title="Go anywhere, do anything (Ctrl K)"
            onClick$={() => document.dispatchEvent(new Event('openpalette'))}
          >
            <Icon name="search" size={14} />
            <span class="sr-only">Search and commands </span>
            <kbd class="kbd max-sm:hidden">Ctrl K</kbd>
          </button>
          <ThemeSwitch pinned={theme} />
          <button
            type="button"
            class="btn btn-quiet btn-icon max-sm:hidden"
            onClick$={() => (document.getElementById('keys') as HTMLDialogElement).showModal()}
            aria-label="Show keys"
            title="Keys (?)"
          >
            <Icon name="keyboard" />
          </button>
          <a href="/account" class="btn btn-quiet btn-icon" aria-label="Account" title="Account">
            <Icon name="person" />
          </a>
          <form method="post" action="/sign-out">
            <button type="submit" class="btn btn-quiet btn-icon" aria-label="Sign out" title="Sign out">
              <Icon name="signOut" />
            </button>
          </form>
        </div>
      </div>
    </header>
  );
});
