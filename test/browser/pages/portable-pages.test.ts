/** Exported executions, as a person opens them: the built pages in Chromium on the fixture API. */
import { beforeEach, expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('exported executions', { viewport: { width: 390, height: 800 } }, (stage) => {
  beforeEach(async () => {
    await stage.page.goto(`${stage.server.origin}/executions`);
    await stage.page.locator('body[data-keys=ready]').waitFor();
  });

  const choose = (text: string) =>
    stage.page.locator('input[type=file]').setInputFiles({ name: 'order.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(text) });

  it('are opened from a file, marked, and cannot be steered', async () => {
    await choose('{"hash":"00"}');
    await stage.page.waitForURL('**/executions/exec_*');
    await stage.page.getByText('Imported', { exact: true }).waitFor();
    await stage.page.getByText('globex').waitFor();
    await expect.poll(() => stage.page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await expect.poll(() => stage.page.locator('.live-dot').count()).toBe(0);
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('are refused in words when they are something else', async () => {
    await choose('name: orders');
    await stage.page.getByText('The file could not be opened').waitFor();
    await stage.page.getByRole('button', { name: 'Close' }).click();
    await stage.page.getByText('The file could not be opened').waitFor({ state: 'detached' });
  });

  it('that run are moved to a version from its list', async () => {
    await stage.page.goto(`${stage.server.origin}/applications/wf_orders`);
    await stage.page.getByRole('link', { name: 'Versions' }).click();
    await stage.page.getByRole('button', { name: 'Impact of version 2' }).click();
    const dialog = stage.page.locator('dialog[open]');
    await dialog.getByText('2 executions run on another version: 1 can be moved, 1 cannot.').waitFor();
    await dialog.getByText('charge has begun, and the version has no such step.').waitFor();
    await dialog.getByRole('button', { name: 'Move 1' }).click();
    await dialog.getByText('One execution was moved.').waitFor();
    await expect.poll(() => dialog.locator('[data-verdict=movable]').count()).toBe(0);
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await stage.page.getByRole('button', { name: 'Impact of version 3' }).click();
    await dialog.getByText('Version 3').waitFor();
  });

  it('are written by a link on the page of an execution', async () => {
    await stage.page.goto(`${stage.server.origin}/executions/${fixtureId('completed')}`);
    const link = stage.page.getByRole('link', { name: 'Export' });
    await expect.poll(() => link.getAttribute('href')).toBe(`/api/v1/executions/${fixtureId('completed')}/export`);
    await expect.poll(() => link.getAttribute('download')).toMatch(/\.jsonl$/);
  });
});
