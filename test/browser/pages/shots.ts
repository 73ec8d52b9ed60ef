/**
 * Pictures of every page in both themes and two widths, for reviews: `tsx test/browser/pages/shots.ts <folder> [part of a name]`.
 * `SHOTS=states` has what somebody opens, and data that are not as usual (`states.ts`); `SHOTS=all` both.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { buildDashboard } from '../../../scripts/local/build.mjs';
import { launch } from '../chromium';
import { PAGES } from './pages';
import { serve } from './serve';
import { STATES, type State } from './states';

const [folder = 'shots', only = ''] = process.argv.slice(2);
const wanted = process.env.SHOTS ?? 'pages';

/** What somebody sees who has not signed in. */
const IN_FRONT: readonly State[] = [
  { name: 'sign-in', path: '/sign-in?company=acme' },
  { name: 'sign-in-forgot', path: '/sign-in/forgot?company=acme' },
  { name: 'sign-in-reset', path: '/sign-in/reset?company=acme&token=x' },
  { name: 'sign-in-verify', path: '/sign-in/verify?company=acme&token=x' },
  { name: 'sign-in-owner', path: '/sign-in/owner?company=acme&token=x' },
  { name: 'sign-in-invitation', path: '/sign-in/invitation?company=acme&token=invited' },
  { name: 'sign-in-invitation-known', path: '/sign-in/invitation?company=acme&token=known' },
  { name: 'sign-in-invitation-signed-in', path: '/sign-in/invitation?company=acme&token=signed-in' },
  { name: 'sign-in-invitation-gone', path: '/sign-in/invitation?company=acme&token=gone' },
  { name: 'sign-in-error', path: '/sign-in?by=key&error=unauthenticated' },
];
const BEHIND: readonly State[] = [...(wanted === 'states' ? [] : PAGES.map(([name, path]) => ({ name, path }))), ...(wanted === 'pages' ? [] : STATES)];

await buildDashboard(console.log);
mkdirSync(folder, { recursive: true });
const server = await serve();
const browser = await launch();
try {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      const context = await browser.newContext({
        viewport: { width, height: width > 1000 ? 900 : 844 },
        colorScheme: theme,
        reducedMotion: 'reduce',
        hasTouch: width < 500,
        isMobile: width < 500,
      });
      const page = await context.newPage();
      const say = (text: string) => console.log(theme, width, page.url(), text);
      page.on('console', (message) => message.type() === 'error' && say(message.text()));
      page.on('pageerror', (error) => say(error.message));
      const shoot = async (state: State) => {
        // Of what is seldom, half of the looks are enough.
        if (state.extreme && (theme === 'light') !== width > 1000) return;
        if (state.name.includes(only)) await picture(page, context, state, `${state.name}-${width}-${theme}`).catch((error) => say(`${state.name}: ${error}`));
      };
      if (wanted !== 'states') for (const state of IN_FRONT) await shoot(state);
      await page.goto(`${server.origin}/sign-in?key=dev-key`);
      for (const state of BEHIND) await shoot(state);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);

async function picture(page: Page, context: BrowserContext, { name, path, extreme, act, print }: State, file: string): Promise<void> {
  await context.addCookies([{ name: 'extreme', value: extreme ?? 'none', url: server.origin }]);
  await page.emulateMedia({ media: print ? 'print' : null });
  await page.goto(server.origin + path, { waitUntil: 'load' });
  await page.waitForTimeout(350);
  await act?.(page);
  if (act) await page.waitForTimeout(250);
  await page.screenshot({ path: join(folder, `${file}.png`), fullPage: name === 'design' || print, caret: 'initial' });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}
