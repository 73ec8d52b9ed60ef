/** The page of topics in Chromium: who takes an event, who publishes it, who waits for it. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('topics', {}, (stage) => {
  const open = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);

  it('tell who takes and who publishes them, and lead to the executions', async () => {
    await open('/executions');
    await stage.page.getByRole('link', { name: 'Topics' }).first().click();
    const created = stage.page.getByRole('listitem').filter({ hasText: 'order.created' });
    await created.getByText('3 executions wait for it').waitFor();
    await created.getByText('data.amount > 1000').waitFor();
    await created.getByText(', announce').waitFor();
    await created.getByRole('link', { name: 'payments.review' }).click();
    await stage.page.waitForURL(/\/executions\?workflow=payments&pipeline=review/);
  });

  it('take an event by hand, and say what is no JSON', async () => {
    await open('/topics');
    await stage.page.getByRole('button', { name: 'Publish order.created' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'Publish order.created' });
    await dialog.getByLabel('Data').fill('{"total":');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await dialog.getByText(/The data is not JSON/).waitFor();
    await dialog.getByLabel('Data').fill('{"total": 7}');
    const sent = stage.page.waitForRequest('**/api/v1/topics/order.created/events');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    expect((await sent).postDataJSON()).toEqual({ data: { total: 7 }, environment: 'production' });
    await stage.page.getByText('order.created is published.').waitFor();
  });

  it('have words where there is none, and fit a phone', async () => {
    await open('/topics?environment=empty');
    await stage.page.getByText('Nothing goes over the event bus').waitFor();
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await open('/topics');
    await stage.page.locator('h1').first().waitFor();
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
