/** The pages of an application: the graph of its pipelines, its versions, its text. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('an application', { reducedMotion: 'reduce' }, (stage) => {
  it('shows a pipeline as a graph: ways with their values, lanes, and what is set of a step', async () => {
    const { page, server } = stage;
    await page.goto(`${server.origin}/applications/wf_travel?view=graph`);
    const card = (name: string) => page.locator('.graph-card', { hasText: name });
    await page.locator('.graph-label', { hasText: 'business, private' }).waitFor();
    await page.locator('.graph-lane', { hasText: 'for each item' }).waitFor();
    await card('hold-flight').click();
    const pane = page.getByRole('complementary', { name: 'Settings of hold-flight' });
    await pane.getByText('http://flights/api/holds').waitFor();
    await pane.getByText('http://flights/api/releases').waitFor();
    await card('hold-flight').press('ArrowDown');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('find-hotel');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Settings of find-hotel' }).waitFor();
    await page.getByRole('button', { name: 'Close the settings' }).click();
    await pane.waitFor({ state: 'detached' });
  });

  it('runs a pipeline by hand where it is deployed, and goes to the execution', async () => {
    const { page, server } = stage;
    await page.goto(`${server.origin}/applications/wf_imports`);
    await expect.poll(() => page.getByRole('button', { name: 'Run full-resync' }).isDisabled()).toBe(true);
    await page.goto(`${server.origin}/applications/wf_orders`);
    await page.getByRole('button', { name: 'Run process-order' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run process-order' });
    await dialog.getByLabel('Trigger data').fill('{ "sku":');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('This is not JSON').waitFor();
    await dialog.getByLabel('Trigger data').fill('{ "sku": "SKU-001" }');
    await dialog.getByLabel('Environment').selectOption('staging');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL(/\/executions\/exec_/);
    expect(server.starts).toEqual([{ workflow: 'wf_orders', pipeline: 'process-order', data: { sku: 'SKU-001' }, environment: 'staging' }]);
  });

  it('shows what it has gathered, by filter, and says how it would where it does not', async () => {
    const { page, server } = stage;
    const lines = page.locator('main tbody tr');
    await page.goto(`${server.origin}/logs?workflow=wf_orders&live=0`);
    await page.getByRole('link', { name: 'Gathered by wf_orders' }).click();
    await lines.first().getByText('POST /api/orders 201').waitFor();
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: /^Text in a line/ }).fill('ord_8812');
    await page.keyboard.press('Enter');
    await lines.first().getByText('lines=3').waitFor();
    await expect.poll(() => lines.count()).toBe(1);
    await page.getByLabel('Lowest level').selectOption('error');
    await page.getByRole('heading', { name: 'No line fits these filters' }).waitFor();
    await page.goto(`${server.origin}/applications/wf_travel`);
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByRole('heading', { name: 'What runs in production gathers no log' }).waitFor();
  });

  it('says where its executions live, rule by rule', async () => {
    const { page, server } = stage;
    await page.goto(`${server.origin}/applications/wf_orders`);
    const rules = page.locator('section', { has: page.getByRole('heading', { name: 'Where executions live' }) }).getByRole('listitem');
    await rules.first().waitFor();
    await expect
      .poll(() => rules.allInnerTexts())
      .toEqual([expect.stringMatching(/european-customers\s+country is AT or CH or DE\s+eu\s/), expect.stringContaining('large-orders')]);
  });
});
