/** Pictures of every page in both themes and two widths: `tsx test/browser/pages/shots.ts <folder> [part of a name]`. For reviews. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureId } from './fixture-executions';
import { launch } from './in-chromium';
import { serve } from './serve';

const folder = process.argv[2] ?? 'shots';
const only = process.argv[3] ?? '';

const execution = (name: string, query = '') => `/executions/${fixtureId(name)}${query}`;
const PAGES: [string, string][] = [
  ['executions', '/executions?live=0'],
  ['executions-filtered', '/executions?live=0&status=failed&workflow=orders'],
  ['executions-empty', '/executions?live=0&q=nothing-like-this'],
  ['executions-error', '/executions?live=0&q=boom'],
  ['execution-compensated', execution('compensated')],
  ['execution-compensated-error', execution('compensated', '?step=charge-payment')],
  ['execution-stuck', execution('stuck', '?step=book-flight')],
  ['execution-running', execution('running')],
  ['execution-undoing', execution('undoing')],
  ['execution-waiting', execution('waiting')],
  ['execution-held', execution('held')],
  ['debugging', '/applications/wf_orders/debugging?pipeline=process-order'],
  ['execution-completed', execution('completed', '?step=parse-request')],
  ['execution-fifty', execution('fifty')],
  ['execution-thousand', execution('thousand')],
  ['execution-events', execution('compensated', '?view=events')],
  ['execution-metadata', execution('compensated', '?view=metadata')],
  ['execution-404', `/executions/${fixtureId('unknown')}`],
  ['applications', '/applications'],
  ['application', '/applications/wf_orders'],
  ['application-source', '/applications/wf_orders?view=source'],
  ['application-versions', '/applications/wf_orders?view=versions'],
  ['secrets', '/secrets'],
  ['audit', '/audit'],
  ['audit-empty', '/audit?actor=nobody'],
  ['schedules', '/schedules'],
  ['machines', '/machines'],
  ['machine', '/machines/order-lifecycle/order'],
  ['machine-instance', '/machines/order-lifecycle/order/o-1001'],
  ['machines-empty', '/machines?environment=empty'],
  ['dead-letters', '/dead-letters'],
  ['dead-letters-none-wait', '/dead-letters?pipeline=orders.process-order'],
  ['dead-letter', `/dead-letters/${fixtureId('letter-payments-0')}?pipeline=payments.process-payment`],
  ['design', '/design'],
  ['not-found', '/nowhere'],
];

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
        await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: name === 'design' });
      };
      await shoot('sign-in', '/sign-in');
      await shoot('sign-in-error', '/sign-in?error=unauthenticated');
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
