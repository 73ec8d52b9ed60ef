/**
 * The built pages in Chromium, on the fixture API: what a person does on them. The whole platform behind them is
 * tested elsewhere; here every state can be had at will. Needs `npm run build -w dashboard`.
 */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('dashboard', { permissions: ['clipboard-read', 'clipboard-write'] }, (stage) => {
  const open = (name: string, query = '') => stage.page.goto(`${stage.server.origin}/executions/${fixtureId(name)}${query}`);
  const bar = (line: string, nth = 0) => stage.page.locator(`[data-key="${line}"] .wf-seg`).nth(nth);

  it('turns a bar from running to failed, and undoes, without a reload', async () => {
    const goOn = stage.server.hold();
    await open('live');
    await stage.page.evaluate(() => Object.assign(window, { notReloaded: true }));
    await bar('s:charge-payment').and(stage.page.locator('[data-status=running]')).waitFor();
    goOn();
    await stage.page.locator('[data-key="s:charge-payment"][data-status=failed]').waitFor();
    const segments = stage.page.locator('[data-key="s:charge-payment"] .wf-seg');
    await expect
      .poll(() => segments.evaluateAll((all) => all.map((one) => `${(one as HTMLElement).dataset.kind} ${(one as HTMLElement).dataset.status}`)))
      .toEqual(['run retrying', 'wait retrying', 'run failed']);
    await stage.page.locator('[data-key="c:reserve-inventory"][data-status=compensated]').waitFor();
    await stage.page.getByText('charge-payment failed after 2 attempts: 503 from payment. The two steps before it were undone.').waitFor();
    expect(await stage.page.evaluate(() => 'notReloaded' in window)).toBe(true);
  });

  it('asks every two seconds where live messages do not come through', async () => {
    await stage.page.route('**/executions/live*', (route) => route.abort());
    await open('live');
    await stage.page.getByText('Asking every 2 s').waitFor();
    stage.server.begin();
    await stage.page.locator('header .status[data-status=compensated]').waitFor();
    await stage.page.getByText('Asking every 2 s').waitFor({ state: 'detached' });
    // The browser reports each aborted connection.
    stage.faults = stage.faults.filter((text) => !text.includes('ERR_FAILED'));
  });

  it('expands the input of a step, copies a value and keeps the step in the URL', async () => {
    await open('compensated');
    await stage.page.locator('[data-key="s:reserve-inventory"]').click();
    await stage.page.getByRole('tab', { name: 'Input' }).click();
    const json = stage.page.getByRole('group', { name: 'Input' });
    await json.getByText('{ 2 keys }').first().waitFor();
    await expect.poll(() => json.getByText('lines').count()).toBe(0);
    await json.getByRole('button', { name: 'Open body.order' }).click();
    await json.getByText('lines').waitFor();
    await json.locator('[data-line="body.sku"]').hover();
    await json.getByRole('button', { name: 'Copy the value of body.sku' }).click();
    await expect.poll(() => stage.page.evaluate(() => navigator.clipboard.readText())).toBe('SKU-001');
    await stage.page.waitForURL((url) => url.searchParams.get('step') === 'reserve-inventory');
  });

  it('shows markup in a value as text', async () => {
    await open('completed', '?step=parse-request');
    await stage.page.getByText('"</script><img src=x onerror=alert(1)><!-- Lorem').waitFor();
    await expect.poll(() => stage.page.locator('img').count()).toBe(0);
  });

  it('is walked by keys', async () => {
    await open('compensated');
    await stage.page.locator('body[data-keys=ready]').waitFor();
    await stage.page.locator('#waterfall').focus();
    await stage.page.keyboard.press('f');
    await stage.page.locator('[data-key="s:charge-payment"][data-cursor=true]').waitFor();
    await stage.page.keyboard.press('Enter');
    const pane = stage.page.getByRole('complementary', { name: 'Details of charge-payment' });
    await pane.waitFor();
    await pane.getByText('The other side answered with an error').waitFor();
    await stage.page.keyboard.press('ArrowDown');
    await stage.page.getByRole('complementary', { name: 'Details of notify' }).waitFor();
    await stage.page.keyboard.press('Escape');
    await stage.page.locator('.pane').waitFor({ state: 'detached' });
    await stage.page.keyboard.press('/');
    await stage.page.keyboard.type('inventory');
    await stage.page.locator('[data-key="s:charge-payment"]').waitFor({ state: 'detached' });
    await stage.page.locator('.wf-row').nth(1).waitFor();
    await expect.poll(() => stage.page.locator('.wf-row').count()).toBe(2);
    await stage.page.keyboard.press('Escape');
    await stage.page.keyboard.press('?');
    await stage.page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  it('draws all of fifty steps', async () => {
    await open('fifty');
    await expect.poll(() => stage.page.locator('.wf-row').count()).toBe(50);
  });

  it('draws only the visible part of a thousand steps, and gets to the last', async () => {
    await open('thousand');
    await stage.page.locator('.wf-minimap').waitFor();
    await expect.poll(() => stage.page.locator('.wf-row').count()).toBeLessThan(120);
    await stage.page.locator('body[data-keys=ready]').waitFor();
    await stage.page.locator('#waterfall').focus();
    await stage.page.keyboard.press('End');
    await stage.page.locator('[data-key="s:customer-1000"]').waitFor();
    await expect.poll(() => stage.page.locator('.wf-row').count()).toBeLessThan(120);
    await stage.page.keyboard.press('f');
    await stage.page.locator('[data-key="s:customer-0998"][data-cursor=true]').waitFor();
  });

  it('cancels after asking', async () => {
    await open('running');
    await stage.page.getByRole('button', { name: 'Cancel' }).click();
    const plan = stage.page.getByRole('region', { name: 'What would be undone' });
    await plan.getByText('It ends compensated').waitFor();
    await plan.locator('summary').first().click();
    await plan.getByText('"POST"').first().waitFor();
    await stage.page.getByRole('button', { name: 'Cancel execution' }).click();
    await stage.page.locator('header .status[data-status=cancelled]').waitFor();
    await stage.page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
  });

  it('puts a new execution on top, and holds it back from under the pointer', async () => {
    await stage.page.mouse.move(2, 2);
    await stage.page.goto(`${stage.server.origin}/executions`);
    await stage.page.locator('tr[data-index="0"]').getByText('create-order').waitFor();
    await stage.page.locator('tr[data-index="0"] .status[data-status=compensated]').waitFor();
    await stage.page.locator('tr[data-index="3"]').hover();
    const id = fixtureId('second');
    stage.server.emit('execution.started', {
      execution_id: id,
      seq: 1,
      at: Date.now(),
      execution_status: 'running',
      workflow: 'orders',
      pipeline: 'process-order',
      trigger: 'http',
    });
    await stage.page.getByRole('button', { name: '1 new execution' }).click();
    await stage.page.locator(`tr[data-index="0"] a[href="/executions/${id}"]`).waitFor();
  });

  it('opens a row of the list by keys, and filters in the URL', async () => {
    await stage.page.goto(`${stage.server.origin}/executions?live=0`);
    await stage.page.locator('body[data-keys=ready]').waitFor();
    await stage.page.keyboard.press('j');
    await stage.page.keyboard.press('j');
    await stage.page.locator('tr[data-index="1"][data-cursor=true]').waitFor();
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForURL(/\/executions\/exec_/);
    await stage.page.goBack();
    await stage.page.getByLabel('Status').selectOption('failed');
    await stage.page.waitForURL(/\?live=0&status=failed$/);
    await expect.poll(() => stage.page.locator('tbody .status:not([data-status=failed])').count()).toBe(0);
  });

  it('keeps the pinned theme from the first paint on', async () => {
    await stage.page.goto(`${stage.server.origin}/executions?live=0`);
    await stage.page.getByRole('button', { name: 'Dark theme' }).click();
    await stage.page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    const answer = await stage.page.goto(`${stage.server.origin}/applications`);
    expect(await answer!.text()).toMatch(/^<!DOCTYPE html><html[^>]* data-theme="dark"/);
  });

  it('leads strangers to the sign-in page, and answers unknown pages with a request id', async () => {
    const missing = await stage.page.goto(`${stage.server.origin}/nowhere`);
    expect(missing!.status()).toBe(404);
    expect(missing!.headers()).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin' });
    await stage.page.getByText(missing!.headers()['x-request-id']!).waitFor();
    await stage.context.clearCookies();
    await open('compensated');
    expect(stage.page.url()).toBe(`${stage.server.origin}/sign-in?next=${encodeURIComponent(`/executions/${fixtureId('compensated')}`)}`);
    await stage.page.getByRole('link', { name: 'Sign in with a key' }).click();
    await stage.page.getByLabel('Key', { exact: true }).fill('wrong');
    await stage.page.getByRole('button', { name: 'Sign in' }).click();
    await stage.page.getByRole('alert').getByText('That key was not accepted.').waitFor();
    await stage.page.getByLabel('Key', { exact: true }).fill('dev-key');
    await stage.page.getByRole('button', { name: 'Sign in' }).click();
    // Back to where one wanted to go, once.
    await stage.page.waitForURL(`${stage.server.origin}/executions/${fixtureId('compensated')}`);
    await stage.page.goto(`${stage.server.origin}/executions`);
    expect(stage.page.url()).toBe(`${stage.server.origin}/executions`);
  });

  it('is usable at 390 px: two-line rows, details as a sheet', async () => {
    await stage.page.setViewportSize({ width: 390, height: 844 });
    await stage.page.goto(`${stage.server.origin}/executions?live=0`);
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const row = (n: number) => stage.page.locator(`tr[data-index="${n}"]`);
    const heights = async () => {
      const [first, second] = [await row(0).boundingBox(), await row(1).boundingBox()];
      return [first!.height, second!.y - first!.y];
    };
    await expect.poll(heights).toEqual([57, 57]);
    // The whole entry leads to its execution.
    await row(0).click({ position: { x: 180, y: 45 } });
    await stage.page.waitForURL(/\/executions\/exec_/);
    await open('compensated');
    await stage.page.locator('[data-key="s:charge-payment"]').click();
    const sheet = stage.page.getByRole('complementary');
    await sheet.getByText('503 from payment').first().waitFor();
    await stage.page.waitForFunction(() => document.activeElement?.id === 'pane-close');
    await stage.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });
});
