/** The page Logs in Chromium: filters in the URL, lines as they are written, and the way to the execution at its step. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { RARE } from './fixture-logs';
import { describePages } from './in-chromium';

describePages('logs', {}, (stage) => {
  const open = async (path: string) => {
    await stage.page.goto(`${stage.server.origin}${path}`);
    await stage.page.locator('body[data-logs=ready]').waitFor();
  };
  const rows = () => stage.page.locator('.log-row');
  const tell = (n: number, more: Record<string, unknown> = {}) =>
    stage.server.emit('log', {
      timestamp: new Date().toISOString(),
      level: 'info',
      message: `said live ${n}`,
      execution_id: fixtureId('talking'),
      workflow: 'orders',
      environment: 'production',
      pipeline: 'process-order',
      tenant: 'acme',
      trace_id: 't',
      step: 'note',
      sequence_num: n,
      ...more,
    });

  it('shows what is said, by level and text, and leads to the execution at its step', async () => {
    await stage.page.goto(`${stage.server.origin}/executions`);
    await stage.page.getByRole('link', { name: 'Logs' }).first().click();
    await stage.page.waitForURL(/\/logs$/);
    await rows().first().waitFor();
    await stage.page.getByLabel('Lowest level').selectOption('error');
    await stage.page.waitForURL(/\/logs\?level=error$/);
    await stage.page.locator('body[data-logs=ready]').waitFor();
    await expect.poll(() => rows().evaluateAll((all) => [...new Set(all.map((row) => (row as HTMLElement).dataset.level))])).toEqual(['error']);
    await stage.page.keyboard.press('/');
    await stage.page.keyboard.type('charge-payment');
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForURL(/\/logs\?q=charge-payment&level=error$/);
    await stage.page.locator('body[data-logs=ready]').waitFor();
    await rows()
      .first()
      .getByRole('button', { name: /^All of the line/ })
      .click();
    await rows().first().getByText('"sequence_num"').or(rows().first().getByText('sequence_num')).first().waitFor();
    await rows().first().locator('.log-message a').click();
    await stage.page.waitForURL(/\/executions\/exec_\w+\?step=charge-payment$/);
    await stage.page.getByRole('complementary', { name: 'Details of charge-payment' }).waitFor();
  });

  it('has new lines on top while one is there, and behind a button further down', async () => {
    await open('/logs');
    await stage.page.locator('.live-dot[data-on=true]').waitFor();
    tell(1);
    await rows().first().getByText('said live 1').waitFor();
    // The same again is the same line.
    tell(1);
    tell(2, { level: 'warn' });
    await rows().first().getByText('said live 2').waitFor();
    await expect.poll(() => rows().getByText('said live 1').count()).toBe(1);
    await stage.page.evaluate(() => window.scrollTo(0, 600));
    tell(3);
    await stage.page.getByRole('button', { name: '1 new line' }).click();
    await rows().first().getByText('said live 3').waitFor();
  });

  it('looks further back, by button, and says how far it looked', async () => {
    await open('/logs?live=0');
    const before = await rows().count();
    await stage.page.getByRole('button', { name: 'Search on' }).click();
    await stage.page.getByText(/executions, back to those that started/).waitFor();
    await expect.poll(() => rows().count()).toBeGreaterThan(before);
  });

  it('says how far it has looked for a rare line, and searches on', async () => {
    await open(`/logs?q=${encodeURIComponent(RARE)}&live=0`);
    await stage.page.getByText('0 lines of 1,000 executions, back to those that started').waitFor();
    await stage.page.getByText('there is more to look through').waitFor();
    await stage.page.getByRole('button', { name: 'Search on' }).click();
    await rows().getByText(`It is here: ${RARE}`).waitFor();
    await stage.page.getByText('1 line of 2,800 executions').waitFor();
    await stage.page.getByText('there are no others').waitFor();
  });

  it('has words where no line fits, and where the API fails', async () => {
    await open('/logs?q=nothing-like-this&live=0');
    await stage.page.getByRole('heading', { name: 'No log line fits these filters' }).waitFor();
    await stage.page.goto(`${stage.server.origin}/logs?q=boom`);
    await stage.page.getByRole('heading', { name: 'The logs could not be loaded' }).waitFor();
  });

  it('of one execution stand on its page, and those of a step in its pane', async () => {
    const id = fixtureId('completed');
    await stage.page.goto(`${stage.server.origin}/executions/${id}?view=logs`);
    await rows().getByText('Execution completed').waitFor();
    await stage.page.goto(`${stage.server.origin}/executions/${id}?step=parse-request`);
    const pane = stage.page.getByRole('complementary', { name: 'Details of parse-request' });
    await pane.getByRole('tab', { name: 'Logs' }).click();
    await pane.getByText('Order ord_8812 has 3 lines').waitFor();
    await pane.getByText('Step completed').waitFor();
    await expect.poll(() => pane.locator('.log-row').getByText('Execution started').count()).toBe(0);
    await pane.getByRole('link', { name: 'In the logs' }).click();
    await stage.page.waitForURL(new RegExp(`/logs\\?execution=${id}&step=parse-request$`));
    await stage.page.getByRole('link', { name: /^Execution exec/ }).waitFor();
  });

  it('fits a phone', async () => {
    await stage.page.setViewportSize({ width: 390, height: 800 });
    await open('/logs?live=0');
    await expect.poll(() => stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await rows().first().locator('.log-message').waitFor();
  });
});
