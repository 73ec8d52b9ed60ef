/** Trying an unsaved text beside it, in Chromium. */
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';

describePages('a trial', { reducedMotion: 'reduce' }, (stage) => {
  it('runs the unsaved text with mocks, and shows at its lines what came of it', async () => {
    const { page, server } = stage;
    await page.goto(`${server.origin}/applications/wf_orders/edit`);
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('          body: { charge: "{{ .steps.charge-payment.id }}" }\n');
    await page.getByRole('button', { name: 'Try it' }).click();
    const panel = page.getByRole('complementary', { name: 'Try it' });
    await panel.getByLabel('charge-payment comes to').fill('{ "id": "ch_7" }');
    await panel.getByLabel('How check-inventory ends').selectOption('error');
    await panel.getByRole('button', { name: 'Run' }).click();
    const result = panel.getByRole('region', { name: 'How it went' });
    const row = (step: string) => result.locator(`.wf-row[data-step="${step}"]`);
    await row('check-inventory').first().waitFor();
    await expect.poll(() => row('check-inventory').first().textContent()).toMatch(/failed after 3 attempts/);
    // Tries and the pauses between them are parts of one bar.
    await expect.poll(() => row('check-inventory').locator('.wf-seg[data-kind=run]').count()).toBe(3);
    await expect.poll(() => row('check-inventory').locator('.wf-seg[data-kind=wait]').count()).toBe(2);
    await page.locator('.editor-word[data-status=failed]').waitFor();
    await panel.getByText('What starts it, mocks, and what comes from outside').click();
    await panel.getByLabel('How check-inventory ends').selectOption('output');
    await panel.getByLabel('How long check-inventory takes').fill('400');
    await panel.getByRole('button', { name: 'Run' }).click();
    await result.getByText('201').waitFor();
    await page.locator('.editor-word', { hasText: 'ch_7' }).first().waitFor();
    await row('charge-payment').click();
    await result.getByRole('region', { name: 'Details of charge-payment' }).getByText('Output').waitFor();
    await expect.poll(() => page.locator('.editor-mark[data-status=chosen]').count()).toBeGreaterThan(3);
    await page.keyboard.press('ArrowUp');
    await result.getByRole('region', { name: 'Details of check-inventory' }).getByRole('button', { name: 'Go to its lines' }).click();
    await page.locator('.cm-activeLine', { hasText: 'name: check-inventory' }).waitFor();
    expect(server.workflows.saved.size).toBe(0);
    await panel.getByText('What starts it, mocks, and what comes from outside').click();
    await panel.getByLabel('What starts it', { exact: true }).fill('{');
    await panel.getByRole('button', { name: 'Run' }).click();
    await panel.getByText('What starts it is not JSON').waitFor();
    await panel.getByRole('button', { name: 'Close the trial' }).click();
    await page.locator('.editor-word').first().waitFor({ state: 'detached' });
  });

  it('runs a route of the older generation, undoes below the step, and follows the cursor', async () => {
    const { page, server } = stage;
    await page.goto(`${server.origin}/applications/wf_older/edit`);
    await page.locator('.cm-content').waitFor();
    await page.getByRole('button', { name: 'Try it' }).click();
    const panel = page.getByRole('complementary', { name: 'Try it' });
    await expect.poll(() => panel.getByLabel('Pipeline').textContent()).toContain('post-bookings-id (POST /bookings/{id})');
    await expect.poll(() => panel.getByLabel('What starts it', { exact: true }).inputValue()).toContain('path_params');
    await panel.getByLabel('How confirm ends').selectOption('error');
    await panel.getByLabel('Status of the failure of confirm').fill('409');
    await panel.getByRole('button', { name: 'Run' }).click();
    const rows = panel.locator('.wf-row');
    await rows.first().waitFor();
    const drawn = () => rows.evaluateAll((all) => all.map((row) => `${row.getAttribute('data-kind')} ${row.getAttribute('data-step')}`));
    await expect.poll(drawn).toEqual(['step hold', 'compensation hold', 'step confirm']);
    await page.locator('.cm-line', { hasText: 'name: confirm' }).click();
    await panel.locator('.wf-row[data-cursor=true][data-step=confirm]').waitFor();
    // What is written above moves the marks along.
    await page.locator('.cm-content').press('Control+Home');
    await page.keyboard.insertText('# a line more\n');
    await panel.locator('.wf-row[data-step=hold]').first().click();
    await page.locator('.editor-mark[data-status=chosen]', { hasText: 'name: hold' }).waitFor();
  });

  it('sends what waiting steps wait for, as fields where there is a form, and says what is not taken', async () => {
    const { page, server } = stage;
    await page.goto(`${server.origin}/applications/new`);
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(WAITING);
    await page.getByRole('button', { name: 'Try it' }).click();
    const panel = page.getByRole('complementary', { name: 'Try it' });
    await panel.getByLabel('What comes for allow').selectOption('approve');
    await panel.getByLabel('cost centre').waitFor();
    await panel.getByRole('button', { name: 'Run' }).click();
    const result = panel.getByRole('region', { name: 'How it went' });
    await result.getByText(/^Not taken: allow: /).waitFor();
    await result.getByText('Say above what comes.').waitFor();
    await panel.getByText('What starts it, mocks, and what comes from outside').click();
    await panel.getByLabel('cost centre').fill('c-1');
    await panel.getByLabel('What comes for paid').selectOption('signal');
    await panel.getByLabel('How long after the start it comes for paid').fill('5000');
    await panel.getByLabel('amount').fill('7');
    await panel.getByRole('button', { name: 'Run' }).click();
    await result.getByText('5.00 s on its own clock').waitFor();
    await result.locator('.wf-row[data-step="paid"]').click();
    await result.getByRole('region', { name: 'Details of paid' }).getByText('amount').first().waitFor();
  });
});

const WAITING = `name: refunds
pipelines:
  refund:
    trigger: { type: manual }
    steps:
      - name: allow
        type: step.approval
        config:
          form: { type: object, required: [cost_centre], properties: { cost_centre: { type: string } } }
      - name: paid
        type: step.wait_for_event
        config:
          event: payment.received
          form: { type: object, properties: { amount: { type: number } } }
`;
