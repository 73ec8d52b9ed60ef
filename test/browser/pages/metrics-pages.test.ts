/** The page Metrics in Chromium: numbers, charts, and the way from a spike to the executions behind it. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('metrics', {}, (stage) => {
  const open = async (path: string) => {
    await stage.page.goto(`${stage.server.origin}${path}`);
    await stage.page.locator('h1').first().waitFor();
  };
  const chart = (name: string) => stage.page.getByRole('region', { name, exact: true }).locator('.chart-box[data-ready]');

  it('lead from a point to the executions behind it, and from a drag to those of a time', async () => {
    await open('/executions');
    await stage.page.getByRole('link', { name: 'Metrics' }).first().click();
    await stage.page.getByText('Success rate').first().waitFor();
    await open('/metrics?pipeline=orders.process-order');
    await chart('Executions')
      .locator('.u-over')
      .click({ position: { x: 400, y: 80 } });
    await stage.page.waitForURL(/\/executions\?workflow=orders&pipeline=process-order&from=.*&to=/);
    const hour = new URL(stage.page.url()).searchParams;
    expect(Date.parse(hour.get('to')!) - Date.parse(hour.get('from')!)).toBe(3_600_000);

    await open('/metrics');
    const over = await chart('Executions').locator('.u-over').boundingBox();
    await stage.page.mouse.move(over!.x + 200, over!.y + 60);
    await stage.page.mouse.down();
    await stage.page.mouse.move(over!.x + 600, over!.y + 60, { steps: 4 });
    await stage.page.mouse.up();
    await stage.page.waitForURL(/\/executions\?from=/);
    const times = new URL(stage.page.url()).searchParams;
    expect(Date.parse(times.get('to')!) - Date.parse(times.get('from')!)).toBeGreaterThan(4 * 3_600_000);
  });

  it('lead from what went wrong to those that did, of the pipeline and hour, and from a step to what its failures said', async () => {
    await open('/metrics?pipeline=orders.process-order');
    await chart('Success rate')
      .locator('.u-over')
      .click({ position: { x: 200, y: 80 } });
    await stage.page.waitForURL(/\/executions\?workflow=orders&pipeline=process-order&status=went_wrong&from=.*&to=/);
    await expect.poll(() => stage.page.getByLabel('Status').inputValue()).toBe('went_wrong');
    await expect.poll(() => stage.page.getByText('Between (UTC)').isVisible()).toBe(true);
    await open('/metrics');
    await stage.page
      .getByRole('region', { name: 'Steps, table' })
      .getByRole('row')
      .filter({ hasText: 'process-order' })
      .filter({ hasText: 'charge' })
      .getByRole('link')
      .click();
    await stage.page.waitForURL(/\/logs\?workflow=orders&pipeline=process-order&step=charge&level=error&from=.*&to=/);
  });

  it('lead there too where the clock of the reader is an hour slow', async () => {
    await stage.page.addInitScript(() => {
      const now = Date.now;
      Date.now = () => now() - 3_600_000;
      Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin - 3_600_000 });
    });
    await open('/metrics');
    const over = chart('Executions').locator('.u-over');
    const box = await over.boundingBox();
    // The hour that runs is the last.
    await over.click({ position: { x: box!.width - 8, y: 80 } });
    await stage.page.waitForURL(/\/executions\?from=/);
    const from = Date.parse(new URL(stage.page.url()).searchParams.get('from')!);
    expect(Date.now() - from).toBeLessThan(3_600_000 + 60_000);
  });

  it('have the same by keyboard, in a table', async () => {
    await open('/metrics');
    await stage.page.getByText('By time, as a table').focus();
    await stage.page.keyboard.press('Enter');
    const link = stage.page.getByRole('region', { name: 'By time, table' }).getByRole('link').nth(3);
    await link.focus();
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForURL(/\/executions\?from=/);
  });

  it('keep period and pipeline in the URL', async () => {
    await open('/metrics');
    await stage.page.getByRole('link', { name: '7 days' }).click();
    await stage.page.waitForURL(/period=7d/);
    await stage.page.getByLabel('Pipeline', { exact: true }).selectOption('orders.process-order');
    await stage.page.waitForURL(/period=7d&pipeline=orders.process-order$/);
    await stage.page.getByRole('link', { name: 'orders.process-order', exact: true }).waitFor();
    await expect.poll(() => stage.page.getByText('payments.process-payment').filter({ visible: true }).count()).toBe(0);
  });

  it('have words where nothing ran, load the chart nowhere else, and fit a phone', async () => {
    const scripts: string[] = [];
    stage.page.on('response', async (response) => {
      if (response.url().endsWith('.js')) scripts.push(await response.text().catch(() => ''));
    });
    await open('/metrics?environment=empty');
    await stage.page.getByText('Nothing started in the last day').waitFor();
    await open('/executions?live=0');
    await stage.page.waitForLoadState('networkidle');
    expect(scripts.some((text) => text.includes('u-over'))).toBe(false);
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await open('/metrics');
    await chart('Executions').waitFor();
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('fit a desk, however small the cost', async () => {
    await stage.page.setViewportSize({ width: 1440, height: 900 });
    await open('/metrics');
    await stage.page
      .locator('.metric-facts div')
      .last()
      .locator('dd')
      .evaluate((cost) => {
        cost.firstChild!.textContent = '$0.00000251234';
      });
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440);
  });
});
