/** The editor of documents in Chromium: completion, hover, mistakes, saving with a look at what changed, deploying. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('the editor', { reducedMotion: 'reduce' }, (stage) => {
  const open = async (path: string) => {
    await stage.page.goto(stage.server.origin + path);
    await stage.page.locator('.cm-content').waitFor();
  };
  const keys = (...all: string[]) => all.reduce((before, key) => before.then(() => stage.page.keyboard.press(key)), Promise.resolve());
  const write = async (text: string) => {
    await stage.page.locator('.cm-content').click();
    await keys('Control+End');
    await stage.page.keyboard.insertText(text);
  };

  it('completes keys and types of steps, and says what they are', async () => {
    const { page } = stage;
    await open('/applications/wf_orders/edit');
    await write('      - name: pay\n        t');
    await page.keyboard.type('y');
    await page.locator('.cm-tooltip-autocomplete').getByText('type', { exact: true }).click();
    await page.keyboard.type('http_c');
    await page.locator('.cm-completionInfo').getByText('Calls a service over HTTP').waitFor();
    await page.locator('.cm-tooltip-autocomplete').getByText('step.http_call').click();
    await page.locator('.cm-line', { hasText: 'type: step.http_call' }).last().waitFor();
    await keys('Escape');
    // What the editor says below the text has its height, so nothing moves away under the pointer.
    await page.getByText(/\d mistakes?\./).waitFor();
    const key = page.locator('.cm-line .yaml-key', { hasText: 'timeout' }).first();
    for (const x of [4, 12]) await key.hover({ position: { x, y: 8 } });
    await page.locator('.editor-about').getByText('A duration such as').waitFor();
  });

  it('keeps the line that is written in sight, and its completions, when mistakes take the room below', async () => {
    const { page } = stage;
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>();
    await page.route('**/api/v1/workflows/validate', async (route) => {
      await gate;
      await route.continue();
    });
    await page.setViewportSize({ width: 1440, height: 600 });
    await open('/applications/wf_orders/edit');
    await write('      - name: pay\n        type: step.htp_call\n      - name: ship\n        t');
    await page.keyboard.type('y');
    const list = page.locator('.cm-tooltip-autocomplete');
    await list.waitFor();
    letGo();
    await page.getByText(/\d mistakes?\./).waitFor();
    const bottoms = () =>
      page.evaluate(() =>
        [document.querySelector('.cm-activeLine.cm-line')!, document.querySelector('.cm-scroller')!].map((one) => one.getBoundingClientRect().bottom),
      );
    await expect.poll(async () => (await bottoms()).reduce((line, text) => text - line)).toBeGreaterThanOrEqual(0);
    await expect.poll(() => list.evaluate((one) => one.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('tells of mistakes at their place, with what to do, and does not save them', async () => {
    const { page } = stage;
    await open('/applications/wf_orders/edit');
    await page.getByText('No problems found.').waitFor();
    await write('      - name: pay\n        type: step.htp_call\n');
    await page.getByText('1 mistake.').waitFor();
    await page.locator('.cm-lintRange-error').waitFor();
    await page.getByRole('button', { name: /step\.htp_call/ }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain('cm-content');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('There is a mistake in it.').waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: 'Save version' }).isDisabled()).toBe(true);
    expect(stage.server.workflows.saved.size).toBe(0);
  });

  it('tells of a step that a program names and that there is not, at the name', async () => {
    const { page } = stage;
    await open('/applications/wf_orders/edit');
    await page.getByText('No problems found.').waitFor();
    await write(`      - name: shape\n        type: step.jq\n        config: { expression: '.steps["parse-requst"].body' }\n`);
    await page.locator('.cm-lintRange-warning').getByText('"parse-requst"', { exact: true }).waitFor();
    await page.getByText('Did you mean "parse-request"?').waitFor();
  });

  it('saves as the next version after a look at what changed, then deploys it', async () => {
    const { page, server } = stage;
    await open('/applications/wf_orders/edit');
    await write('          body: { ok: true }\n');
    await page.getByText('Not saved').waitFor();
    await page.getByText('No problems found.').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('tr[data-kind=added]').getByText('body: { ok: true }').waitFor();
    await expect.poll(() => dialog.locator('tr[data-kind]:not([data-kind=same])').count()).toBe(1);
    await dialog.getByRole('button', { name: 'lines that are the same' }).first().click();
    await dialog.getByText('# The order pipeline').first().waitFor();
    await dialog.getByRole('button', { name: 'Save version' }).click();
    await page.getByRole('dialog', { name: 'Version 4 is saved' }).waitFor();
    expect(server.workflows.saved.get('wf_orders')!.at(-1)).toContain('# then 1 s');
    await dialog.getByLabel('Environment').fill('preview');
    await dialog.getByLabel('Environment').blur();
    await dialog.getByText('It runs nowhere in preview yet.').waitFor();
    await dialog.getByLabel('Environment').fill('staging');
    await dialog.getByLabel('Environment').blur();
    await dialog.getByRole('button', { name: 'Deploy version 4 all the same' }).click();
    await page.waitForURL('**/applications/wf_orders');
    expect(server.workflows.deployments).toEqual([{ workflow_id: 'wf_orders', version: 4, environment: 'staging' }]);
  });

  it('makes a new application, and asks before what was written is lost', async () => {
    const { page, server } = stage;
    await open('/applications/new');
    await write('# mine\n');
    const asked = new Promise<string>((resolve) =>
      page.once('dialog', async (one) => {
        await one.dismiss();
        resolve(one.type());
      }),
    );
    await page.getByRole('navigation', { name: 'Where this is' }).getByRole('link', { name: 'Applications' }).click();
    expect(await asked).toBe('beforeunload');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog', { name: 'Version 1 is saved' }).waitFor();
    expect(server.workflows.saved.get('wf_new')).toEqual([expect.stringContaining('# mine')]);
    await page.waitForURL('**/applications/wf_new/edit');
  });

  it('completes the names of steps in a template, in both generations', async () => {
    const { page } = stage;
    for (const [path, before, expected] of [
      ['/applications/wf_orders/edit', '          body: { ok: "{{ .steps.', 'charge-payment'],
      ['/applications/wf_older/edit', '              config: { body: { ok: "{{ .steps.', 'hold'],
    ] as const) {
      await open(path);
      await page.getByText('No problems found.').waitFor();
      await write(before.slice(0, -1));
      await page.keyboard.type('.');
      await page.locator('.cm-tooltip-autocomplete').getByText(expected, { exact: true }).waitFor();
    }
  });

  it('saves the files that the text names: those of before stay, others are added', async () => {
    const { page, server } = stage;
    await open('/applications/new');
    await page.getByText('No problems found.').waitFor();
    await write('modules:\n  - { name: pages, type: static.fileserver, config: { root: ./public } }\n');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByText('Not there yet').waitFor();
    const file = (name: string, text: string) => ({ name, mimeType: 'text/html', buffer: Buffer.from(text) });
    await dialog.getByLabel('Add files to ./public').setInputFiles([file('index.html', '<h1>Hello</h1>'), file('about.html', '<h1>About</h1>')]);
    await dialog.getByText('public/about.html').waitFor();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog', { name: 'Version 1 is saved' }).waitFor();
    expect(server.workflows.files).toEqual([{ keep: 'no', paths: ['public/about.html', 'public/index.html'] }]);
  });

  it('lets go of the Tab key after Escape', async () => {
    const { page } = stage;
    await open('/applications/wf_orders/edit');
    await page.locator('.cm-content').click();
    await keys('Escape', 'Tab');
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('.cm-editor') === null)).toBe(true);
  });
});

describePages('versions', { reducedMotion: 'reduce' }, (stage) => {
  it('stand beside each other, and one is deployed with a look at what it means', async () => {
    const { page, server } = stage;
    await page.goto(`${server.origin}/applications/wf_orders?view=versions`);
    await page.getByRole('link', { name: 'Changes in version 3' }).click();
    const diff = page.getByRole('region', { name: 'Two versions beside each other' });
    const changed = diff.locator('tr[data-kind=changed]');
    await changed.first().waitFor();
    await expect.poll(() => changed.count()).toBe(1);
    await expect.poll(() => changed.locator('mark').allInnerTexts()).toEqual(['2', '3']);
    await diff.getByText('One change').waitFor();
    await diff.locator('[data-keys=ready]').waitFor();
    await page.keyboard.press('n');
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset.kind)).toBe('changed');
    await page.getByRole('button', { name: 'Deploy version 3' }).click();
    const dialog = page.getByRole('dialog', { name: 'Deploy version 3' });
    await dialog.getByText('can be moved').first().waitFor();
    await dialog.getByText('charge has begun, and the version has no such step.').waitFor();
    await dialog.getByRole('button', { name: 'Deploy version 3 all the same' }).click();
    await expect.poll(() => server.workflows.deployments).toEqual([{ workflow_id: 'wf_orders', version: 3, environment: 'production' }]);
  });
});
