/** The page of schedules in Chromium: what is due, and what an operator may do about it. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('schedules', {}, (stage) => {
  const open = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);

  it('shows times, lets one rest and go on, and says plainly what is refused', async () => {
    await open('/schedules');
    const report = stage.page.getByRole('listitem').filter({ hasText: '0 7 * * 1-5 Europe/Berlin' });
    await report.getByText('skipped: the run before had not ended').first().waitFor();
    await report.getByText('The last 2 times').click();
    await report.getByRole('link').waitFor();
    await report.getByRole('button', { name: 'Pause' }).click();
    await report.getByText('paused by user:operator').waitFor();
    await report.getByRole('button', { name: 'Resume' }).click();
    await report.getByRole('button', { name: 'Pause' }).waitFor();
    const held = stage.page.getByRole('listitem').filter({ hasText: 'every 1 min' });
    await held.getByText('2 times, the first due').waitFor();
    await held.getByText('The company acme has 5 executions at work').waitFor();
    const sweep = stage.page.getByRole('listitem').filter({ hasText: 'every 15 min' });
    await expect.poll(() => sweep.getByRole('button', { name: 'Pause' }).count()).toBe(0);
    await sweep.getByRole('button', { name: 'Run now' }).click();
    await sweep.getByRole('alert').getByText('nightly-report has no schedule sweep here.').waitFor();
  });

  it('has words where nothing starts by time, and fits a phone', async () => {
    await open('/schedules?environment=empty');
    await stage.page.getByText('Nothing starts by time').waitFor();
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await open('/schedules');
    await stage.page.locator('h1').first().waitFor();
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
