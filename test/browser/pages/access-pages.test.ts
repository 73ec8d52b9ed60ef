/** Members, projects and keys in Chromium: what somebody does there, and that a key is shown once. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('access', {}, (stage) => {
  const open = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);
  const button = (name: string) => stage.page.getByRole('button', { name, exact: true });
  const dialog = (name: string) => stage.page.getByRole('dialog', { name });
  const row = (text: string) => stage.page.locator('tr', { hasText: text });
  const cell = (text: string, value: string) => row(text).getByRole('cell', { name: value, exact: true });

  it('somebody is invited to a project, and the invitation is withdrawn', async () => {
    await open('/members');
    await cell('Ada Lovelace', 'owner').waitFor();
    await stage.page.getByLabel('Roles given in').selectOption({ label: 'Retail / Checkout' });

    await row('Edsger Dijkstra').waitFor();
    await button('Invite').click();
    await dialog('Invite somebody').getByLabel('E-mail').fill('tony@example.com');
    await dialog('Invite somebody').locator('[name=role]').selectOption('editor');
    await dialog('Invite somebody').getByRole('button', { name: 'Send invitation' }).click();
    await dialog('Invited').getByText('token=inv_shown').waitFor();
    await dialog('Invited').getByRole('link', { name: 'Done' }).click();
    await stage.page.getByText('editor in Retail / Checkout', { exact: true }).waitFor();
    await button('Withdraw the invitation to tony@example.com').click();
    await dialog('Withdraw the invitation').getByRole('button', { name: 'Withdraw', exact: true }).click();
    await stage.page.getByText('tony@example.com is withdrawn').waitFor();
  });

  it('a role is changed, and the last owner stays', async () => {
    await open('/members');
    await button('Change the role of Grace Hopper').click();
    await dialog('Role of Grace Hopper').locator('[name=role]').selectOption('owner');
    await dialog('Role of Grace Hopper').getByRole('button', { name: 'Give role' }).click();
    await cell('Grace Hopper', 'owner').waitFor();
    await button('Remove Grace Hopper').click();
    await dialog('Remove Grace Hopper').getByRole('button', { name: 'Remove', exact: true }).click();
    await row('Grace Hopper').waitFor({ state: 'detached' });
    await button('Remove Ada Lovelace').click();
    await dialog('Remove Ada Lovelace').getByRole('button', { name: 'Remove', exact: true }).click();
    await dialog('Remove Ada Lovelace').getByRole('alert').getByText('last person who owns').waitFor();
  });

  it('a key is made with scopes, shown once, rotated and deleted', async () => {
    await open('/api-keys');
    await button('New key').click();
    const making = dialog('New API key');
    await making.getByLabel('Name').fill('nightly');
    await making.locator('[name=role]').selectOption('editor');
    await making.locator('[name=place]').selectOption({ label: 'Retail' });
    await making.getByText('Limit what it may do').click();
    await making.getByLabel('executions:write').check();
    await making.getByRole('button', { name: 'Create key' }).click();
    const key = await dialog('Key nightly').locator('[data-shown-once]').textContent();
    expect(key).toMatch(/^wfk_acme_/);
    await dialog('Key nightly').getByRole('link', { name: 'Done' }).click();
    await row('nightly').getByText('executions:write').waitFor();
    await row('nightly').getByText('editor in Retail').waitFor();
    await expect.poll(() => stage.page.content()).not.toContain(key);
    await button('Rotate nightly').click();
    await dialog('Rotate nightly').getByRole('button', { name: 'Create new key' }).click();
    await dialog('Rotate nightly').locator('[data-shown-once]').waitFor();
    await dialog('Rotate nightly').getByRole('link', { name: 'Done' }).click();
    await row('nightly').getByText('rotated').waitFor();
    await button('Delete reports').click();
    await dialog('Delete reports').getByRole('button', { name: 'Delete key' }).click();
    await row('reports').waitFor({ state: 'detached' });
  });

  it('projects are made in their organization, renamed, and lead to their members', async () => {
    await open('/projects');
    await button('New project').click();
    await dialog('New project').getByLabel('Name').fill('Stock');
    await dialog('New project').getByLabel('Organization').selectOption({ label: 'Retail' });
    await dialog('New project').getByRole('button', { name: 'Create project' }).click();
    await stage.page.getByRole('link', { name: 'Stock' }).waitFor();
    await button('Delete the organization Retail').click();
    await dialog('Delete Retail').getByRole('button', { name: 'Delete organization' }).click();
    await dialog('Delete Retail').getByRole('alert').getByText('Retail has projects').waitFor();
    await dialog('Delete Retail').getByRole('button', { name: 'Keep it' }).click();
    await button('Rename the project Checkout').click();
    await dialog('Rename Checkout').getByLabel('Name').fill('Till');
    await dialog('Rename Checkout').getByRole('button', { name: 'Rename' }).click();
    await stage.page.getByRole('link', { name: 'Till' }).waitFor();
    await stage.page.locator('li', { hasText: 'Till' }).getByRole('link', { name: 'Members' }).click();
    await row('Edsger Dijkstra').waitFor();
  });

  it('an application is moved to another project, and found there', async () => {
    await open('/applications/wf_orders');
    await button('Move orders to another project').click();
    await dialog('Move orders').locator('[name=project]').selectOption({ label: 'Retail / Returns' });
    await dialog('Move orders').getByRole('button', { name: 'Move', exact: true }).click();
    await stage.page.getByText('orders is in Returns now').waitFor();
    await open('/applications?project=prj_returns');
    await stage.page.getByText('in the project Returns').waitFor();
    await expect.poll(() => stage.page.locator('main').getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['orders']);
  });

  it('nothing is wider than a phone', async () => {
    await stage.page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/members', '/api-keys', '/projects']) {
      await open(path);
      const width = await stage.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(390);
    }
  });
});
