/** Going anywhere by one field, views that are saved, two executions picked from the list. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('commands and views', {}, (stage) => {
  const goto = (path: string) => stage.page.goto(stage.server.origin + path);
  const ready = () => stage.page.locator('body[data-keys=ready]').waitFor();
  const field = () => stage.page.getByRole('combobox', { name: 'Page, application, execution or action' });

  it('the palette goes to pages, pipelines and executions, and does what the page can do', async () => {
    await goto(`/executions/${fixtureId('compensated')}`);
    await ready();
    await stage.page.keyboard.press('Control+k');
    await field().waitFor();
    await stage.page.getByRole('option', { name: 'Replay this execution' }).waitFor();
    await field().fill('compare');
    await stage.page.keyboard.press('Enter');
    await stage.page.getByRole('dialog', { name: 'Compare with another execution' }).waitFor();
    await stage.page.keyboard.press('Escape');
    await stage.page.keyboard.press('Control+k');
    await field().fill('book-travel');
    await stage.page
      .getByRole('option', { name: /book-travel/ })
      .first()
      .waitFor();
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForURL(/\/executions\?workflow=travel&pipeline=book-travel$/);
    await ready();
    await stage.page.getByRole('button', { name: /Search and commands/ }).click();
    await field().fill(`level=error execution_id=${fixtureId('stuck')} message=…`);
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForURL(new RegExp(`/executions/${fixtureId('stuck')}$`));
    await ready();
    await stage.page.keyboard.press('Control+k');
    await field().fill('theme dark');
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  });

  it('is opened by keys that are pressed before any script has come', async () => {
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await stage.page.route('**/build/*.js', async (route) => {
      await gate;
      await route.continue();
    });
    await stage.page.goto(`${stage.server.origin}/executions?live=0`, { waitUntil: 'commit' });
    await stage.page.locator('h1').waitFor({ state: 'attached' });
    await stage.page.keyboard.press('Control+k');
    letGo();
    await field().waitFor();
    await stage.page.unroute('**/build/*.js');
  });

  it('a view is saved under a name, found again, and taken away', async () => {
    await goto('/executions?live=0&status=failed');
    await ready();
    await stage.page.getByText('Views', { exact: true }).click();
    await stage.page.getByLabel('Save these filters as').fill('What failed');
    await stage.page.getByRole('button', { name: 'Save', exact: true }).click();
    await stage.page.getByText('The view What failed is saved in this browser.').waitFor();
    await goto('/executions?live=0');
    await ready();
    await stage.page.getByText('Views', { exact: true }).click();
    await stage.page.getByRole('link', { name: 'What failed' }).click();
    await stage.page.waitForURL(/status=failed/);
    await ready();
    await stage.page.getByText('Views', { exact: true }).click();
    await stage.page.getByRole('button', { name: 'Remove the view What failed' }).click();
    await stage.page.getByText('No view is saved in this browser yet.').waitFor();
  });

  it('gives one order to those that are picked, and says what came of it for each', async () => {
    await goto('/executions?live=0');
    await ready();
    for (const index of [0, 1, 2]) await stage.page.locator(`tr[data-index="${index}"] input[type=checkbox]`).check();
    await stage.page.getByText('3 are picked.').waitFor();
    await stage.page.getByRole('button', { name: 'Act on them' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'The 3 executions that are picked' });
    await expect.poll(() => dialog.getByRole('listitem').count()).toBe(3);
    await dialog.getByLabel('Cancel').check();
    await dialog.getByRole('button', { name: 'Cancel these 3' }).click();
    await dialog.getByText(/^3 of 3: /).waitFor();
  });

  it('two executions are picked from the list by keys and by hand, and compared', async () => {
    await goto('/executions?live=0');
    await ready();
    await stage.page.keyboard.press('j');
    await stage.page.keyboard.press('x');
    await stage.page.getByText('One is picked.').waitFor();
    const ids = await stage.page
      .locator('tbody tr a.row-link')
      .evaluateAll((all) => all.slice(0, 2).map((one) => (one as HTMLAnchorElement).pathname.split('/').at(-1)));
    await stage.page.locator('tr[data-index="1"] input[type=checkbox]').check();
    await stage.page.getByText('Two are picked.').waitFor();
    await stage.page.keyboard.press('c');
    await stage.page.waitForURL(/\/executions\/diff/);
    const query = new URL(stage.page.url()).searchParams;
    expect([query.get('left'), query.get('right')]).toEqual(ids);
    await stage.page.getByRole('heading', { name: 'Comparison' }).waitFor();
  });
});
