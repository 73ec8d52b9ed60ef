/** The pages of state machines in Chromium: find one, look where its instances are, move one. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('state machines', {}, (stage) => {
  const open = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);

  it('leads from the list over the drawing to the instances of a state', async () => {
    await open('/machines');
    await stage.page.getByRole('link', { name: 'order', exact: true }).click();
    await stage.page.getByRole('img', { name: /States of order/ }).waitFor();
    await stage.page.locator('a.machine-state', { hasText: 'packed' }).click();
    await stage.page.getByRole('heading', { name: 'Instances in packed' }).waitFor();
    await expect.poll(() => stage.page.getByRole('link', { name: /^o-/ }).allInnerTexts()).toEqual([expect.stringContaining('o-1001')]);
  });

  it('says all of the drawing in words', async () => {
    await open('/machines/order-lifecycle/order');
    await stage.page.getByText('Transitions and hooks').click();
    await stage.page.getByText('new or paid or packed to cancelled').waitFor();
    await stage.page.getByText('if data.amount >= data.total').waitFor();
    await stage.page.getByText('Before ship:').waitFor();
  });

  it('moves an instance, and says plainly when that is refused', async () => {
    await open('/machines/order-lifecycle/order/o-1001');
    await stage.page.getByRole('button', { name: 'ship' }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByText('o-1001 goes from packed to shipped.').waitFor();
    await dialog.getByLabel('Data of the transition').fill('{"street"');
    await dialog.getByText('This is not JSON yet.').waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: 'Move to shipped' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Data of the transition').fill('');
    await dialog.getByRole('button', { name: 'Move to shipped' }).click();
    await dialog.getByRole('alert').getByText('check-address refused ship: street is missing').waitFor();
    await dialog.getByRole('link', { name: 'Open the hook' }).waitFor();
    await dialog.getByLabel('Data of the transition').fill('{"street": "Main"}');
    await dialog.getByRole('button', { name: 'Move to shipped' }).click();
    await stage.page.getByText('packed to shipped').first().waitFor();
    await stage.page.getByRole('button', { name: 'deliver' }).waitFor();
  });

  it('makes an instance and goes to it', async () => {
    await open('/machines/order-lifecycle/order');
    await stage.page.getByRole('button', { name: 'New instance' }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByLabel('Id, generated when empty').fill('o-77');
    await dialog.getByRole('button', { name: 'Create instance' }).click();
    await stage.page.waitForURL('**/machines/order-lifecycle/order/o-77');
    await stage.page.getByRole('button', { name: 'pay' }).waitFor();
  });

  it('has words for what is not there', async () => {
    await open('/machines?environment=empty');
    await stage.page.getByText('No state machine is deployed').waitFor();
    await open('/machines/order-lifecycle/order/nobody');
    await stage.page.getByText('There is no such instance').waitFor();
  });

  it('fits a phone', async () => {
    await stage.page.setViewportSize({ width: 390, height: 800 });
    for (const path of ['/machines', '/machines/order-lifecycle/order', '/machines/order-lifecycle/order/o-1001']) {
      await open(path);
      await stage.page.locator('h1').first().waitFor();
      await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth), { message: path }).toBeLessThanOrEqual(390);
    }
  });
});
