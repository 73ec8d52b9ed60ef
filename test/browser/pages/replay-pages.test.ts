/** Replaying and comparing, as a person does it: the built pages in Chromium on the fixture API. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { type DevServer, serve } from './serve';

const CHROMIUM = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

describe.skipIf(!CHROMIUM)('replay and compare', () => {
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
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.push(message.text()));
    await page.goto(`${server.origin}/sign-in?key=dev-key`);
  });
  afterEach(async () => {
    await context.close();
    await server.close();
    expect(faults).toEqual([]);
  });

  const open = (name: string) => page.goto(`${server.origin}/executions/${fixtureId(name)}`);
  const dialog = () => page.locator('#replay');

  it('replays everything as it was, and goes to the new execution', async () => {
    await open('completed');
    await page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByRole('button', { name: 'Start replay' }).click();
    await page.waitForURL((url) => /\/executions\/exec_/.test(url.pathname) && !url.pathname.includes(fixtureId('completed')));
    expect(server.replays).toEqual([{ id: fixtureId('completed'), mode: 'exact', record_as: 'replay', dry_run: false }]);
  });

  it('takes an edited trigger, and no text that is not JSON', async () => {
    await open('stuck');
    await page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByLabel('Everything, with another trigger').check();
    const editor = dialog().getByLabel('Trigger data');
    await expect.poll(() => editor.inputValue()).toContain('"method"');
    const data = JSON.parse(await editor.inputValue());
    expect(data).not.toHaveProperty('type');
    await editor.fill('{"quantity":');
    await dialog().getByText('This is not JSON').waitFor();
    expect(await dialog().getByRole('button', { name: 'Start replay' }).isDisabled()).toBe(true);
    await editor.fill(JSON.stringify({ ...data, body: { quantity: 1 } }));
    await dialog().getByRole('button', { name: 'Start replay' }).click();
    await expect.poll(() => server.replays.length).toBe(1);
    expect(server.replays[0]).toMatchObject({ mode: 'modified', trigger_data: { method: 'POST', body: { quantity: 1 } } });
  });

  it('begins at the step that failed, as a dry run, and says why it is refused', async () => {
    await open('compensated');
    await page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByLabel('From a step on').check();
    const select = dialog().getByLabel('First step to run');
    expect(await select.inputValue()).toBe('charge-payment');
    await dialog().getByLabel('Dry run').check();
    await dialog().getByRole('button', { name: 'Start dry run' }).click();
    await expect.poll(() => server.replays.length).toBe(1);
    expect(server.replays[0]).toMatchObject({ mode: 'step_from', from_step: 'charge-payment', dry_run: true });
    expect(server.replays[0]).not.toHaveProperty('trigger_data');
    await open('completed');
    await page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByLabel('From a step on').check();
    await select.selectOption('respond');
    await dialog().getByRole('button', { name: 'Start replay' }).click();
    await dialog().getByText('respond never ran').waitFor();
  });

  it('compares with another execution, path by path', async () => {
    await open('completed');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.locator('#compare-id').fill(fixtureId('compensated'));
    await page.locator('#compare').getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(`**/executions/diff?left=${fixtureId('completed')}&right=${fixtureId('compensated')}`);
    const row = (step: string) => page.locator(`tr[data-step="${step}"]`);
    expect(await row('charge-payment').getAttribute('data-diff')).toBe('status_different');
    expect(await row('charge-payment').textContent()).toMatch(/Another status[\s\S]*Completed[\s\S]*Failed/);
    expect(await page.locator('tr.diff-path').count()).toBeGreaterThan(0);
    await page.goto(`${server.origin}/executions/diff?left=${fixtureId('compensated')}&right=${fixtureId('undoing')}`);
    const identical = page.locator('tr[data-diff=identical]');
    expect(await identical.count()).toBeGreaterThan(0);
    await page.getByLabel('Only steps that differ').check();
    await expect.poll(() => identical.count()).toBe(0);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('says why two cannot be compared', async () => {
    await page.goto(`${server.origin}/executions/diff?left=abc&right=`);
    await page.getByText('These executions cannot be compared').waitFor();
    await page.getByText('invalid_id').waitFor();
  });
});
