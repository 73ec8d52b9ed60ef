/** Blocks and calls over HTTP, as a user meets them: a saga over many lines, a called pipeline that outlives its runtime, cancel going down. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Started, started } from './started.ts';

let platform: Started;
const timeline = async (id: string) => (await platform.api('GET', `/executions/${id}/timeline`)).body;
const ended = (id: string) =>
  platform.until(
    () => platform.api('GET', `/executions/${id}`),
    ({ body }) => ['completed', 'failed', 'cancelled', 'compensated'].includes(body.status),
    20_000,
  );
const bulk = (order_id: string, quantities: number[]) =>
  platform.call('POST', '/in/acme/bulk-order/api/bulk-orders', { order_id, lines: quantities.map((quantity, n) => ({ sku: `SKU-${n}`, quantity })) });

const CALLS = `
name: calls
pipelines:
  parent:
    steps:
      - {name: sub, type: step.workflow_call, config: {workflow: child, input: {seconds: "{{ .seconds }}"}, output_mapping: {answer: word}}}
      - {name: after, type: step.set, config: {values: {heard: "{{ .steps.sub.answer }}"}}}
  fire-and-forget:
    steps:
      - {name: sub, type: step.workflow_call, config: {workflow: child, mode: async, input: {seconds: 0}}}
  child:
    steps:
      - {name: rest, type: step.delay, config: {duration: "{{ .seconds }}s"}}
      - {name: say, type: step.set, config: {values: {word: done}}}
  failing-parent:
    steps:
      - {name: sub, type: step.workflow_call, config: {workflow: failing}}
  failing:
    steps:
      - {name: refuse, type: step.fail, config: {message: no}}
  endless:
    steps:
      - {name: sub, type: step.workflow_call, config: {workflow: endless, input: {}}}
  chain:
    concurrency: {max: 1, on_conflict: skip}
    steps:
      - {name: next, type: step.continue_as_new, if: "round < 25", config: {input: {round: "{{ add .round 1 }}"}}}
      - {name: last, type: step.set, config: {values: {rounds: "{{ .round }}"}}}
  many:
    steps:
      - name: each
        type: step.foreach
        config:
          collection: numbers
          concurrency: 10
          step: {name: double, type: step.set, config: {values: {twice: "{{ mul .item 2 }}"}}}
      - {name: sum, type: step.set, config: {values: {last: "{{ (index .steps.each.results 1999).twice }}", count: "{{ .steps.each.count }}"}}}
`;

beforeAll(async () => {
  platform = await started();
  await deployYaml(platform, CALLS);
});
afterAll(() => platform?.stop());

const start = async (pipeline: string, data: unknown, wait = '') =>
  (await platform.api('POST', `/executions${wait}`, { workflow: 'calls', pipeline, data })).body;

it('works on the lines of an order, and calls another pipeline', async () => {
  const answer = await bulk('bulk-1', [1, 2, 3]);
  expect(answer.status, answer.text).toBe(201);
  expect(answer.body).toMatchObject({ order_id: 'bulk-1', lines: 3, discount: 5, charge_id: expect.stringMatching(/^ch/) });
  const { steps } = await timeline(answer.headers.get('x-execution-id')!);
  const names = steps.map((step: { name: string }) => step.name);
  expect(names).toEqual(expect.arrayContaining(['look-up/stock/check', 'reserve-lines/0/reserve', 'reserve-lines/2/reserve', 'invoice']));
  expect(steps.find((step: { name: string }) => step.name === 'reserve-lines')).toMatchObject({
    block: { kind: 'foreach', begun: 3, completed: 3, failed: 0 },
  });
  const child = steps.find((step: { name: string }) => step.name === 'invoice').response.child.execution_id;
  expect((await timeline(child)).metadata.parent).toMatchObject({ execution_id: answer.headers.get('x-execution-id'), step_name: 'invoice' });
});

it('releases every line that was reserved when one cannot be had', async () => {
  const answer = await bulk('bulk-2', [1, 2, 3, 4, 5, 6, 500, 7]);
  const id = answer.headers.get('x-execution-id')!;
  expect((await ended(id)).body.status).toBe('compensated');
  const { steps } = await timeline(id);
  const undone = steps.filter((step: { compensation?: { status: string } }) => step.compensation?.status === 'completed');
  expect(undone.length).toBeGreaterThan(0);
  expect(steps.filter((step: { name: string; status: string }) => step.name.endsWith('/reserve') && step.status === 'completed')).toEqual([]);
  const { body } = await platform.peer('GET', '/ledger?service=inventory-service');
  const released = body.items.filter((effect: { action: string; key: string }) => effect.action === 'release' && effect.key?.startsWith(`${id}:`));
  expect(released.length).toBe(undone.length);
});

it('waits for a called pipeline over a restart, and hands on what it came to', async () => {
  const { execution_id } = await start('parent', { seconds: 2 });
  await platform.until(
    () => platform.api('GET', `/executions/${execution_id}`),
    ({ body }) => body.waiting_for?.[0]?.kind === 'call',
  );
  await platform.regions.us.kill();
  await platform.regions.us.start();
  expect((await ended(execution_id)).body.status).toBe('completed');
  expect((await timeline(execution_id)).steps.map((step: { name: string; output: unknown }) => [step.name, step.output])).toEqual([
    ['sub', { answer: 'done' }],
    ['after', { heard: 'done' }],
  ]);
});

it('takes the failure of a called pipeline for that of its step, and has a bound for calls within calls', async () => {
  const failing = await start('failing-parent', {}, '?wait=10s');
  expect(failing).toMatchObject({ status: 'failed' });
  expect((await timeline(failing.execution_id)).error.message).toContain('failing (exec_');
  const endless = await start('endless', {}, '?wait=20s');
  expect((await ended(endless.execution_id)).body.status).toBe('failed');
  expect((await timeline(endless.execution_id)).error.code).toBe('call_too_deep');
});

it('cancels what it has called, and lets go of what it only started', async () => {
  const { execution_id } = await start('parent', { seconds: 600 });
  const waiting = await platform.until(
    () => platform.api('GET', `/executions/${execution_id}`),
    ({ body }) => body.waiting_for?.[0]?.kind === 'call',
  );
  const child = waiting.body.waiting_for[0].event;
  expect((await platform.api('POST', `/executions/${execution_id}/signals/sub`, {})).status).toBe(409);
  await platform.api('POST', `/executions/${execution_id}/cancel`, {});
  expect((await ended(execution_id)).body.status).toBe('cancelled');
  expect((await ended(child)).body.status).toBe('cancelled');
  const forgotten = await start('fire-and-forget', {}, '?wait=10s');
  expect(forgotten.status).toBe('completed');
  const id = (await timeline(forgotten.execution_id)).steps[0].output.execution_id;
  expect((await ended(id)).body.status).toBe('completed');
});

it('goes on as a new run, more often than calls may be deep, and past a policy that skips other starts', async () => {
  const first = await start('chain', { round: 1 }, '?wait=10s');
  expect(first.status).toBe('completed');
  let id: string = first.execution_id;
  for (let round = 1; round < 25; round++) {
    await ended(id);
    const run = await timeline(id);
    expect(run.steps.map(({ name, output }: { name: string; output: unknown }) => [name, output])).toEqual([['next', { execution_id: run.continued_as }]]);
    const next = await timeline(run.continued_as);
    expect(next.metadata.parent).toEqual({ execution_id: id, step_name: 'next', continues: true });
    expect(next).toMatchObject({ pipeline: 'chain', definition: run.definition, version: run.version });
    id = run.continued_as;
  }
  await ended(id);
  expect((await timeline(id)).steps.at(-1)).toMatchObject({ name: 'last', status: 'completed' });
  expect(await timeline(id)).not.toHaveProperty('continued_as');
});

it('goes through two thousand items', async () => {
  const { execution_id } = await start('many', { numbers: Array.from({ length: 2000 }, (_, n) => n) }, '?wait=20s');
  expect((await ended(execution_id)).body.status).toBe('completed');
  const { steps } = await timeline(execution_id);
  expect(steps.at(-1).output).toEqual({ last: 3998, count: 2000 });
});
