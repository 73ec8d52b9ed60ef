/** The list of executions at length, in Chromium: further pages by scrolling, and the way back to the same place. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

const ROW = 36;

describePages('a long list of executions', {}, (stage) => {
  const open = async (query = '') => {
    await stage.page.goto(`${stage.server.origin}/executions?live=0&workflow=crowd${query}`);
    await stage.page.locator('body[data-keys=ready]').waitFor();
  };
  const row = (n: number) => stage.page.locator(`tr[data-index="${n}"]`).getByText(`pipeline-${n}`, { exact: true });
  const drawn = () => stage.page.locator('#executions [data-index]').count();
  /** To where the list ends for now; what comes is loaded. */
  const toEnd = () => stage.page.evaluate(() => window.scrollTo({ top: document.documentElement.scrollHeight }));
  const length = () => stage.page.locator('#executions table').getAttribute('aria-rowcount').then(Number);
  const further = async () => {
    const before = await length();
    await toEnd();
    await longerThan(before);
  };
  /** Waited for in the page itself: nothing is asked of a busy one over and over. */
  const longerThan = (rows: number) =>
    stage.page.waitForFunction((before) => Number(document.querySelector('#executions table')?.getAttribute('aria-rowcount')) > before, rows);

  it('loads further pages as it is scrolled, and draws what is near the window', async () => {
    await open();
    await row(0).waitFor();
    for (let pages = 0; pages < 4; pages++) await further();
    await expect.poll(length).toBeGreaterThan(800);
    await expect.poll(drawn).toBeLessThan(300);
    await stage.page.evaluate((top) => window.scrollTo({ top }), 300 * ROW);
    await row(300).waitFor();
    await stage.page.evaluate(() => window.scrollTo({ top: 0 }));
    await row(0).waitFor();
  });

  it('leads back to the same place', async () => {
    await open();
    for (let pages = 0; pages < 2; pages++) await further();
    await stage.page.evaluate((top) => window.scrollTo({ top }), 400 * ROW);
    // Clicked at once: nobody waits until the list has noted where they are.
    await row(405).click();
    await stage.page.waitForURL(/\/executions\/exec_/);
    await stage.page.goBack();
    await row(405).waitFor();
    await expect.poll(() => stage.page.evaluate(() => window.scrollY)).toBeGreaterThan(395 * ROW);
  });

  it('is gone through by keys', async () => {
    await open();
    await stage.page.keyboard.press('j');
    await stage.page.locator('tr[data-index="0"][data-cursor=true]').waitFor();
    await stage.page.keyboard.press('End');
    await stage.page.locator('tr[data-index="249"][data-cursor=true], tr[data-index="49"][data-cursor=true]').waitFor();
    await stage.page.keyboard.press('Home');
    await stage.page.locator('tr[data-index="0"][data-cursor=true]').waitFor();
    await row(0).waitFor();
  });

  it('says when more cannot be loaded, and tries again', async () => {
    await stage.page.route('**/api/v1/executions?*', (route) =>
      route.fulfill({ status: 500, json: { type: 'about:blank', title: 'Away', status: 500, code: 'internal' } }),
    );
    await open();
    await toEnd();
    await stage.page.getByText('More could not be loaded').waitFor();
    await stage.page.unroute('**/api/v1/executions?*');
    const before = await length();
    await stage.page.getByRole('button', { name: 'Try again' }).click();
    await longerThan(before);
  });
});
