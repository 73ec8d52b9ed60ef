/** The page of quotas in Chromium: what is at work, who waits, and the operator who changes the plan. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('quotas', {}, (stage) => {
  const open = () => stage.page.goto(`${stage.server.origin}/quotas`);
  const row = (name: string) => stage.page.getByRole('row').filter({ has: stage.page.getByRole('cell', { name, exact: true }) });
  const dialog = () => stage.page.getByRole('dialog');

  it('says what is at work, what a start meets, and who waits for what', async () => {
    await open();
    await row('acme').getByText('80 of 80').waitFor();
    await row('acme').getByText('Waits for a place').waitFor();
    await row('imports in staging').getByText('Is refused if its priority is low').waitFor();
    await stage.page.getByRole('heading', { name: 'Waiting executions' }).waitFor();
    await stage.page.getByText('1,180 of 1,200', { exact: true }).waitFor();
    await stage.page.getByText('3 of 100', { exact: true }).waitFor();
    await expect.poll(() => stage.page.getByRole('cell', { name: 'A place of the company' }).count()).toBe(2);
    await expect.poll(() => stage.page.getByRole('button', { name: 'Change the quota' }).isDisabled()).toBe(true);
  });

  it('shows what is at work in another region of the company', async () => {
    await open();
    await stage.page.getByRole('navigation', { name: 'Region' }).getByRole('link', { name: 'us', exact: true }).click();
    await row('acme').getByText('7 of 80').waitFor();
    await expect.poll(() => stage.page.getByRole('heading', { name: 'API and live pages' }).count()).toBe(0);
    await stage.page.getByRole('navigation', { name: 'Region' }).getByRole('link', { name: 'eu', exact: true }).click();
    await row('acme').getByText('80 of 80').waitFor();
    await stage.page.getByRole('heading', { name: 'API and live pages' }).waitFor();
  });

  it('lets the operator change plan and numbers', async () => {
    stage.server.regions.me.kind = 'operator';
    await open();
    await stage.page.getByRole('button', { name: 'Change the quota' }).click();
    await dialog().getByLabel(/^Plan/).selectOption('free');
    await dialog().getByLabel('Executions at work').fill('');
    await dialog().getByLabel('Starts a second').fill('2');
    await dialog().getByLabel('Units of API calls a minute').fill('9000');
    await dialog().getByLabel('Live streams at the same time').fill('7');
    await dialog().getByLabel('Priority of starts').selectOption('high');
    await dialog().getByLabel('low priority is refused').fill('40');
    await dialog().getByLabel('every start is refused').fill('60');
    await dialog().getByLabel('Outbound data').fill('2.5');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await stage.page.getByRole('heading', { name: 'Plan: free' }).waitFor();
    await stage.page.getByText('9,000 a minute, 1,800 at once').waitFor();
    await stage.page.getByText('3 of 7', { exact: true }).waitFor();
    await stage.page.getByText('With 40 waiting, starts of low priority are refused; with 60, all are.').waitFor();
    await stage.page.getByText('says nothing has high priority.').waitFor();
    await stage.page.getByText('2.5 MB a second').waitFor();
    await row('acme').getByText('2 a second, 2 at once').waitFor();
    await row('acme').getByText('80 of 5', { exact: true }).waitFor();
  });

  it('fits a phone', async () => {
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await open();
    await stage.page.getByText('Waiting executions').waitFor();
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
