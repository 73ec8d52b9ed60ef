/** The page of a saga that fails, on the whole platform: the bar turns from running to failed without a reload. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, started } from '../e2e/started.ts';
import { CHROMIUM, launch } from './chromium.ts';

describe.skipIf(!CHROMIUM)('the page of a failing saga', () => {
  let platform: Started;
  let browser: Browser;

  beforeAll(async () => {
    platform = await started({ pages: true });
    browser = await launch();
  });
  afterAll(() => platform?.stop());

  it('shows running, then failed and undone, and the input of the failed step', async () => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${platform.origin}/sign-in?key=${platform.adminKey}`);
    // The browser is awake before the execution begins, which runs no longer than its slowest step.
    await page.goto(`${platform.origin}/executions`);
    await platform.peer('POST', '/switches', { service: 'hotels-api', action: 'book', mode: 'slow', delay_ms: 5000 });
    await platform.peer('POST', '/switches', { service: 'cars-api', mode: 'fail' });
    const trip = { origin: 'ZRH', destination: 'LIS', date: '2026-12-01', nights: 3, booking_id: 'trip-browser' };
    const { body } = await platform.api('POST', '/executions', { workflow: 'book-travel', pipeline: 'book-travel', data: trip });
    await page.goto(`${platform.origin}/executions/${body.execution_id}`);
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));

    await page.locator('[data-key="s:book-hotel"] .wf-seg[data-status=running]').waitFor();
    await page.locator('[data-key="s:book-car"][data-status=failed]').waitFor();
    await page.locator('[data-key="c:book-flight"][data-status=compensated]').waitFor();
    await page.getByText('The two steps before it were undone.').waitFor();
    expect(await page.evaluate(() => 'notReloaded' in globalThis)).toBe(true);

    await page.locator('[data-key="s:book-car"]').click();
    await page.getByRole('tab', { name: 'Input' }).click();
    await page.getByText('"http://cars-api/api/rentals"').waitFor();
    await page.getByRole('button', { name: 'Close body', exact: true }).click();
    await page.getByRole('button', { name: 'Open body', exact: true }).click();
    await page.getByText('pickup_date').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});
