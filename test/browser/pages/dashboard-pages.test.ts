/**
 * The built pages in Chromium, on the fixture API: what a person does on them. The whole platform behind them is
 * tested elsewhere; here every state can be had at will. Needs `npm run build -w dashboard`.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { type DevServer, serve } from './serve';

const CHROMIUM = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

describe.skipIf(!CHROMIUM)('dashboard', () => {
  let server: DevServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });
  afterAll(async () => browser?.close());

  beforeEach(async () => {
    server = await serve();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.push(message.text()));
    await page.goto(`${server.origin}/sign-in?key=dev-key`);
  });
  afterEach(async () => {
    await context.close();
    await server.close();
    // A broken content security policy shows here as well.
    expect(faults).toEqual([]);
  });

  const open = (name: string, query = '') => page.goto(`${server.origin}/executions/${fixtureId(name)}${query}`);
  const bar = (line: string, nth = 0) => page.locator(`[data-key="${line}"] .wf-seg`).nth(nth);

  it('turns a bar from running to failed, and undoes, without a reload', async () => {
    await open('live');
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    await bar('s:charge-payment').and(page.locator('[data-status=running]')).waitFor();
    await page.locator('[data-key="s:charge-payment"][data-status=failed]').waitFor();
    expect(
      await page
        .locator('[data-key="s:charge-payment"] .wf-seg')
        .evaluateAll((all) => all.map((one) => `${(one as HTMLElement).dataset.kind} ${(one as HTMLElement).dataset.status}`)),
    ).toEqual(['run retrying', 'wait retrying', 'run failed']);
    await page.locator('[data-key="c:reserve-inventory"][data-status=compensated]').waitFor();
    await page.getByText('charge-payment failed after 2 attempts: 503 from payment. The two steps before it were undone.').waitFor();
    expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
  });

  it('asks every two seconds where live messages do not come through', async () => {
    await page.route('**/executions/live*', (route) => route.abort());
    await open('live');
    await page.getByText('Asking every 2 s').waitFor();
    server.begin();
    await page.locator('header .status[data-status=compensated]').waitFor();
    await page.getByText('Asking every 2 s').waitFor({ state: 'detached' });
    // The browser reports each aborted connection.
    faults = faults.filter((text) => !text.includes('ERR_FAILED'));
  });

  it('expands the input of a step, copies a value and keeps the step in the URL', async () => {
    await open('compensated');
    await page.locator('[data-key="s:reserve-inventory"]').click();
    await page.getByRole('tab', { name: 'Input' }).click();
    const json = page.getByRole('group', { name: 'Input' });
    await json.getByText('{ 2 keys }').first().waitFor();
    expect(await json.getByText('lines').count()).toBe(0);
    await json.getByRole('button', { name: 'Open body.order' }).click();
    await json.getByText('lines').waitFor();
    await json.locator('[data-line="body.sku"]').hover();
    await json.getByRole('button', { name: 'Copy the value of body.sku' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('SKU-001');
    expect(new URL(page.url()).searchParams.get('step')).toBe('reserve-inventory');
  });

  it('shows markup in a value as text', async () => {
    await open('completed', '?step=parse-request');
    await page.getByText('"</script><img src=x onerror=alert(1)><!-- Lorem').waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });

  it('is walked by keys', async () => {
    await open('compensated');
    await page.locator('body[data-keys=ready]').waitFor();
    await page.locator('#waterfall').focus();
    await page.keyboard.press('f');
    await page.keyboard.press('Enter');
    const pane = page.getByRole('complementary', { name: 'Details of charge-payment' });
    await pane.waitFor();
    await pane.getByText('The other side answered with an error').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('complementary', { name: 'Details of notify' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.pane').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('inventory');
    await page.locator('[data-key="s:charge-payment"]').waitFor({ state: 'detached' });
    expect(await page.locator('.wf-row').count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  it('draws all of fifty steps', async () => {
    await open('fifty');
    expect(await page.locator('.wf-row').count()).toBe(50);
  });

  it('draws only the visible part of a thousand steps, and gets to the last', async () => {
    await open('thousand');
    await page.locator('.wf-minimap').waitFor();
    expect(await page.locator('.wf-row').count()).toBeLessThan(120);
    await page.locator('body[data-keys=ready]').waitFor();
    await page.locator('#waterfall').focus();
    await page.keyboard.press('End');
    await page.locator('[data-key="s:customer-1000"]').waitFor();
    expect(await page.locator('.wf-row').count()).toBeLessThan(120);
    await page.keyboard.press('f');
    await page.locator('[data-key="s:customer-0998"][data-cursor=true]').waitFor();
  });

  it('cancels after asking', async () => {
    await open('running');
    await page.getByRole('button', { name: 'Cancel' }).click();
    const plan = page.getByRole('region', { name: 'What would be undone' });
    await plan.getByText('It ends compensated').waitFor();
    await plan.locator('summary').first().click();
    await plan.getByText('"POST"').first().waitFor();
    await page.getByRole('button', { name: 'Cancel execution' }).click();
    await page.locator('header .status[data-status=cancelled]').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
  });

  it('puts a new execution on top, and holds it back from under the pointer', async () => {
    await page.mouse.move(2, 2);
    await page.goto(`${server.origin}/executions`);
    await page.locator('tr[data-index="0"]').getByText('create-order').waitFor();
    await page.locator('tr[data-index="0"] .status[data-status=compensated]').waitFor();
    await page.locator('tr[data-index="3"]').hover();
    const id = fixtureId('second');
    server.emit('execution.started', {
      execution_id: id,
      seq: 1,
      at: Date.now(),
      execution_status: 'running',
      workflow: 'orders',
      pipeline: 'process-order',
      trigger: 'http',
    });
    await page.getByRole('button', { name: '1 new execution' }).click();
    await page.locator(`tr[data-index="0"] a[href="/executions/${id}"]`).waitFor();
  });

  it('opens a row of the list by keys, and filters in the URL', async () => {
    await page.goto(`${server.origin}/executions?live=0`);
    await page.locator('body[data-keys=ready]').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.locator('tr[data-index="1"][data-cursor=true]').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/executions\/exec_/);
    await page.goBack();
    await page.getByLabel('Status').selectOption('failed');
    await page.waitForURL(/\?live=0&status=failed$/);
    expect(await page.locator('tbody .status:not([data-status=failed])').count()).toBe(0);
  });

  it('pages and filters the event log', async () => {
    await open('thousand', '?view=events');
    expect(await page.locator('li[data-seq]').count()).toBe(100);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.locator('li[data-seq="200"]').waitFor();
    await page.getByLabel('Type of event').selectOption('step.failed');
    await page.locator('li[data-seq="1"]').waitFor({ state: 'detached' });
    expect(await page.locator('li[data-seq]').count()).toBe(1);
    await page.locator('li[data-seq]').click();
    await page.getByText('"UNIQUE constraint failed: customers.email"').waitFor();
  });

  it('keeps the pinned theme from the first paint on', async () => {
    await page.goto(`${server.origin}/executions?live=0`);
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    const answer = await page.goto(`${server.origin}/applications`);
    expect(await answer!.text()).toMatch(/^<!DOCTYPE html><html[^>]* data-theme="dark"/);
  });

  it('leads strangers to the sign-in page, and answers unknown pages with a request id', async () => {
    const missing = await page.goto(`${server.origin}/nowhere`);
    expect(missing!.status()).toBe(404);
    expect(missing!.headers()).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin' });
    await page.getByText(missing!.headers()['x-request-id']!).waitFor();
    await context.clearCookies();
    await open('compensated');
    expect(page.url()).toBe(`${server.origin}/sign-in?next=${encodeURIComponent(`/executions/${fixtureId('compensated')}`)}`);
    await page.getByLabel('Key', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('That key was not accepted.').waitFor();
    await page.getByLabel('Key', { exact: true }).fill('dev-key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    // Back to where one wanted to go, once.
    await page.waitForURL(`${server.origin}/executions/${fixtureId('compensated')}`);
    await page.goto(`${server.origin}/executions`);
    expect(page.url()).toBe(`${server.origin}/executions`);
  });

  it('is usable at 390 px: two-line rows, details as a sheet', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${server.origin}/executions?live=0`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await page.locator('table').isVisible()).toBe(false);
    await open('compensated');
    await page.locator('[data-key="s:charge-payment"]').click();
    const sheet = page.getByRole('complementary');
    await sheet.getByText('503 from payment').first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('pane-close');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });
});
