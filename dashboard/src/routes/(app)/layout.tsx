/** The shell of all pages behind the sign-in. */
import { component$, Slot, useServerData } from '@builder.io/qwik';
import { type RequestHandler, routeLoader$ } from '@builder.io/qwik-city';
import { CommandPalette } from '~/components/shell/command-palette';
import { KeyHelp } from '~/components/shell/key-help';
import { Navigation } from '~/components/shell/navigation';
import { PageActions } from '~/components/shell/page-actions';
import { TopBar } from '~/components/shell/top-bar';
import { Toasts } from '~/components/ui/toasts';
import { signInPath } from '~/lib/api';
import { EARLY_KEYS_SCRIPT } from '~/lib/early-keys';
import { takeReturnPath } from '~/lib/return-path';
import { sessionToken, tenantOfSession } from '~/lib/session';
import { themeFromCookie } from '~/lib/theme';

/** Without a session there is nothing to show; with one, the API says on every call whether it still holds. */
export const onRequest: RequestHandler = ({ request, redirect, url, cookie }) => {
  if (!sessionToken(request.headers.get('cookie'))) throw redirect(302, signInPath(url));
  const next = takeReturnPath(cookie, url);
  if (next) throw redirect(302, next);
};

export const useShell = routeLoader$(({ request, platform }) => ({
  place: {
    tenant: tenantOfSession(request.headers.get('cookie')) ?? 'acme',
    region: platform.env.REGION ?? 'local',
    local: platform.env.MODE === 'local',
  },
  theme: themeFromCookie(request.headers.get('cookie')) ?? ('system' as const),
  now: Date.now(),
}));

export default component$(() => {
  const shell = useShell();
  const nonce = useServerData<string>('nonce');
  return (
    <>
      <script nonce={nonce} dangerouslySetInnerHTML={EARLY_KEYS_SCRIPT} />
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <TopBar place={shell.value.place} theme={shell.value.theme} />
      <div class="shell" data-tenant={shell.value.place.tenant}>
        <Navigation local={shell.value.place.local} />
        <main id="main" class="min-w-0">
          <Slot />
        </main>
      </div>
      <KeyHelp />
      <CommandPalette />
      <Toasts />
      <PageActions serverNow={shell.value.now} />
    </>
  );
});
