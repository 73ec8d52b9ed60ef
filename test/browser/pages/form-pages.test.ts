/**
 * Forms in Chromium that are sent before any handler of their fields has run, as on a busy machine, where handlers are still being
 * loaded: what stands in them arrives all the same.
 */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('a form that is sent at once', {}, (stage) => {
  const open = (path: string) => stage.page.goto(stage.server.origin + path);
  /** Sets fields of the open dialog by their names, and sends it, all in one task of the page; no event tells of the fields. */
  const send = (fields: Record<string, string | boolean>) =>
    stage.page.evaluate((given) => {
      const form = document.querySelector<HTMLFormElement>('dialog[open] form')!;
      for (const [name, value] of Object.entries(given)) {
        const found = form.elements.namedItem(name) as HTMLInputElement | RadioNodeList;
        if (typeof value === 'boolean') (found as HTMLInputElement).checked = value;
        else found.value = value;
      }
      form.requestSubmit();
    }, fields);

  it('keeps the choices of a new identity provider', async () => {
    await open('/identity-providers');
    await stage.page.getByRole('button', { name: 'Add provider' }).click();
    await stage.page.getByRole('dialog', { name: 'Add an identity provider' }).waitFor();
    const sent = stage.page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/v1/identity-providers'));
    await send({ name: 'Google', issuer: 'https://accounts.google.com', client_id: 'id', email_domains: 'example.com', auto_join_role: 'viewer' });
    expect((await sent).postDataJSON()).toMatchObject({ kind: 'oidc', name: 'Google', email_domains: ['example.com'], auto_join_role: 'viewer' });
  });

  it('replays the version, where and how it was said last', async () => {
    await open(`/executions/${fixtureId('completed')}`);
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    await stage.page.getByRole('dialog', { name: 'Replay this execution' }).waitFor();
    await send({ version: '2', environment: 'staging', dry_run: true });
    await expect.poll(() => stage.server.replays).toEqual([expect.objectContaining({ target_environment: 'staging', version: 2, dry_run: true })]);
  });

  it('keeps an order that is chosen before the dialog has been drawn for the first time', async () => {
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>();
    await stage.page.route('**/api/v1/executions/bulk', async (route) => {
      await gate;
      await route.continue();
    });
    await open('/executions?status=running');
    await stage.page.getByRole('button', { name: 'Bulk action' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'All executions that the filters find' });
    await dialog.getByLabel('Pause').check();
    await dialog.getByRole('button', { name: /^Pause/ }).waitFor();
    letGo();
    await dialog.getByText(/^The filters find \d/).waitFor();
    expect(await dialog.getByLabel('Pause').isChecked()).toBe(true);
  });

  it.each([
    ['/members', 'Invite', 'Invite somebody', { emails: 'grace@example.com', role: 'admin' }],
    ['/api-keys', 'New key', 'New API key', { name: 'ci', role: 'editor', expires_in: '365d' }],
  ])('keeps what is chosen on %s when it is refused', async (path, button, title, fields) => {
    const refusal = { status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'invalid_request', title: 'Not so', status: 422 }) };
    await stage.page.route('**/api/v1/**', (route) => (route.request().method() === 'POST' ? route.fulfill(refusal) : route.continue()));
    await open(path);
    await stage.page.getByRole('button', { name: button, exact: true }).click();
    const dialog = stage.page.getByRole('dialog', { name: title });
    await dialog.waitFor();
    await send(fields);
    await dialog.getByRole('alert').waitFor();
    for (const [name, value] of Object.entries(fields)) expect([name, await dialog.locator(`[name=${name}]`).inputValue()]).toEqual([name, value]);
  });

  it('keeps what is typed in the builder while its text is being checked, and the place of the keyboard', async () => {
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>();
    await stage.page.route('**/api/v1/**', async (route) => {
      await gate;
      await route.continue();
    });
    await open('/applications/new/build?template=github-webhook');
    const pane = stage.page.getByRole('complementary', { name: 'Pipeline receive' });
    await pane.getByLabel('Path').fill('/mine');
    letGo();
    await stage.page.getByText('No problems found.').waitFor();
    expect(await pane.getByLabel('Path').inputValue()).toBe('/mine');
    await pane.getByLabel('Path').press('Tab');
    await stage.page.getByRole('button', { name: 'Undo', exact: true }).and(stage.page.locator(':enabled')).waitFor();
    expect(await stage.page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('provider');
  });

  it('gives no order to executions of which nobody was told how many they are', async () => {
    await open('/executions?status=running');
    await stage.page.getByRole('button', { name: 'Bulk action' }).click();
    await stage.page.getByText(/^The filters find \d/).waitFor();
    const counted = stage.page.waitForRequest('**/api/v1/executions/bulk');
    await send({ order: 'pause' });
    expect((await counted).postDataJSON()).toMatchObject({ action: 'pause', preview: true });
    expect(stage.server.debugging.orders).toEqual([]);
    await stage.page.getByRole('button', { name: /^Pause / }).click();
    await expect.poll(() => stage.server.debugging.orders).toEqual([expect.objectContaining({ body: expect.objectContaining({ action: 'pause' }) })]);
  });

  it('deploys where nobody was told what it means only after it has been said', async () => {
    await open('/applications/wf_orders?view=versions');
    await stage.page.getByRole('button', { name: 'Deploy version 3' }).click();
    const again = stage.page.getByRole('button', { name: 'Deploy version 3 all the same' });
    await again.waitFor();
    const asked = stage.page.waitForRequest('**/impact?environment=staging*');
    await send({ environment: 'staging' });
    await asked;
    await again.waitFor();
    expect(stage.server.workflows.deployments).toEqual([]);
    await again.click();
    await expect.poll(() => stage.server.workflows.deployments).toEqual([{ workflow_id: 'wf_orders', version: 3, environment: 'staging' }]);
  });

  it('filters events by both of two filters that were set in one moment', async () => {
    await open(`/executions/${fixtureId('thousand')}?view=events`);
    await stage.page.evaluate(() => {
      const [type, step] = [document.querySelector<HTMLSelectElement>('[name=type]')!, document.querySelector<HTMLInputElement>('[name=step]')!];
      step.value = 'row-00077';
      type.value = 'step.completed';
      for (const field of [step, type]) field.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await stage.page.waitForURL((url) => url.searchParams.get('type') === 'step.completed' && url.searchParams.get('about') === 'row-00077');
  });
});
