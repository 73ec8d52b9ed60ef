/** Pictures of every page in both themes and two widths: `tsx test/browser/pages/shots.ts <folder> [part of a name]`. For reviews. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard } from '../../../scripts/local/build.mjs';
import { launch } from '../chromium';
import { PAGES } from './pages';
import { serve } from './serve';

const folder = process.argv[2] ?? 'shots';
const only = process.argv[3] ?? '';

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
      page.on('console', (message) => message.type() === 'error' && console.log(theme, width, page.url(), message.text()));
      page.on('pageerror', (error) => console.log(theme, width, page.url(), error.message));
      const shoot = async (name: string, path: string) => {
        if (!name.includes(only)) return;
        await page.goto(server.origin + path, { waitUntil: 'load' });
        await page.waitForTimeout(350);
        await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: name === 'design', caret: 'initial' });
      };
      await shoot('sign-in', '/sign-in?company=acme');
      await shoot('sign-in-forgot', '/sign-in/forgot?company=acme');
      await shoot('sign-in-reset', '/sign-in/reset?company=acme&token=x');
      await shoot('sign-in-verify', '/sign-in/verify?company=acme&token=x');
      await shoot('sign-in-owner', '/sign-in/owner?company=acme&token=x');
      await shoot('sign-in-invitation', '/sign-in/invitation?company=acme&token=invited');
      await shoot('sign-in-invitation-gone', '/sign-in/invitation?company=acme&token=gone');
      await shoot('sign-in-error', '/sign-in?by=key&error=unauthenticated');
      await page.goto(`${server.origin}/sign-in?key=dev-key`);
      for (const [name, path] of PAGES) await shoot(name, path);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
