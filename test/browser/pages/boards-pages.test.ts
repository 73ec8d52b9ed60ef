/** The page of breakpoints and mocks of all pipelines in Chromium: found, followed, removed. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('breakpoints and mocks of all pipelines', {}, (stage) => {
  const main = () => stage.page.locator('main');
  const rows = () => main().locator('tbody tr');
  const open = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);

  it('are listed and filtered, and lead to where they are set and to what is held', async () => {
    await open('/executions');
    await stage.page.getByRole('link', { name: 'Debugging', exact: true }).first().click();
    await rows().nth(1).waitFor();
    await expect.poll(() => rows().count()).toBe(2);
    await main().getByText('ops@example.com and 1 more').waitFor();
    await main().getByLabel('Application').selectOption('orders');
    await stage.page.waitForURL(/workflow=orders/);
    await main().getByRole('link', { name: 'authorize', exact: true }).waitFor({ state: 'detached' });
    await main().getByRole('link', { name: 'Paused executions of orders.process-order' }).click();
    await stage.page.waitForURL(/\/executions\?/);
    expect(Object.fromEntries(new URL(stage.page.url()).searchParams)).toMatchObject({ status: 'paused', workflow: 'orders', pipeline: 'process-order' });
    await stage.page.goBack();
    await main().getByRole('link', { name: 'charge-payment', exact: true }).click();
    await stage.page.waitForURL(/\/applications\/orders\/debugging\?/);
    await stage.page.getByRole('button', { name: 'Remove the breakpoint before charge-payment' }).waitFor();
  });

  it('are removed from their row, after it is said what happens then', async () => {
    await open('/debugging');
    await stage.page.getByRole('button', { name: 'Remove the breakpoint before charge-payment of orders.process-order' }).click();
    const breakpoint = stage.page.getByRole('dialog', { name: 'Remove the breakpoint' }).and(stage.page.locator('[open]'));
    await breakpoint.getByText('What is held stays held').waitFor();
    await breakpoint.getByRole('button', { name: 'Remove it' }).click();
    await stage.page.getByText('The breakpoint before charge-payment of orders.process-order is removed.').waitFor();
    await expect.poll(() => rows().count()).toBe(1);
    await main().getByRole('link', { name: 'Mocks', exact: true }).click();
    await main().getByText('"status":503').waitFor();
    await stage.page.getByRole('button', { name: 'Remove the mock of capture of payments.process-payment' }).click();
    const mock = stage.page.getByRole('dialog', { name: 'Remove the mock' }).and(stage.page.locator('[open]'));
    await mock.getByText('calls go out').waitFor();
    await mock.getByRole('button', { name: 'Remove it' }).click();
    await main().getByText('No step is mocked').waitFor();
  });

  it('say why there is nothing to see', async () => {
    await open('/debugging?environment=empty');
    await main().getByText('No breakpoint fits these filters').waitFor();
    await main().getByRole('link', { name: 'Clear filters' }).click();
    await rows().first().waitFor();
    await open('/debugging?environment=boom');
    await stage.page.getByText('The breakpoints could not be loaded').waitFor();
    stage.faults = stage.faults.filter((text) => !text.includes('500'));
  });
});
