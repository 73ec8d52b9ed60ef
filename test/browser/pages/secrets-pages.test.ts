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
    await expect.poll(() => stage.page.content()).not.toContain('hunter2');
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
    await expect.poll(() => row('SLACK_WEBHOOK').count()).toBe(1);
  });
});

describePages('stores of secrets elsewhere', {}, (stage) => {
  beforeEach(async () => {
    await stage.page.goto(`${stage.server.origin}/secrets`);
  });

  const store = (name: string) => stage.page.locator('section[aria-labelledby=stores] li', { hasText: name });

  it('show how they are, and are asked again', async () => {
    await store('vault').getByText('Vault answered 403').waitFor();
    await stage.page.getByRole('button', { name: 'Check vault' }).click();
    await store('vault').getByText('Answers', { exact: true }).waitFor();
    await expect.poll(() => store('vault').getByText('403').count()).toBe(0);
  });

  it('are added with what their kind needs, changed, and removed', async () => {
    await stage.page.getByRole('button', { name: 'Add store' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'Add an external store' });
    await dialog.getByLabel('Kind').selectOption('gcp');
    await dialog.getByLabel('Name', { exact: false }).first().fill('google');
    await dialog.getByLabel('Project').fill('acme');
    await dialog.getByLabel('Key of the service account').fill('{"client_email":"hunter2"}');
    await dialog.getByRole('button', { name: 'Save store' }).click();
    await store('google').getByText('project acme').waitFor();
    await expect.poll(() => stage.page.content()).not.toContain('hunter2');
    await stage.page.getByRole('button', { name: 'Change google' }).click();
    const change = stage.page.getByRole('dialog', { name: 'Change google' });
    await change.getByLabel('Project').fill('shop');
    await change.getByRole('button', { name: 'Save store' }).click();
    await store('google').getByText('project shop').waitFor();
    await stage.page.getByRole('button', { name: 'Remove google' }).click();
    await stage.page.getByRole('dialog', { name: 'Remove google' }).getByRole('button', { name: 'Remove store' }).click();
    await store('google').waitFor({ state: 'detached' });
    await expect.poll(() => store('aws').count()).toBe(1);
  });
});
