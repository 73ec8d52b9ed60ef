/** Replaying and comparing, as a person does it: the built pages in Chromium on the fixture API. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('replay and compare', {}, (stage) => {
  const open = (name: string) => stage.page.goto(`${stage.server.origin}/executions/${fixtureId(name)}`);
  const dialog = () => stage.page.getByRole('dialog', { name: 'Replay this execution' });

  it('replays everything as it was, and goes to the new execution', async () => {
    await open('completed');
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByRole('button', { name: 'Start replay' }).click();
    await stage.page.waitForURL((url) => /\/executions\/exec_/.test(url.pathname) && !url.pathname.includes(fixtureId('completed')));
    expect(stage.server.replays).toEqual([{ id: fixtureId('completed'), mode: 'exact', record_as: 'replay', dry_run: false }]);
  });

  it('takes an edited trigger, and no text that is not JSON', async () => {
    await open('stuck');
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByLabel('Everything, with another trigger').check();
    const editor = dialog().getByLabel('Trigger data');
    await expect.poll(() => editor.inputValue()).toContain('"method"');
    const data = JSON.parse(await editor.inputValue());
    expect(data).not.toHaveProperty('type');
    await editor.fill('{"quantity":');
    await dialog().getByText('This is not JSON').waitFor();
    await expect.poll(() => dialog().getByRole('button', { name: 'Start replay' }).isDisabled()).toBe(true);
    await editor.fill(JSON.stringify({ ...data, body: { quantity: 1 } }));
    await dialog().getByRole('button', { name: 'Start replay' }).click();
    await expect.poll(() => stage.server.replays.length).toBe(1);
    expect(stage.server.replays[0]).toMatchObject({ mode: 'modified', trigger_data: { method: 'POST', body: { quantity: 1 } } });
  });

  it('runs another version, in another environment', async () => {
    await open('completed');
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByLabel('Version').fill('two');
    await dialog().getByText('A version is a number').waitFor();
    await dialog().getByLabel('Version').fill('2');
    await dialog().getByLabel('Environment').fill('staging');
    await dialog().getByRole('button', { name: 'Start replay' }).click();
    await expect.poll(() => stage.server.replays.length).toBe(1);
    expect(stage.server.replays[0]).toMatchObject({ mode: 'exact', target_environment: 'staging', version: 2 });
  });

  it('begins at the step that failed, as a dry run, and says why it is refused', async () => {
    await open('compensated');
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByLabel('From a step on').check();
    const select = dialog().getByLabel('First step to run');
    await expect.poll(() => select.inputValue()).toBe('charge-payment');
    await dialog().getByLabel('Dry run').check();
    await dialog().getByRole('button', { name: 'Start dry run' }).click();
    await expect.poll(() => stage.server.replays.length).toBe(1);
    expect(stage.server.replays[0]).toMatchObject({ mode: 'step_from', from_step: 'charge-payment', dry_run: true });
    expect(stage.server.replays[0]).not.toHaveProperty('trigger_data');
    await open('completed');
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    await dialog().getByLabel('From a step on').check();
    await select.selectOption('respond');
    await dialog().getByRole('button', { name: 'Start replay' }).click();
    await dialog().getByText('respond never ran').waitFor();
  });

  it('compares with another execution, path by path', async () => {
    await open('completed');
    await stage.page.getByRole('button', { name: 'Compare' }).click();
    await stage.page.locator('#compare-id').fill(fixtureId('compensated'));
    await stage.page.locator('dialog[open]').getByRole('button', { name: 'Compare' }).click();
    await stage.page.waitForURL(`**/executions/diff?left=${fixtureId('compensated')}&right=${fixtureId('completed')}`);
    const row = (step: string) => stage.page.locator(`tr[data-step="${step}"]`);
    await expect.poll(() => row('charge-payment').getAttribute('data-diff')).toBe('status_different');
    await expect.poll(() => row('charge-payment').textContent()).toMatch(/Another status[\s\S]*Failed[\s\S]*Completed/);
    await expect.poll(() => stage.page.locator('tr.diff-path').count()).toBeGreaterThan(0);
    await stage.page.goto(`${stage.server.origin}/executions/diff?left=${fixtureId('compensated')}&right=${fixtureId('undoing')}`);
    const identical = stage.page.locator('tr[data-diff=identical]');
    await expect.poll(() => identical.count()).toBeGreaterThan(0);
    await stage.page.getByLabel('Only steps that differ').check();
    await expect.poll(() => identical.count()).toBe(0);
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('compares with the last good run, one press away, and says how much longer it took', async () => {
    await open('compensated');
    await stage.page.getByRole('button', { name: 'Compare' }).click();
    const good = stage.page.getByRole('link', { name: /The last good run/ });
    const left = new URL((await good.getAttribute('href'))!, stage.server.origin).searchParams.get('left')!;
    await good.click();
    await stage.page.waitForURL(`**/executions/diff?left=${left}&right=${fixtureId('compensated')}`);
    await stage.page.locator('tr[data-step="charge-payment"] .diff-apart').first().waitFor();
    await stage.page.setViewportSize({ width: 390, height: 800 });
    // Where a side has nothing, there is no line for it.
    const blank = stage.page.locator('tr[data-step] td, .diff-path td').filter({ hasText: /^\s*$/, visible: true });
    await expect.poll(() => blank.count()).toBe(0);
  });

  it('says why two cannot be compared', async () => {
    await stage.page.goto(`${stage.server.origin}/executions/diff?left=abc&right=`);
    await stage.page.getByText('These executions cannot be compared').waitFor();
    await stage.page.getByText('invalid_id').waitFor();
  });
});
