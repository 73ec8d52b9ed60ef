/** Exported executions, as a person opens them: the built pages in Chromium on the fixture API. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { type DevServer, serve } from './serve';

const CHROMIUM = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

describe.skipIf(!CHROMIUM)('exported executions', () => {
  let server: DevServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });
  afterAll(async () => browser?.close());
  beforeEach(async () => {
    server = await serve();
    context = await browser.newContext({ viewport: { width: 390, height: 800 } });
    page = await context.newPage();
    await page.goto(`${server.origin}/sign-in?key=dev-key`);
    await page.goto(`${server.origin}/executions`);
    await page.locator('body[data-keys=ready]').waitFor();
  });
  afterEach(async () => {
    await context.close();
    await server.close();
  });

  const choose = (text: string) =>
    page.locator('input[type=file]').setInputFiles({ name: 'order.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(text) });

  it('are opened from a file, marked, and cannot be steered', async () => {
    await choose('{"hash":"00"}');
    await page.waitForURL('**/executions/exec_*');
    await page.getByText('Imported', { exact: true }).waitFor();
    await page.getByText('globex').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    expect(await page.locator('.live-dot').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('are refused in words when they are something else', async () => {
    await choose('name: orders');
    await page.getByText('The file could not be opened').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('The file could not be opened').waitFor({ state: 'detached' });
  });

  it('that run are moved to a version from its list', async () => {
    await page.goto(`${server.origin}/applications/wf_orders`);
    await page.getByRole('link', { name: 'Versions' }).click();
    await page.getByRole('button', { name: 'Impact of version 2' }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByText('2 executions run on another version: 1 can be moved, 1 cannot.').waitFor();
    await dialog.getByText('charge has begun, and the version has no such step.').waitFor();
    await dialog.getByRole('button', { name: 'Move 1' }).click();
    await dialog.getByText('One execution was moved.').waitFor();
    expect(await dialog.locator('[data-verdict=movable]').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Impact of version 3' }).click();
    await dialog.getByText('Version 3').waitFor();
  });

  it('are written by a link on the page of an execution', async () => {
    await page.goto(`${server.origin}/executions/${fixtureId('completed')}`);
    const link = page.getByRole('link', { name: 'Export' });
    expect(await link.getAttribute('href')).toBe(`/api/v1/executions/${fixtureId('completed')}/export`);
    expect(await link.getAttribute('download')).toMatch(/\.jsonl$/);
  });
});
