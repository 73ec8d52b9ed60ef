/** An application built on the page, on the whole platform: a step is pulled in, the version deployed and run, and its execution opened. */
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, started } from '../e2e/started.ts';
import { CHROMIUM, launch } from './chromium.ts';

describe.skipIf(!CHROMIUM)('the builder', () => {
  let platform: Started;
  let browser: Browser;

  beforeAll(async () => {
    platform = await started({ pages: true, deployments: [] });
    browser = await launch();
  });
  afterAll(() => platform?.stop());

  it('makes an application that runs', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${platform.origin}/sign-in?key=${platform.adminKey}`);
    await page.goto(`${platform.origin}/applications/new/build`);
    await page.getByRole('link', { name: /One answer/ }).click();
    await page.getByText('No problems found.').waitFor();

    await page.locator('.builder-palette [data-type="step.set"]').dragTo(page.getByRole('button', { name: 'Add a step before answer' }));
    const pane = page.getByRole('complementary', { name: 'Step set' });
    await pane.getByLabel('Name', { exact: true }).fill('greeting');
    await pane.getByLabel('Name', { exact: true }).press('Enter');
    await page.getByRole('complementary', { name: 'Step greeting' }).getByRole('button', { name: 'YAML' }).click();
    await page.getByLabel('YAML of greeting').fill('name: greeting\ntype: step.set\nconfig:\n  values:\n    text: "Hello, {{ .name }}"\n');
    await page.locator('.graph-card', { hasText: 'answer' }).click();
    await page.getByRole('complementary', { name: 'Step answer' }).getByRole('button', { name: 'YAML' }).click();
    await page.getByLabel('YAML of answer').fill('name: answer\ntype: step.json_response\nconfig:\n  body:\n    message: "{{ .steps.greeting.text }}"\n');
    await page.getByLabel('YAML of answer').blur();
    await page.getByText('No problems found.').waitFor();

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('built');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByRole('button', { name: 'Deploy version 1' }).click();
    await page.waitForURL(/\/applications\/wf_[^/]+$/);

    const answer = await platform.call('GET', '/in/acme/built/hello?name=Ada');
    expect(answer).toMatchObject({ status: 200, body: { message: 'Hello, Ada' } });
    await page.goto(`${platform.origin}/executions/${answer.headers.get('x-execution-id')}`);
    await page.locator('[data-key="s:greeting"][data-status=completed]').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('sends scripts packed, so that the page of an execution needs less than 80 kB of them', async () => {
    const page = await browser.newPage();
    await page.goto(`${platform.origin}/sign-in?key=${platform.adminKey}`);
    const { body } = await platform.until(
      () => platform.api('GET', '/executions?limit=1'),
      ({ body }) => body.items.length === 1,
    );
    const scripts: Request[] = [];
    page.on('requestfinished', (request) => {
      if (new URL(request.url()).pathname.endsWith('.js')) scripts.push(request);
    });
    await page.goto(`${platform.origin}/executions/${body.items[0].execution_id}`, { waitUntil: 'networkidle' });
    await page.locator('body[data-keys=ready]').waitFor();
    expect(scripts.length).toBeGreaterThan(0);
    let bytes = 0;
    for (const script of scripts) {
      expect(await (await script.response())!.headerValue('content-encoding'), script.url()).toBe('gzip');
      bytes += (await script.sizes()).responseBodySize;
    }
    expect(bytes).toBeLessThan(80_000);
  });
});
