/** The page of the audit log in Chromium: filtered in the URL, opened for what was before and after. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('audit', {}, (stage) => {
  it('filters in the URL, and shows what was before and after', async () => {
    await stage.page.goto(`${stage.server.origin}/audit`);
    await stage.page.getByText('refused, 403').waitFor();
    await stage.page.getByLabel('On', { exact: true }).fill('secrets');
    await stage.page.getByRole('button', { name: 'Filter' }).click();
    await stage.page.waitForURL(/target=secrets/);
    await expect.poll(() => stage.page.locator('details').count()).toBe(2);
    await stage.page.locator('summary', { hasText: 'Set a secret' }).first().getByText('PUT /secrets/{name}').waitFor();
    await stage.page.locator('summary').first().click();
    await stage.page.getByRole('group', { name: 'After' }).getByText('"staging"').waitFor();
    await stage.page.getByLabel('By', { exact: true }).fill('nobody');
    await stage.page.getByRole('button', { name: 'Filter' }).click();
    await stage.page.getByText('Nothing matches').waitFor();
  });
});
