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

    await stage.page.waitForURL(/place=project/);
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

  it('several people are invited at once, and what became of each is told', async () => {
    await open('/members');
    await button('Invite').click();
    await dialog('Invite somebody').getByLabel('E-mail').fill('rosa@example.com, jean@example.com;\nnobody\n');
    await dialog('Invite somebody').getByRole('button', { name: 'Send invitation' }).click();
    const told = dialog('Invited').getByRole('list', { name: 'What became of each' });
    await told.locator('li', { hasText: 'rosa@example.com' }).getByText('A mail is on its way').waitFor();
    await told.locator('li', { hasText: 'jean@example.com' }).getByRole('button', { name: 'Copy link for jean@example.com' }).waitFor();
    await told.locator('li', { hasText: 'nobody' }).getByText('That is no e-mail address').waitFor();
    await dialog('Invited').getByRole('link', { name: 'Done' }).click();
    await button('Withdraw the invitation to rosa@example.com').waitFor();
    await button('Withdraw the invitation to jean@example.com').waitFor();
  });

  it('a role is changed, and the last owner stays', async () => {
    await open('/members');
    await button('Change the role of Grace Hopper').click();
    await dialog('Role of Grace Hopper').locator('[name=role]').selectOption('owner');
    await dialog('Role of Grace Hopper').getByRole('button', { name: 'Give role' }).click();
    await cell('Grace Hopper', 'owner').waitFor();
    await button('Remove Grace Hopper').click();
    await dialog('Remove Grace Hopper').getByRole('button', { name: 'Remove', exact: true }).click();
    await stage.page.getByRole('table', { name: 'Everybody else' }).getByRole('link', { name: 'Grace Hopper', exact: true }).waitFor();
    await button('Remove Ada Lovelace').click();
    await dialog('Remove Ada Lovelace').getByRole('button', { name: 'Remove', exact: true }).click();
    await dialog('Remove Ada Lovelace').getByRole('alert').getByText('last person who owns').waitFor();
  });

  it('somebody who is there gets a role elsewhere without an invitation, and has all of theirs on one page', async () => {
    await open('/members');
    await stage.page.getByRole('table', { name: 'Everybody else' }).getByRole('link', { name: 'Bob', exact: true }).waitFor();
    await button('Give a role').click();
    const giving = dialog('Give a role');
    await giving.locator('[name=member]').selectOption({ label: 'Bob, bob@example.com' });
    await giving.locator('[name=role]').selectOption('editor');
    await giving.locator('[name=place]').selectOption({ label: 'Retail / Returns' });
    await giving.getByRole('button', { name: 'Give role' }).click();
    await stage.page.getByText('Bob is editor in Retail / Returns now.').waitFor();
    await row('Bob').getByRole('link', { name: 'Bob', exact: true }).click();
    await stage.page.waitForURL(/\/members\/usr_bob$/);
    await row('Retail / Returns').getByRole('cell', { name: 'editor', exact: true }).waitFor();
    await button('Remove Bob').click();
    await dialog('Remove Bob').getByRole('button', { name: 'Remove', exact: true }).click();
    await stage.page.getByText('No role anywhere').waitFor();
  });

  it('whose role was given above is shown below', async () => {
    await open('/members?place=project/prj_checkout');
    const above = stage.page.getByRole('table', { name: 'Roles from above' });
    await above.locator('tr', { hasText: 'Grace Hopper' }).getByText('the company').waitFor();
    await expect.poll(() => above.locator('tbody tr').count()).toBe(3);
  });

  it('a service account has its keys on its page, and ends with them', async () => {
    await open('/members/svc_deployer');
    await row('deploy').getByText('as deployer').waitFor();
    await button('New key').click();
    await dialog('New API key').getByLabel('Name').fill('spare');
    expect(await dialog('New API key').locator('[name=place]').count()).toBe(0);
    await dialog('New API key').getByRole('button', { name: 'Create key' }).click();
    await dialog('Key spare').getByRole('link', { name: 'Done' }).click();
    await row('spare').getByText('as deployer').waitFor();
    await button('Delete account').click();
    await dialog('Delete deployer').getByText('Its 2 keys end with it').waitFor();
    await dialog('Delete deployer').getByRole('button', { name: 'Delete service account' }).click();
    await stage.page.getByText('deployer is deleted.').waitFor();
  });

  it('keys are found by where their role holds', async () => {
    await open('/api-keys');
    await row('billing').getByText('expires in 4 days', { exact: true }).waitFor();
    await expect.poll(() => stage.page.getByText(/^expires in/).count()).toBe(1);
    await stage.page.getByLabel('Keys with a role in').selectOption({ label: 'Retail / Checkout' });
    await row('ci').waitFor();
    await row('reports').waitFor({ state: 'detached' });
    await button('New key').click();
    await expect.poll(() => dialog('New API key').locator('[name=place]').inputValue()).toBe('project/prj_checkout');
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
    await button('Change the project Checkout').click();
    await expect.poll(() => dialog('Change Checkout').getByLabel('Organization').inputValue()).toBe('org_retail');
    await dialog('Change Checkout').getByLabel('Name').fill('Till');
    await dialog('Change Checkout').getByLabel('Organization').selectOption({ label: 'Default' });
    await dialog('Change Checkout').getByRole('button', { name: 'Save' }).click();
    await stage.page
      .locator('section', { has: stage.page.getByRole('heading', { name: 'Default' }) })
      .getByRole('link', { name: 'Till' })
      .waitFor();
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
    for (const path of ['/members', '/members/svc_deployer', '/members?place=project/prj_checkout', '/api-keys', '/projects']) {
      await open(path);
      const width = await stage.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(390);
    }
  });
});
