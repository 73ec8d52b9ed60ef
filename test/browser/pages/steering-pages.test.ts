/** Steering in Chromium: the panel of a breakpoint, approvals and signals with their forms, mocks of a replay, breakpoints and mocks of a pipeline. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('steering', {}, (stage) => {
  const open = (name: string) => stage.page.goto(`${stage.server.origin}/executions/${fixtureId(name)}`);

  it('holds, modifies and resumes at a breakpoint', async () => {
    await open('held');
    const panel = stage.page.getByRole('region', { name: 'Held before charge-payment' });
    const input = panel.getByLabel('Input it will get');
    await expect.poll(() => input.inputValue()).toContain('"amount": 12500');
    await input.fill('{ "method": "FETCH" }');
    await panel.getByRole('button', { name: 'Resume with this input' }).click();
    await panel.getByRole('alert').getByText('does not take this input').waitFor();
    await input.fill('{ "amount": ');
    await panel.getByRole('button', { name: 'Resume with this input' }).click();
    await panel.getByRole('alert').getByText('is not JSON').waitFor();
    await input.fill('{ "amount": 1 }');
    await panel.getByRole('button', { name: 'Save input, stay here' }).click();
    await expect.poll(() => stage.server.debugging.orders.length).toBe(1);
    await panel.getByRole('button', { name: 'Resume', exact: true }).click();
    await panel.waitFor({ state: 'detached' });
    expect(stage.server.debugging.orders.map(({ body }) => body)).toEqual([{ action: 'modify', input: { amount: 1 } }, { action: 'resume' }]);
  });

  it('writes the input of a held step in a form, made from the schema of its type', async () => {
    await open('held');
    const panel = stage.page.getByRole('region', { name: 'Held before charge-payment' });
    await expect.poll(() => panel.getByLabel('Input it will get').inputValue()).toContain('12500');
    await panel.getByRole('button', { name: 'Form', exact: true }).click();
    await expect.poll(() => panel.getByLabel('method', { exact: true }).inputValue()).toBe('POST');
    await panel.getByLabel('url', { exact: true }).fill('nowhere');
    await panel.getByLabel('url', { exact: true }).fill('http://payment/api/v2/charges');
    await panel.getByText('query', { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Add to query' }).click();
    await panel.getByLabel('Name of query 1').fill('dry');
    await panel.getByRole('button', { name: 'Save input, stay here' }).click();
    await expect.poll(() => stage.server.debugging.orders.length).toBe(1);
    expect(stage.server.debugging.orders[0]!.body).toMatchObject({
      action: 'modify',
      input: { url: 'http://payment/api/v2/charges', method: 'POST', body: { amount: 12_500 }, query: { dry: '' } },
    });
  });

  it('says at each field of an approval what is missing, and sends nothing', async () => {
    await open('waiting');
    await stage.page.getByLabel('limit').fill('much');
    await stage.page.getByRole('button', { name: 'Approve' }).click();
    await stage.page.getByText('Cost centre is needed.').waitFor();
    await stage.page.getByText('Limit is not a number.').waitFor();
    expect(stage.server.debugging.orders).toEqual([]);
  });

  it('sends a decision with the form that the step asks for', async () => {
    await open('waiting');
    await stage.page.getByText('Book the trip to Lisbon').waitFor();
    await stage.page.getByLabel('Cost centre').fill('A-17');
    await stage.page.getByLabel('class').selectOption('economy');
    await stage.page.getByLabel('limit').fill('1500');
    await stage.page.getByLabel('Comment').fill('have a good trip');
    await stage.page.getByRole('button', { name: 'Approve' }).click();
    await stage.page.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' });
    expect(stage.server.debugging.orders).toMatchObject([
      { part: 'signals', body: { decision: 'approve', comment: 'have a good trip', form: { cost_centre: 'A-17', class: 'economy', limit: 1500 } } },
    ]);
  });

  it('sends a signal with the form that the step declares, and nothing that does not fill it', async () => {
    await open('signalled');
    const panel = stage.page.getByRole('region', { name: 'await-weight waits' });
    await panel.getByText('order_id = ord_8812').waitFor();
    await panel.getByRole('button', { name: 'Send signal' }).click();
    await panel.getByText('Weight is needed.').waitFor();
    await panel.getByLabel('Weight').fill('2.5');
    await panel.getByLabel('fragile').check();
    await panel.getByRole('button', { name: 'Send signal' }).click();
    await panel.waitFor({ state: 'detached' });
    expect(stage.server.debugging.orders).toMatchObject([{ part: 'signals', body: { weight: 2.5, fragile: true } }]);
  });

  it('replays with a mock that begins with what the step gave', async () => {
    await open('completed');
    await stage.page.getByRole('button', { name: 'Replay' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'Replay this execution' });
    await dialog.getByText('Mocks', { exact: true }).click();
    await dialog.getByLabel('Mock a step').selectOption('charge-payment');
    const answer = dialog.getByLabel('charge-payment comes to', { exact: true });
    await expect.poll(() => answer.inputValue()).toContain('"');
    expect(JSON.parse(await answer.inputValue())).not.toEqual({});
    await answer.fill('{ "id":');
    await dialog.getByText('charge-payment: Not JSON').waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: 'Start replay' }).isDisabled()).toBe(true);
    await dialog.getByLabel('How charge-payment ends').selectOption('error');
    await dialog.getByLabel('Status of the failure of charge-payment').fill('99');
    await dialog.getByText('A status is a number from 100 to 599.').first().waitFor();
    await dialog.getByLabel('Status of the failure of charge-payment').fill('402');
    await dialog.getByLabel('How long charge-payment takes').fill('250');
    await dialog.getByRole('button', { name: 'Another answer for the next call of charge-payment' }).click();
    await dialog.getByLabel('How charge-payment ends, call 2').selectOption('output');
    await dialog.getByLabel('charge-payment comes to, call 2').fill('{ "id": "ch_2" }');
    await dialog.getByRole('button', { name: 'Start replay' }).click();
    await expect.poll(() => stage.server.replays.length).toBe(1);
    const answers = [
      { error: { status: 402 }, delay_ms: 250 },
      { output: { id: 'ch_2' }, delay_ms: 250 },
    ];
    expect(stage.server.replays[0]).toMatchObject({ mode: 'exact', mocks: { 'charge-payment': { answers } } });
  });

  it('gives one order to all that the filters find, counted first', async () => {
    await stage.page.goto(`${stage.server.origin}/executions?live=0&workflow=orders`);
    await stage.page.getByRole('button', { name: 'Bulk action' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'All executions that the filters find' });
    await dialog.getByLabel('Pause').check();
    await dialog.getByText('The filters find 3 now: 1 running, 2 completed.').waitFor();
    await dialog.getByRole('button', { name: 'Pause 3' }).click();
    await dialog.getByText('2 done, 1 refused, 0 failed').waitFor();
    expect(stage.server.debugging.orders).toEqual([{ id: 'job_1', part: 'bulk', body: { action: 'pause', filter: { workflow: 'orders' } } }]);
  });

  it('sets and removes breakpoints and mocks of a pipeline', async () => {
    await stage.page.goto(`${stage.server.origin}/applications/wf_orders`);
    await stage.page.getByRole('link', { name: 'Debug process-order: breakpoints and mocks' }).click();
    const breakpoints = stage.page.getByRole('region', { name: 'Breakpoints' });
    await breakpoints.getByRole('button', { name: 'Remove the breakpoint before charge-payment' }).click();
    await breakpoints.getByRole('listitem').waitFor({ state: 'detached' });
    await breakpoints.getByLabel('Only when').fill('total >');
    await breakpoints.getByRole('button', { name: 'Set breakpoint' }).click();
    await breakpoints.getByRole('alert').getByText('a value is missing').waitFor();
    await breakpoints.getByLabel('Only when').fill('total > 1');
    await breakpoints.getByRole('button', { name: 'Set breakpoint' }).click();
    await breakpoints.getByRole('listitem').getByText('total > 1').waitFor();
    const mocks = stage.page.getByRole('region', { name: 'Mocks' });
    const step = await mocks.locator('select[name=step]').inputValue();
    await mocks.getByLabel(`How ${step} ends`).selectOption('error');
    await mocks.getByLabel(`Status of the failure of ${step}`).waitFor();
    await mocks.getByRole('button', { name: `Another answer for the next call of ${step}` }).click();
    await mocks.getByLabel(`How ${step} ends, call 2`).selectOption('output');
    await mocks.getByLabel('For how long').fill('2h');
    await mocks.getByRole('button', { name: 'Set mock' }).click();
    await mocks.getByRole('listitem').getByText('[{"error":{"status":503}},{"output":{}}]').waitFor();
  });
});
