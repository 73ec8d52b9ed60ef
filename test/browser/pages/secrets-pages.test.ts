/** The page of secrets in Chromium: set one, replace it, delete it; a value is in no page. */
import { beforeEach, expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('secrets', {}, (stage) => {
  beforeEach(async () => {
    await stage.page.goto(`${stage.server.origin}/secrets`);
  });

  const row = (name: string) => stage.page.locator('tr', { hasText: name });

  it('are made, with the reason when a name is taken', async () => {
    await stage.page.getByRole('button', { name: 'New secret' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'New secret' });
    await dialog.getByLabel('Name').fill('SLACK_WEBHOOK');
    await dialog.getByLabel('Value').fill('hunter2-hunter2');
    await dialog.getByRole('button', { name: 'Save secret' }).click();
    await dialog.getByRole('alert').getByText('There is a secret SLACK_WEBHOOK').waitFor();
    await dialog.getByLabel('Name').fill('GITHUB_TOKEN');
    await dialog.getByRole('button', { name: 'Save secret' }).click();
    await row('GITHUB_TOKEN').waitFor();
    expect(await stage.page.content()).not.toContain('hunter2');
  });

  it('are replaced and deleted', async () => {
    await stage.page.getByRole('button', { name: 'Replace the value of STRIPE_KEY' }).click();
    const replace = stage.page.getByRole('dialog', { name: 'Replace STRIPE_KEY' });
    await replace.getByLabel('Value').fill('another');
    await replace.getByRole('button', { name: 'Replace value' }).click();
    await row('STRIPE_KEY').getByText('4', { exact: true }).waitFor();
    await stage.page.getByRole('button', { name: 'Delete STRIPE_KEY' }).click();
    await stage.page.getByRole('dialog', { name: 'Delete STRIPE_KEY' }).getByRole('button', { name: 'Delete secret' }).click();
    await row('STRIPE_KEY').waitFor({ state: 'detached' });
    expect(await row('SLACK_WEBHOOK').count()).toBe(1);
  });
});
