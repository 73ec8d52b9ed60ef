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
    await result.getByRole('button', { name: /check-inventory.*3 attempts/ }).waitFor();
    await page.locator('.editor-word[data-status=failed]').waitFor();
    await panel.getByLabel('How check-inventory ends').selectOption('output');
    await panel.getByRole('button', { name: 'Run' }).click();
    await result.getByText('201').waitFor();
    await page.locator('.editor-word', { hasText: 'ch_7' }).first().waitFor();
    await result.getByRole('button', { name: /charge-payment/ }).click();
    await result.getByRole('heading', { name: 'Output' }).waitFor();
    expect(await page.locator('.editor-mark[data-status=chosen]').count()).toBeGreaterThan(3);
    expect(server.workflows.saved.size).toBe(0);
    await panel.getByLabel('What starts it').fill('{');
    await panel.getByRole('button', { name: 'Run' }).click();
    await panel.getByText('The trigger is not JSON').waitFor();
    await panel.getByRole('button', { name: 'Close the trial' }).click();
    await page.locator('.editor-word').first().waitFor({ state: 'detached' });
  });
});
