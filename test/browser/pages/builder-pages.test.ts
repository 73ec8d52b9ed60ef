/** The builder: what is pulled, connected and filled in is written in the text, and what is written is drawn. */
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('the builder', { reducedMotion: 'reduce' }, (stage) => {
  it('puts a step where it is dropped, moves it, undoes and does it again', async () => {
    const { page } = stage;
    const names = await opened(stage, 'wf_orders');
    await pull(page, type(page, 'step.log'), spot(page, 'before check-inventory'));
    await card(page, 'log').waitFor();
    await expect.poll(names).toEqual(['parse-request', 'log', 'check-inventory', 'charge-payment', 'respond']);
    await page.getByRole('complementary', { name: 'Step log' }).waitFor();

    await pull(page, card(page, 'log'), spot(page, 'before respond'));
    await expect.poll(names).toEqual(['parse-request', 'check-inventory', 'charge-payment', 'log', 'respond']);

    await page.keyboard.press('Control+z');
    await expect.poll(names).toEqual(['parse-request', 'log', 'check-inventory', 'charge-payment', 'respond']);
    await page.keyboard.press('Control+z');
    await expect.poll(names).toEqual(['parse-request', 'check-inventory', 'charge-payment', 'respond']);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(names).toEqual(['parse-request', 'log', 'check-inventory', 'charge-payment', 'respond']);
  });

  it('draws a way from a choice to a step, and takes it back without the pointer', async () => {
    const { page } = stage;
    await opened(stage, 'wf_travel');
    await pull(page, page.locator('.builder-handle').first(), card(page, 'each-guest'));
    await page.locator('.graph-label', { hasText: 'value-1' }).waitFor();
    const pane = page.getByRole('complementary', { name: 'Step kind-of-trip' });
    await pane.getByRole('button', { name: 'Take back: value-1 to each-guest' }).click();
    await page.locator('.graph-label', { hasText: 'value-1' }).waitFor({ state: 'detached' });
    await pane.getByLabel('Value that leads there').fill('school');
    await pane.getByLabel('Step it leads to').selectOption('each-guest');
    await pane.getByRole('button', { name: 'Lead there' }).click();
    await page.locator('.graph-label', { hasText: 'school' }).waitFor();
  });

  it('says what a change came to without moving the graph, so that a press meets what it was meant for', async () => {
    const { page } = stage;
    await opened(stage, 'wf_orders');
    await card(page, 'check-inventory').click();
    const place = () => card(page, 'charge-payment').boundingBox();
    const before = await place();
    const name = page.getByRole('complementary', { name: 'Step check-inventory' }).getByLabel('Name', { exact: true });
    await name.fill('look');
    await name.press('Enter');
    await page.getByText('Mocks and breakpoints of a running version keep the old name.').waitFor();
    expect(await place()).toEqual(before);
  });

  it('has what a webhook is made of in fields, and leaves what is not changed', async () => {
    const { page } = stage;
    await page.goto(`${stage.server.origin}/applications/new/build?template=github-webhook`);
    const pane = page.getByRole('complementary', { name: 'Pipeline receive' });
    const fields = async () => Promise.all(['Starts with', 'Path', 'Sender', 'Secret of the signature'].map((label) => pane.getByLabel(label).inputValue()));
    await expect.poll(fields).toEqual(['webhook', '/github', 'github', ['$', '{GITHUB_WEBHOOK_SECRET}'].join('')]);
    await pane.getByLabel('Path').fill('/hooks/github');
    await pane.getByLabel('Path').press('Enter');
    await expect.poll(fields).toEqual(['webhook', '/hooks/github', 'github', ['$', '{GITHUB_WEBHOOK_SECRET}'].join('')]);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(fields).toEqual(['webhook', '/github', 'github', ['$', '{GITHUB_WEBHOOK_SECRET}'].join('')]);
  });

  it('writes what is filled in, and keeps the rest of the text by the byte', async () => {
    const { page, server } = stage;
    await opened(stage, 'wf_orders');
    const { source } = await (await page.request.get(`${server.origin}/api/v1/workflows/wf_orders/versions/3`)).json();
    await card(page, 'check-inventory').click();
    await page.getByRole('complementary', { name: 'Step check-inventory' }).getByLabel('url').fill('http://inventory/api/v2');
    const pane = page.getByRole('complementary', { name: 'Step check-inventory' });
    await pane.getByLabel('Name', { exact: true }).fill('look-up-stock');
    await pane.getByLabel('Name', { exact: true }).press('Tab');
    await page.getByRole('complementary', { name: 'Step look-up-stock' }).waitFor();
    await saved(page);
    expect(server.workflows.saved.get('wf_orders')).toEqual([
      source.replace('http://inventory/api/check', 'http://inventory/api/v2').replace('- name: check-inventory', '- name: look-up-stock'),
    ]);
  });

  it('draws what is written, marks what is wrong, and leads there; what is undone on the graph is undone in the text', async () => {
    const { page } = stage;
    const names = await opened(stage, 'wf_orders');
    await page.getByRole('button', { name: 'Text', exact: true }).click();
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('      - name: extra\n        type: step.lgo\n');
    await expect.poll(names).toEqual(['parse-request', 'check-inventory', 'charge-payment', 'respond', 'extra']);
    await card(page, 'extra').locator('.builder-flag[data-problem="error"]').waitFor();
    await card(page, 'parse-request').click();
    await page.locator('.editor-mark[data-status="chosen"]', { hasText: 'name: parse-request' }).waitFor();
    await page.getByRole('button', { name: /Unknown step type/ }).click();
    await page.getByRole('complementary', { name: 'Step extra' }).getByRole('button', { name: 'Remove', exact: true }).click();
    await page.locator('.cm-line', { hasText: 'step.lgo' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.locator('.cm-line', { hasText: 'step.lgo' }).waitFor();
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('nothing: [');
    await page.getByText(/of the text cannot be read, so the graph shows what it said before/).waitFor();
    await expect.poll(names).toEqual(['parse-request', 'check-inventory', 'charge-payment', 'respond', 'extra']);
    await page.keyboard.press('Control+z');
    await page.getByText(/of the text cannot be read/).waitFor({ state: 'detached' });
  });

  it('is worked by the keyboard alone, and saves the next version', async () => {
    const { page, server } = stage;
    const names = await opened(stage, 'wf_orders');
    await card(page, 'parse-request').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Step parse-request' }).waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(names).toEqual(['check-inventory', 'parse-request', 'charge-payment', 'respond']);
    await page.keyboard.press('Control+z');
    await expect.poll(names).toEqual(['parse-request', 'check-inventory', 'charge-payment', 'respond']);
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Add a step' }).getByLabel('Search step types').fill('set');
    await page.keyboard.press('Enter');
    await expect.poll(names).toEqual(['parse-request', 'set', 'check-inventory', 'charge-payment', 'respond']);
    await page.getByText('No problems found.').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Save version' }).click();
    await page.getByRole('dialog', { name: 'Version 4 is saved' }).waitFor();
    expect(server.workflows.saved.get('wf_orders')!.at(-1)).toContain('      - name: set\n        type: step.set\n');
  });

  it('begins with a pipeline of its own, and fills it', async () => {
    const { page } = stage;
    const names = await opened(stage, 'wf_orders');
    await page.getByRole('button', { name: 'New pipeline' }).click();
    const dialog = page.getByRole('dialog', { name: 'New pipeline' });
    await dialog.getByLabel('Name').fill('hello');
    await dialog.getByLabel('Path').fill('/hello');
    await dialog.getByRole('button', { name: 'Add pipeline' }).click();
    await expect.poll(names).toEqual([]);
    await pull(page, type(page, 'step.json_response'), spot(page, 'at the end of hello'));
    await expect.poll(names).toEqual(['json-response']);
  });
});

type Stage = Parameters<Parameters<typeof describePages>[2]>[0];

/** @returns the names on the cards, in the order of the document. */
async function opened({ page, server }: Stage, workflow: string): Promise<() => Promise<string[]>> {
  await page.goto(`${server.origin}/applications/${workflow}/build`);
  await page.getByText('No problems found.').waitFor();
  return () => page.locator('.graph-card .font-medium').allInnerTexts();
}

async function saved(page: Page): Promise<void> {
  await page.getByText('No problems found.').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save version' }).click();
  await page.getByRole('dialog', { name: 'Version 4 is saved' }).waitFor();
}

function card(page: Page, name: string): Locator {
  return page.locator('.graph-card', { hasText: name });
}

function type(page: Page, name: string): Locator {
  return page.locator(`.builder-palette [data-type="${name}"]`);
}

function spot(page: Page, place: string): Locator {
  return page.getByRole('button', { name: `Add a step ${place}` });
}

async function pull(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  const start = (await from.boundingBox())!;
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x + start.width / 2 + 10, start.y + start.height / 2 + 10);
  const end = (await to.boundingBox())!;
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 4 });
  await page.mouse.up();
}
