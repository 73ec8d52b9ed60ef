/** The page of regions in Chromium: their health, what may leave the home, and erasing the company. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('regions', {}, (stage) => {
  const open = () => stage.page.goto(`${stage.server.origin}/regions`);
  const row = (name: string) => stage.page.getByRole('row').filter({ has: stage.page.getByRole('cell', { name, exact: true }) });
  const dialog = () => stage.page.getByRole('dialog');

  it('shows how each region is, and changes what may leave the home', async () => {
    await open();
    await stage.page.getByText('The home of acme is eu').waitFor();
    await row('eu').getByText('Healthy').waitFor();
    await row('us').getByText('the latest are being sent').waitFor();
    await row('ap').getByText('Does not answer').waitFor();
    await stage.page.getByText('Definitions go: where a pipeline asks for it').waitFor();
    for (const [choice, shown] of [
      ['Nowhere', 'nowhere'],
      ['To every region at once', 'to every region at once'],
      ['Where a pipeline asks for it', 'where a pipeline asks for it'],
    ] as const) {
      await stage.page.getByRole('button', { name: 'Change where definitions go' }).click();
      await dialog().getByRole('radio', { name: choice }).check();
      await dialog().getByRole('button', { name: 'Save' }).click();
      await stage.page.getByText(`Definitions go: ${shown}`).waitFor();
    }
  });

  it('moves the company once its slug is typed, follows, can be called off, and shows what was moved', async () => {
    await open();
    for (const last of [false, true]) {
      await stage.page.getByRole('button', { name: 'Move acme' }).click();
      await expect.poll(() => dialog().getByLabel('New home').locator('option').allTextContents()).toEqual(['sa']);
      await dialog().getByLabel('Type acme to confirm').fill('acme');
      await dialog().getByRole('button', { name: 'Move everything' }).click();
      await stage.page.getByRole('heading', { name: 'acme is moving from eu to sa' }).waitFor();
      await stage.page.getByText('What runs comes to a halt: state machines.').waitFor();
      await expect.poll(() => stage.page.getByRole('button', { name: 'Erase acme' }).count()).toBe(0);
      if (last) break;
      await stage.page.getByRole('button', { name: 'Call off the move' }).click();
      await dialog().getByRole('button', { name: 'Call off' }).click();
      await stage.page.getByRole('button', { name: 'Move acme' }).waitFor();
    }
    stage.server.regions.moving = 'completed';
    await stage.page.getByRole('heading', { name: 'acme has moved from eu to sa' }).waitFor();
    await stage.page.getByRole('table', { name: 'Moved' }).getByText('1,204').waitFor();
    await stage.page.getByRole('button', { name: 'Move acme' }).waitFor();
  });

  it('clears a region that is not the home, once nothing may leave and the slug is typed', async () => {
    await open();
    await expect.poll(() => stage.page.getByRole('button', { name: 'Clear us' }).first().isDisabled()).toBe(true);
    await stage.page.getByRole('button', { name: 'Change where definitions go' }).click();
    await dialog().getByRole('radio', { name: 'Nowhere' }).check();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await stage.page.getByText('Definitions go: nowhere').waitFor();
    await row('us').getByRole('button', { name: 'Clear us' }).click();
    await dialog().getByLabel('Type acme to confirm').fill('acne');
    await dialog().getByRole('button', { name: 'Erase it' }).click();
    await dialog().getByText('letter by letter').waitFor();
    await dialog().getByLabel('Type acme to confirm').fill('acme');
    await dialog().getByRole('button', { name: 'Erase it' }).click();
    await row('us').getByText('What lived there is being erased').waitFor();
  });

  it('writes everything into an archive, follows, hands it out, and erases it again', async () => {
    await open();
    await stage.page.getByRole('button', { name: 'Export acme' }).click();
    await stage.page.getByText('Writing now: databases, actors, schedules, jobs.').waitFor();
    await stage.page.getByText('1,204 files').waitFor();
    stage.server.regions.exportWaits = true;
    await stage.page.getByText('Waits while the company moves, and begins anew in its new home.').waitFor();
    Object.assign(stage.server.regions, { exportWaits: false, exporting: 'completed' });
    const link = stage.page.getByRole('link', { name: 'Download' });
    await link.waitFor();
    await expect.poll(() => link.getAttribute('href')).toBe('/api/v1/tenants/acme/export/download');
    await stage.page.getByText('52.4 MB').waitFor();
    await stage.page.getByRole('button', { name: 'Erase the archive' }).click();
    await dialog().getByRole('button', { name: 'Erase it' }).click();
    await stage.page.getByRole('button', { name: 'Export acme' }).waitFor();
  });

  it('erases the company once its slug is typed, and follows until nobody is known any more', async () => {
    await open();
    await stage.page.getByRole('button', { name: 'Erase acme' }).click();
    await dialog().getByLabel('Type acme to confirm').fill('acne');
    await dialog().getByRole('button', { name: 'Erase everything' }).click();
    await dialog().getByText('letter by letter').waitFor();
    await dialog().getByLabel('Type acme to confirm').fill('acme');
    await dialog().getByRole('button', { name: 'Erase everything' }).click();
    await stage.page.getByRole('heading', { name: 'acme is being erased' }).waitFor();
    await stage.page.getByText('Nobody gets in any more.').waitFor();
    stage.server.regions.status = 'erasing';
    await stage.page.getByText('Erasing now: databases, actors, schedules, jobs.').waitFor();
    await stage.page.getByRole('table', { name: 'Erased so far' }).getByText('1,204').waitFor();
    await stage.context.clearCookies();
    await stage.page.getByText('this page can follow no further').waitFor();
  });

  it('lets an editor look and not touch, and fits a phone', async () => {
    stage.server.regions.me.role = 'editor';
    await open();
    await expect.poll(() => stage.page.getByRole('button', { name: 'Change where definitions go' }).isDisabled()).toBe(true);
    await expect.poll(() => stage.page.getByRole('button', { name: 'Erase acme' }).count()).toBe(0);
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
