/** The pages of dead letters in Chromium: found by pipeline, looked at, replayed, discarded, replayed all. */
import { beforeEach, expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('dead letters', {}, (stage) => {
  beforeEach(async () => {
    await stage.page.goto(`${stage.server.origin}/dead-letters`);
  });

  const waiting = () => stage.page.locator('tbody tr').count();

  it('show the pipeline that has some first, and say which is over its threshold', async () => {
    const tab = stage.page.getByRole('link', { name: /payments\.process-payment/ });
    await expect.poll(() => tab.getAttribute('aria-current')).toBe('page');
    await expect.poll(() => tab.textContent()).toContain('!');
    await expect.poll(waiting).toBeGreaterThan(3);
    await stage.page.getByRole('link', { name: /orders\.process-order/ }).click();
    await stage.page.getByText('No letter waits').waitFor();
    await stage.page.getByRole('link', { name: 'Discarded' }).click();
    await stage.page.locator('tbody tr').first().waitFor();
  });

  it('are looked at and discarded', async () => {
    const before = await waiting();
    await stage.page.getByRole('link', { name: 'waiting', exact: true }).first().click();
    await stage.page.getByRole('heading', { name: 'charge failed' }).waitFor();
    await expect.poll(() => stage.page.getByLabel('What started the execution').textContent()).toContain('o-4711');
    await stage.page.getByRole('button', { name: 'Discard' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'Discard the letter' });
    await dialog.getByLabel('Why, if you like').fill('a test order');
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await stage.page.getByText('Discarded by admin.').waitFor();
    await stage.page.goto(`${stage.server.origin}/dead-letters`);
    await expect.poll(waiting).toBe(before - 1);
  });

  it('of events that reached no execution tell of the event', async () => {
    const row = stage.page.locator('tbody tr', { hasText: 'Delivery' });
    await row.getByRole('link', { name: 'waiting', exact: true }).click();
    await stage.page.getByRole('heading', { name: 'payment.requested was not delivered' }).waitFor();
    await expect.poll(() => stage.page.getByLabel('The event', { exact: true }).textContent()).toContain('8997');
    await expect.poll(() => stage.page.locator('header').filter({ hasText: 'Topic' }).textContent()).not.toContain('Execution');
  });

  it('of executions in another region are found, looked at and discarded there', async () => {
    const regions = stage.page.getByRole('navigation', { name: 'Region' });
    await regions.getByRole('link', { name: 'us', exact: true }).click();
    await stage.page.waitForURL('**/dead-letters?region=us');
    await expect.poll(waiting).toBe(1);
    await stage.page.getByRole('link', { name: 'waiting', exact: true }).first().click();
    await stage.page.getByRole('heading', { name: 'charge failed' }).waitFor();
    await stage.page.getByRole('button', { name: 'Discard' }).click();
    await stage.page.getByRole('dialog', { name: 'Discard the letter' }).getByRole('button', { name: 'Discard' }).click();
    await stage.page.getByText('Discarded by admin.').waitFor();
    await stage.page.getByRole('link', { name: 'payments.process-payment' }).click();
    await stage.page.getByText('No letter waits').waitFor();
    await regions.getByRole('link', { name: 'eu', exact: true }).click();
    await stage.page.waitForURL('**/dead-letters');
    await expect.poll(waiting).toBeGreaterThan(3);
  });

  it('are replayed: the page of the new execution opens', async () => {
    await stage.page.getByRole('link', { name: 'waiting', exact: true }).first().click();
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    await stage.page.waitForURL(/\/executions\/exec_/);
  });

  it('are replayed all at once, with progress', async () => {
    const before = await waiting();
    await stage.page.getByRole('button', { name: `Replay all ${before}` }).click();
    await stage.page.getByRole('dialog').getByRole('button', { name: 'Replay all' }).click();
    await stage.page.getByText(`${before} of ${before} replayed`).waitFor();
    await stage.page.reload();
    await stage.page.getByText('No letter waits').waitFor();
  });
});
