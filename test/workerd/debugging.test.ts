/** Breakpoints and mocks over the API: held, looked at, changed, let go; and nothing goes out that is mocked. */
import { beforeAll, describe, expect, it } from 'vitest';
import { breakpointActionSchema, contextSchema } from '#contracts/api-control';
import { breakpointPage, mockPage } from '#contracts/api-debugging';
import { call } from './api-client';
import { effects } from './api-effects';
import { act, breakOn, deployedAtFirst, eventsOf, keys, lastEvent, now, STEERED, signal, start, steps, timeline, yaml } from './steered';

const BLOCKS = `name: blocks
pipelines:
  fan:
    trigger: { type: manual }
    steps:
      - name: both
        type: step.parallel
        config:
          steps:
            - { name: left, type: step.http_call, config: { url: "https://left.test/" } }
            - { name: right, type: step.http_call, config: { url: "https://right.test/" } }
            - { name: decide, type: step.approval }
      - { name: after, type: step.set, config: { values: { ok: true } } }
`;

deployedAtFirst();

describe('breakpoints', () => {
  it('hold before the step, show what it would get, and let go', async () => {
    const set = await breakOn({
      step: 'charge',
      condition: 'total > 100',
      notify: ['ops@example.com', { email: 'ada@example.com' }, { url: 'https://hooks.test/held' }],
    });
    expect(set.notify).toEqual(['ops@example.com', 'ada@example.com', 'https://hooks.test/held']);
    expect(set).toMatchObject({ step: 'charge', pipeline: 'order', workflow: 'steered', environment: 'production', action: 'pause', created_by: 'admin' });
    expect(Date.parse(set.expires_at!) - Date.parse(set.created_at)).toBe(3_600_000);
    const small = await start('order', { sku: 'a', total: 1 });
    expect((await now(small)).status).toBe('completed');
    const id = await start('order', { sku: 'a', total: 500 });
    expect(await now(id)).toMatchObject({
      status: 'paused',
      current_step: 'charge',
      paused: { breakpoint: { id: set.id, step: 'charge', condition: 'total > 100' } },
    });
    expect(steps()).toEqual(['reserve', 'charge', 'reserve']);
    const view = contextSchema.parse((await call('GET', `/executions/${id}/context`, { key: keys.viewer })).body);
    expect(view.context).toMatchObject({ trigger: { total: 500 }, steps: { reserve: { id: expect.stringMatching(/^reserve-/) } }, total: 500 });
    expect(view.next).toMatchObject({
      step: 'charge',
      type: 'step.http_call',
      input: { url: 'https://bank.test/charge', body: { total: 500 }, timeout_ms: 5000 },
    });
    const released = await act(id, { action: 'resume' }, { key: keys.editor });
    expect(breakpointActionSchema.parse(released.body)).toMatchObject({ execution_id: id });
    expect(await lastEvent(id, 'breakpoint.released')).toMatchObject({ action: 'resume', by: expect.stringMatching(/^key:/) });
    expect((await start('order', { sku: 'b', total: 1 })).length).toBeGreaterThan(0);
    expect(effects.calls.at(2)!.execution_id).toBe(id);
  });

  it('change what the step gets, and stay', async () => {
    await breakOn({ step: 'charge' });
    const id = await start('order', { sku: 'a', total: 500 });
    const { input } = contextSchema.parse((await call('GET', `/executions/${id}/context`)).body).next!;
    const changed = { ...(input as object), body: { total: 5 } };
    expect((await act(id, { action: 'modify', input: changed })).body).toEqual({ execution_id: id, status: 'paused' });
    expect((await now(id)).paused!.breakpoint!.input).toMatchObject({ body: { total: 5 } });
    expect((await call('GET', `/executions/${id}/context`)).body.next).toMatchObject({ modified: true, input: { body: { total: 5 } } });
    const before = await eventsOf(id);
    for (const bad of [{ method: 'POST' }, { url: '', method: 'POST' }, { ...changed, nonsense: 1 }, { url: 'https://bank.test/', method: 'FETCH' }]) {
      const reply = await act(id, { action: 'resume', input: bad });
      expect(reply.body, JSON.stringify(bad)).toMatchObject({ status: 422, code: 'invalid_input' });
      expect(reply.body.errors.length).toBeGreaterThan(0);
    }
    expect(await eventsOf(id)).toEqual(before);
    await act(id, { action: 'resume', input: { ...changed, body: { total: 6 } } });
    const charged = effects.calls.find((effect) => effect.execution_id === id && effect.step === 'charge');
    expect(charged?.input).toMatchObject({ body: { total: 6 }, timeout_ms: 5000 });
  });

  it('skip the step, or end the execution with what is to be undone', async () => {
    await breakOn({ step: 'charge' });
    const skipped = await start('order', { sku: 'a', total: 1 });
    await act(skipped, { action: 'skip' });
    expect(await now(skipped)).toMatchObject({ status: 'completed' });
    expect((await timeline(skipped)).steps.find((step) => step.name === 'charge')).toMatchObject({
      status: 'skipped',
      reason: 'skipped at a breakpoint by admin',
    });
    const aborted = await start('order', { sku: 'a', total: 1 });
    effects.calls = [];
    await act(aborted, { action: 'abort', reason: 'wrong order' });
    await call('GET', `/executions/${aborted}`);
    expect(steps()).toEqual(['undo reserve']);
  });

  it('go on as another execution from an earlier step', async () => {
    await breakOn({ step: 'done' });
    const id = await start('order', { sku: 'a', total: 1 });
    effects.calls = [];
    const before = await eventsOf(id);
    for (const [from_step, code] of [
      ['done', 'step_never_ran'],
      ['nothing', 'unknown_step'],
    ])
      expect((await act(id, { action: 'replay', from_step })).body.code).toBe(code);
    expect(await eventsOf(id)).toEqual(before);
    await call('DELETE', '/pipelines/order/breakpoints');
    const reply = await act(id, { action: 'replay', from_step: 'charge' });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(await now(id)).toMatchObject({ status: 'cancelled' });
    expect((await timeline(reply.body.replayed_as)).metadata).toMatchObject({ replay_of: id, replay_from: 'charge' });
    expect(await lastEvent(id, 'breakpoint.released')).toMatchObject({ action: 'replay', replayed_as: reply.body.replayed_as, from_step: 'charge' });
    expect(steps().filter((step) => step.startsWith('undo'))).toEqual([]);
  });

  it('reach an execution that is already on its way', async () => {
    await breakOn({ step: 'reserve' });
    const id = await start('order', { sku: 'a', total: 1 });
    await breakOn({ step: 'charge' });
    await act(id, { action: 'resume' });
    await expect.poll(async () => (await now(id)).paused?.breakpoint?.step).toBe('charge');
  });

  it('are listed and removed', async () => {
    const [one, two] = [await breakOn({ step: 'charge', ttl: '5m' }), await breakOn({ step: 'done' })];
    const list = breakpointPage.parse((await call('GET', '/pipelines/steered.order/breakpoints', { key: keys.viewer })).body);
    expect(list.items.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect((await call('DELETE', `/pipelines/order/breakpoints/${one.id}`)).status).toBe(204);
    expect((await call('DELETE', `/pipelines/order/breakpoints/${one.id}`)).body.code).toBe('unknown_breakpoint');
    expect((await call('DELETE', '/pipelines/order/breakpoints')).body).toEqual({ removed: 1 });
  });

  it.each([
    ['an unknown step', { step: 'chrage' }, 422, 'unknown_step'],
    ['a condition that is none', { step: 'charge', condition: 'total >' }, 422, 'invalid_condition'],
    ['a condition on an unknown step', { step: 'charge', condition: 'steps.rserve.id == 1' }, 422, 'invalid_condition'],
    ['a condition on a secret', { step: 'charge', condition: ['total == $', '{TOKEN}'].join('') }, 422, 'invalid_condition'],
    ['an unknown action', { step: 'charge', action: 'explode' }, 400, 'invalid_request'],
    ['a ttl that is none', { step: 'charge', ttl: 'soon' }, 400, 'invalid_request'],
    ['a ttl of a year', { step: 'charge', ttl: '365d' }, 400, 'invalid_request'],
    ['somebody who cannot be told', { step: 'charge', notify: ['nobody'] }, 400, 'invalid_request'],
    ['an address in two forms', { step: 'charge', notify: [{ email: 'ada@example.com', url: 'https://x.test' }] }, 400, 'invalid_request'],
    ['an unknown key', { step: 'charge', when: 'now' }, 400, 'invalid_request'],
    ['no step', {}, 400, 'invalid_request'],
    ['no JSON', '{', 400, 'invalid_json'],
    ['an environment without it', { step: 'charge', environment: 'staging' }, 404, 'unknown_pipeline'],
  ])('refuse %s', async (_, body, status, code) => {
    expect((await call('POST', '/pipelines/order/breakpoints', { body })).body).toMatchObject({ status, code });
    expect((await call('GET', '/pipelines/order/breakpoints')).body.items).toEqual([]);
  });

  it('have no strangers mailed where mail leaves the platform, and change nothing then', async () => {
    const bindings = { MODE: 'hosted' as const };
    const notify = ['https://hooks.test/held', 'ops@example.com'];
    const refused = await call('POST', '/pipelines/order/breakpoints', { body: { step: 'charge', notify }, bindings });
    expect(refused.body).toMatchObject({ status: 422, code: 'recipient_unknown', errors: [{ path: 'notify.1' }] });
    expect((await call('GET', '/pipelines/order/breakpoints')).body.items).toEqual([]);
  });

  it('are of one tenant, and set by editors', async () => {
    expect((await call('POST', '/pipelines/order/breakpoints', { body: { step: 'charge' }, key: keys.viewer })).status).toBe(403);
    expect((await call('POST', '/pipelines/order/breakpoints', { body: { step: 'charge' }, key: keys.other })).body.code).toBe('unknown_pipeline');
    expect((await call('GET', '/pipelines/nothing/breakpoints')).body.code).toBe('unknown_pipeline');
    await call('POST', '/workflows?deploy=production', { body: STEERED.replace('name: steered', 'name: twin'), headers: yaml });
    const ambiguous = await call('GET', '/pipelines/refund/breakpoints');
    expect(ambiguous.body).toMatchObject({ status: 409, code: 'ambiguous_pipeline', candidates: expect.arrayContaining(['steered.refund', 'twin.refund']) });
    await call('DELETE', '/workflows/twin');
  });

  it('refuse what is decided about an execution that is not held', async () => {
    const id = await start('paid', { order_id: 'not-held' });
    for (const body of [
      { action: 'resume' },
      { action: 'skip' },
      { action: 'abort' },
      { action: 'modify', input: {} },
      { action: 'replay', from_step: 'ship' },
    ]) {
      expect((await act(id, body)).body).toMatchObject({ status: 409, code: 'not_at_breakpoint' });
    }
    for (const body of [{}, { action: 'modify' }, { action: 'resume', input: 5 }, { action: 'replay' }, { action: 'skip', input: {} }]) {
      expect((await act(id, body)).body).toMatchObject({ status: 400, code: 'invalid_request' });
    }
    expect((await act(id, { action: 'skip' }, { key: keys.viewer })).status).toBe(403);
    expect((await call('GET', `/executions/${id}/context`, { key: keys.other })).body.code).toBe('unknown_execution');
  });
});

describe('over all pipelines', () => {
  const list = async (path: string, key = keys.viewer) => {
    const reply = await call('GET', path, { key });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    return reply.body;
  };

  it('are listed with their place, filtered and paged, whoever set them', async () => {
    const charge = await breakOn({ step: 'charge', ttl: '5m', condition: 'total > 1', notify: ['ops@example.com'] });
    const pay = (await call('POST', '/pipelines/steered.refund/breakpoints', { body: { step: 'pay' }, key: keys.editor })).body;
    await call('POST', '/pipelines/order/mock', { body: { mocks: { reserve: { output: { ok: true } } } } });
    const all = breakpointPage.parse(await list('/breakpoints'));
    expect(all).toEqual({ items: [charge, pay], next_cursor: null });
    expect(all.items[0]).toMatchObject({ workflow: 'steered', pipeline: 'order', environment: 'production', notify: ['ops@example.com'] });
    const first = await list('/breakpoints?limit=1');
    expect(first.items).toEqual([charge]);
    expect((await list(`/breakpoints?limit=1&cursor=${first.next_cursor}`)).items).toEqual([pay]);
    for (const query of ['pipeline=refund', 'pipeline=steered.refund', 'workflow=steered&pipeline=refund&environment=production']) {
      expect((await list(`/breakpoints?${query}`)).items).toEqual([pay]);
    }
    expect((await list('/breakpoints?environment=staging')).items).toEqual([]);
    const mocks = mockPage.parse(await list('/mocks?workflow=steered'));
    expect(mocks.items).toMatchObject([{ step: 'reserve', pipeline: 'order', expires_at: null, answers: [{ output: { ok: true } }] }]);
    expect((await call('GET', `/mocks?cursor=${first.next_cursor}`)).body).toMatchObject({ status: 400, code: 'invalid_cursor' });
    await call('DELETE', '/pipelines/refund/breakpoints');
    expect((await list('/breakpoints')).items).toEqual([charge]);
  });

  it('are those of the own company', async () => {
    await breakOn({ step: 'charge' });
    await call('POST', '/pipelines/order/mock', { body: { mocks: { reserve: { output: {} } } } });
    for (const path of ['/breakpoints', '/mocks', '/breakpoints?workflow=steered', '/mocks?pipeline=steered.order']) {
      expect(await list(path, keys.other)).toEqual({ items: [], next_cursor: null });
    }
  });

  it.each([
    ['/breakpoints?step=charge', 'unknown_query_key'],
    ['/mocks?environment=', 'invalid_request'],
    ['/breakpoints?limit=0', 'invalid_request'],
    ['/mocks?limit=many', 'invalid_request'],
  ])('refuse %s', async (path, code) => {
    expect((await call('GET', path)).body).toMatchObject({ status: 400, code });
  });

  it('do not know a workflow by an id of none', async () => {
    expect((await call('GET', '/breakpoints?workflow=wf_nothing')).body).toMatchObject({ status: 404, code: 'unknown_workflow' });
  });
});

describe('steps in blocks', () => {
  beforeAll(async () => {
    const stored = await call('POST', '/workflows?deploy=production', { body: BLOCKS, headers: yaml });
    expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  });

  it('are held, mocked and answered under the names that they have in the document', async () => {
    expect((await call('POST', '/pipelines/fan/mock', { body: { mocks: { left: { output: { from: 'mock' } } } } })).status).toBe(201);
    expect((await call('POST', '/pipelines/fan/breakpoints', { body: { step: 'right' } })).status).toBe(201);
    expect((await call('POST', '/pipelines/fan/breakpoints', { body: { step: 'nothing' } })).body.code).toBe('unknown_step');
    expect((await call('POST', '/pipelines/fan/mock', { body: { mocks: { both: { output: {} } } } })).body.code).toBe('not_mockable');
    const reply = await call('POST', '/executions?wait=20s', { body: { workflow: 'blocks', pipeline: 'fan' } });
    const id = reply.body.execution_id;
    expect((await now(id)).paused?.breakpoint?.step).toMatch(/right$/);
    expect((await call('GET', `/executions/${id}/context`)).body.next).toMatchObject({ input: { url: 'https://right.test/' } });
    expect((await act(id, { action: 'resume' })).status).toBe(200);
    await expect.poll(async () => (await now(id)).waiting_for?.[0]?.kind).toBe('approval');
    expect((await signal(id, 'decide', { decision: 'approve' })).status).toBe(200);
    await expect.poll(async () => (await now(id)).status).toBe('completed');
    expect(steps().map((name) => name.split('/').at(-1))).toEqual(['right']);
  });
});

describe('mocks', () => {
  const mock = (body: object, query = '') => call('POST', `/pipelines/order/mock${query}`, { body });

  it('stand until they are removed, and nothing goes out', async () => {
    const reply = await mock({ mocks: { reserve: { output: { id: 'mocked' } }, charge: { answers: [{ error: { status: 422, message: 'no money' } }] } } });
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    expect(mockPage.parse(reply.body).items).toHaveLength(2);
    const id = await start('order', { sku: 'a', total: 1 });
    expect(await now(id)).toMatchObject({ status: 'compensated', error: { code: 'upstream_status', message: 'no money' } });
    expect(steps()).toEqual([]);
    const [reserve] = (await timeline(id)).steps;
    expect(reserve).toMatchObject({ mocked: { by: 'admin' }, output: { id: 'mocked' }, response: { mocked: true } });
    expect((await call('GET', '/pipelines/order/mock', { key: keys.viewer })).body.items).toHaveLength(2);
    expect((await call('DELETE', '/pipelines/order/mock/charge')).status).toBe(204);
    expect((await call('DELETE', '/pipelines/order/mock/charge')).body.code).toBe('unknown_mock');
    expect((await call('DELETE', '/pipelines/order/mock')).body).toEqual({ removed: 1 });
    const real = await start('order', { sku: 'a', total: 1 });
    expect((await now(real)).status).toBe('completed');
    expect(steps()).toEqual(['reserve', 'charge']);
  });

  it('run once with trigger_data, and neither the run nor its replay goes out', async () => {
    const body = { mocks: { reserve: { output: { id: 'r' } }, charge: { output: { id: 'c' }, delay_ms: 5 } }, trigger_data: { sku: 'x', total: 9 } };
    const reply = await mock(body, '?wait=20s');
    expect([reply.status, reply.body.status], JSON.stringify(reply.body)).toEqual([200, 'completed']);
    expect((await timeline(reply.body.execution_id)).trigger).toEqual({ type: 'manual', data: { sku: 'x', total: 9 } });
    const replayed = await call('POST', `/executions/${reply.body.execution_id}/replay?wait=20s`, { body: {} });
    expect(replayed.body).toMatchObject({ status: 'completed', outputs: { charge: { id: 'c' } } });
    expect(steps()).toEqual([]);
    expect((await call('GET', '/pipelines/order/mock')).body.items).toEqual([]);
  });

  it.each([
    ['that stand', {}],
    ['of one run', { trigger_data: {} }],
  ])('are refused for a pipeline that is not there: %s', async (_, more) => {
    const reply = await call('POST', '/pipelines/nothing/mock', { body: { mocks: { charge: { output: {} } }, ...more } });
    expect(reply.body).toMatchObject({ status: 404, code: 'unknown_pipeline' });
  });

  it('fail a step with an effect that has none in such a run', async () => {
    const reply = await mock({ mocks: { reserve: { output: {} } }, trigger_data: {} }, '?wait=20s');
    expect(reply.body).toMatchObject({ status: 'compensated', error: { code: 'step_not_mocked' } });
    expect(steps()).toEqual([]);
  });

  it.each([
    ['an unknown step', { mocks: { nothing: { output: {} } } }, 422, 'unknown_step'],
    ['nothing', { mocks: {} }, 400, 'invalid_request'],
    ['output and error', { mocks: { charge: { output: {}, error: { status: 500 } } } }, 400, 'invalid_request'],
    ['an unknown code', { mocks: { charge: { error: { code: 'kaboom' } } } }, 400, 'invalid_request'],
    ['a negative delay', { mocks: { charge: { delay_ms: -1 } } }, 400, 'invalid_request'],
    ['no answers', { mocks: { charge: { answers: [] } } }, 400, 'invalid_request'],
    ['a ttl for one run', { mocks: { charge: {} }, ttl: '1h', trigger_data: {} }, 400, 'invalid_request'],
    ['too much', { mocks: { charge: { output: 'x'.repeat(300_000) } } }, 400, 'invalid_request'],
    ['a key that would be more than a key', '{"mocks": {"__proto__": {"output": {}}}}', 400, 'invalid_request'],
  ])('refuse %s', async (_, body, status, code) => {
    const reply = await call('POST', '/pipelines/order/mock', { body, headers: { 'content-type': 'application/json' } });
    expect(reply.body, JSON.stringify(reply.body)).toMatchObject({ status, code });
    expect((await call('GET', '/pipelines/order/mock')).body.items).toEqual([]);
  });
});
