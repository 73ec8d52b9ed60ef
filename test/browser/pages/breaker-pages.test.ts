/** The pages of circuit breakers in Chromium: what is held back and why, and opening and closing by hand. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('circuit breakers', {}, (stage) => {
  const open = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);
  const row = (name: string, region = 'eu') =>
    stage.page
      .getByRole('row')
      .filter({ hasText: name })
      .filter({ has: stage.page.getByText(region, { exact: true }) });

  it('says what becomes of calls, closes one by hand with a word, and shows who did', async () => {
    await open('/circuit-breakers');
    await row('api.stripe.com').getByText('Open', { exact: true }).first().waitFor();
    await row('inventory-service').getByText('the last call failed').waitFor();
    await row('rates').getByText('one call at a time tries').waitFor();
    await row('api.stripe.com').getByRole('button', { name: 'Close api.stripe.com in eu' }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('mended');
    await dialog.getByRole('button', { name: 'Close it' }).click();
    await stage.page.getByText('api.stripe.com is closed in eu.').waitFor();
    await row('api.stripe.com').getByRole('link').click();
    await stage.page.getByText('by hand, user:operator').waitFor();
    await stage.page.getByText('mended').waitFor();
    await stage.page.getByRole('listitem').getByText('5 failures in a row', { exact: true }).waitFor();
  });

  it('shows and sets those of each region, and all of them at once', async () => {
    await open('/circuit-breakers');
    await stage.page.getByText('ap does not answer: circuit breakers there are missing.').waitFor();
    await row('inventory-service', 'us').getByText('held back until it is closed by hand').waitFor();
    await row('inventory-service', 'us').getByRole('link').click();
    await stage.page.waitForURL('**/circuit-breakers/inventory-service?region=us');
    await stage.page.getByRole('definition').filter({ hasText: 'us; in eu closed; in ap unknown, for it does not answer' }).waitFor();
    await stage.page.getByRole('link', { name: 'eu', exact: true }).click();
    await stage.page.waitForURL('**/circuit-breakers/inventory-service?region=eu');
    await stage.page.getByRole('button', { name: 'Open inventory-service in eu' }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByLabel('In all regions of the company').check();
    await dialog.getByLabel('Why').fill('maintenance');
    await dialog.getByRole('button', { name: 'Open it' }).click();
    await stage.page.getByText('inventory-service is open everywhere, but for ap, which did not answer.').waitFor();
    await stage.page.getByText('maintenance').waitFor();
    await stage.page.getByRole('link', { name: 'us', exact: true }).click();
    await stage.page.getByText('maintenance').waitFor();
  });

  it('leads to those of another environment and back', async () => {
    await open('/circuit-breakers');
    const environments = stage.page.getByRole('navigation', { name: 'Environment' });
    await environments.getByRole('link', { name: 'staging' }).click();
    await stage.page.waitForURL('**/circuit-breakers?environment=staging');
    await expect.poll(() => environments.locator('[aria-current=page]').textContent()).toBe('staging');
    await environments.getByRole('link', { name: 'production' }).click();
    await stage.page.waitForURL('**/circuit-breakers');
  });

  it('refuses a time that is none in the dialog', async () => {
    await open('/circuit-breakers/inventory-service');
    await stage.page.getByRole('button', { name: 'Open inventory-service in eu' }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByLabel('For how long').fill('soon');
    await dialog.getByRole('button', { name: 'Open it' }).click();
    await dialog.getByText('a duration such as 30s').waitFor();
  });

  it('has words where no call has failed and where there is no such breaker, and fits a phone', async () => {
    await open('/circuit-breakers?environment=empty');
    await stage.page.getByText('No call has failed').waitFor();
    await open('/circuit-breakers/nobody.example');
    await stage.page.getByText('There is no circuit breaker nobody.example').waitFor();
    await stage.page.setViewportSize({ width: 390, height: 800 });
    for (const path of ['/circuit-breakers', '/circuit-breakers/rates']) {
      await open(path);
      await stage.page.locator('h1').first().waitFor();
      await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
  });
});
