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

  it('finds who is called by name, and what was done up to a day', async () => {
    await stage.page.goto(`${stage.server.origin}/audit`);
    await stage.page.getByLabel('By', { exact: true }).fill('Key CI');
    await stage.page.getByRole('button', { name: 'Filter' }).click();
    await stage.page.waitForURL(/actor=Key/);
    await expect.poll(() => stage.page.locator('details').count()).toBe(2);
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    await stage.page.goto(`${stage.server.origin}/audit?to=${day(2)}`);
    await expect.poll(() => stage.page.locator('details').count()).toBe(1);
    await stage.page.getByLabel('To, in UTC').fill(day(0));
    await stage.page.getByRole('button', { name: 'Filter' }).click();
    await expect.poll(() => stage.page.locator('details').count()).toBe(4);
  });
});
