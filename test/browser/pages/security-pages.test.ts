/** What a company decides about its safety, in Chromium: what applications may call, the second factor of its people, the own address. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('security', {}, (stage) => {
  const open = (path = '/security') => stage.page.goto(`${stage.server.origin}${path}`);
  const dialog = () => stage.page.getByRole('dialog');

  it('shows what applications may call, and takes other rules', async () => {
    await open();
    await stage.page.getByText('Only hosts that are allowed here').waitFor();
    await stage.page.getByRole('button', { name: 'Change what applications may call' }).click();
    await dialog()
      .getByRole('radio', { name: /Every public host/ })
      .check();
    await dialog().getByLabel('Allowed, one a line').fill('');
    await dialog().getByLabel('Denied, one a line').fill('*:5432\nEvil.Example');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await stage.page.getByText('Every public host may be called').waitFor();
    await stage.page.getByText('evil.example', { exact: true }).waitFor();
    await expect.poll(() => stage.page.getByText('api.stripe.com').count()).toBe(0);
  });

  it('asks everybody for a second factor, and no more', async () => {
    await open();
    await stage.page.getByRole('button', { name: 'Require it' }).click();
    await dialog().getByRole('button', { name: 'Require it' }).click();
    await stage.page.getByText('People without one are led to set it up first').waitFor();
    await stage.page.getByRole('button', { name: 'Stop requiring it' }).click();
    await dialog().getByRole('button', { name: 'Stop requiring it' }).click();
    await stage.page.getByText('Everybody decides for themselves').waitFor();
  });

  it('says how long what has ended is kept, and takes other numbers', async () => {
    await open();
    const section = stage.page.locator('section[aria-labelledby=retention]');
    await section.getByText('1,204 executions').waitFor();
    await section.getByText(/^The next sweep.*removes no execution/).waitFor();
    await section.getByRole('button', { name: 'Change the retention' }).click();
    await dialog().getByLabel('Executions').fill('2000');
    await dialog().getByRole('status').getByText('outside of the plan').waitFor();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().getByRole('alert').waitFor();
    await dialog().getByLabel('Executions').fill('60');
    await dialog().getByRole('status').getByText('up to 1,360 executions').waitFor();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await section.getByText(/^The next sweep.*up to 1,360 executions/).waitFor();
    await section.getByText('60 days').waitFor();
  });

  it('lets an editor look and not touch, and fits a phone', async () => {
    stage.server.regions.me.role = 'editor';
    await open();
    await expect.poll(() => stage.page.getByRole('button', { name: 'Change what applications may call' }).isDisabled()).toBe(true);
    await expect.poll(() => stage.page.getByRole('heading', { name: 'Second factor' }).count()).toBe(0);
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    stage.server.regions.me.role = 'owner';
  });

  it('sends a link to a new address, which a press confirms', async () => {
    await open('/account');
    const section = stage.page.locator('section[aria-labelledby=address-heading]');
    await section.getByLabel('New address').fill('taken@example.com');
    await section.getByLabel('Password').fill('x');
    await section.getByRole('button', { name: 'Send the link' }).click();
    await section.getByRole('alert').getByText('There is an account').waitFor();
    await section.getByLabel('New address').fill('new@example.com');
    await section.getByRole('button', { name: 'Send the link' }).click();
    await stage.page.getByText('A link is on its way to new@example.com').waitFor();
    await open('/sign-in/email?company=acme&email=new%40example.com&token=x');
    await stage.page.getByRole('button', { name: 'Confirm address' }).click();
    await stage.page.getByRole('heading', { name: 'Your address is changed' }).waitFor();
  });
});
