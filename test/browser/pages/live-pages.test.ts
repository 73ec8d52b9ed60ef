/** The page Live in Chromium: executions light up as their messages come; a lost connection has an answer; many are bounded. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('live executions', {}, (stage) => {
  const open = async (query = '') => {
    await stage.page.goto(`${stage.server.origin}/live${query}`);
    await stage.page.locator('body[data-live=ready]').waitFor();
    await stage.page.locator('.live-dot[data-on=true]').waitFor();
  };
  const run = (name: string) => stage.page.locator('.live-run').filter({ has: stage.page.locator(`a[href="/executions/${fixtureId(name)}"]`) });
  const tell = (name: string, seq: number, event: string, data: Record<string, unknown> = {}, status = 'running') =>
    stage.server.emit(event, {
      execution_id: fixtureId(name),
      seq,
      at: Date.now(),
      execution_status: status,
      workflow: 'orders',
      pipeline: 'process-order',
      ...data,
    });

  it('shows one as it runs: its steps to come, the one that runs, and how it ended', async () => {
    await open();
    // Of one that was under way before, too.
    await run('running').getByText('under way before you looked').waitFor();
    tell('fresh', 1, 'execution.started');
    await run('fresh').locator('.live-step[data-status=pending]').first().waitFor();
    tell('fresh', 2, 'step.started', { step: 'parse-request', type: 'step.request_parse', attempt: 1 });
    await run('fresh').locator('.live-step[data-status=running]').getByText('parse-request').waitFor();
    tell('fresh', 3, 'step.completed', { step: 'parse-request', duration_ms: 2 });
    tell('fresh', 4, 'step.started', { step: 'charge-payment', type: 'step.http_call', attempt: 1 });
    tell('fresh', 5, 'step.failed', { step: 'charge-payment', final: true, error: { code: 'upstream_status', message: '503 from payment' } });
    tell('fresh', 6, 'execution.failed', { error: { code: 'upstream_status', message: '503 from payment' } }, 'failed');
    await run('fresh').locator('.live-step[data-status=failed]').getByText('charge-payment').waitFor();
    await run('fresh').getByText('503 from payment').waitFor();
    await stage.page.getByText('1 went wrong').waitFor();
    await run('fresh').getByRole('link').first().click();
    await stage.page.waitForURL(new RegExp(`/executions/${fixtureId('fresh')}`));
  });

  it('draws a bounded number, and counts the rest', async () => {
    await open('?workflow=orders');
    for (let n = 0; n < 60; n++) tell(`many-${n}`, 1, 'execution.started');
    await stage.page.getByText(/more are under way/).waitFor();
    await expect.poll(() => stage.page.locator('.live-run').count()).toBe(24);
    // The one of the fixture's script may be among them.
    await stage.page.getByText(/6[01] started/).waitFor();
  });

  it('says that the connection was lost, and goes on when it stands again', async () => {
    await open();
    tell('kept', 1, 'execution.started');
    await run('kept').waitFor();
    await stage.context.setOffline(true);
    await stage.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await stage.page.getByText('The connection was lost.').waitFor();
    await stage.context.setOffline(false);
    await stage.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await stage.page.locator('.live-dot[data-on=true]').waitFor();
    stage.faults.length = 0;
  });

  it('fits a phone, is still under reduced motion, and filters in the URL', async () => {
    await stage.page.emulateMedia({ reducedMotion: 'reduce' });
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await open();
    tell('small', 1, 'execution.started');
    tell('small', 2, 'step.started', { step: 'check-inventory', type: 'step.http_call', attempt: 1 });
    await run('small').getByText('check-inventory').filter({ visible: true }).waitFor();
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const bar = run('small').locator('.live-bar').first();
    await expect.poll(() => bar.evaluate((shown) => getComputedStyle(shown, '::after').animationName)).toBe('none');
    await stage.page.getByLabel('Status').selectOption('failed');
    await stage.page.waitForURL(/\/live\?status=failed$/);
  });

  it('asks the server for those with a search attribute, and keeps it in the URL', async () => {
    const asked: string[] = [];
    stage.page.on('request', (request) => request.url().includes('/executions/live') && asked.push(new URL(request.url()).search));
    await open();
    await stage.page.getByLabel('Search attributes').fill('customer_id=c-1');
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForURL(/\/live\?attributes=customer_id%3Dc-1$/);
    await stage.page.locator('.live-dot[data-on=true]').waitFor();
    expect(asked.at(-1)).toBe('?attr.customer_id=c-1');
    await stage.page.getByRole('link', { name: 'Clear' }).click();
    await stage.page.waitForURL(/\/live$/);
  });
});
