/** Steering executions over the API, on the real object and D1: pauses, signals, approvals, breakpoints, mocks. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { breakpointActionSchema, contextSchema, signalledSchema } from '#contracts/api-control';
import { breakpointPage, breakpointSchema, mockPage } from '#contracts/api-debugging';
import { executionNowSchema, timelineSchema } from '#contracts/api-executions';
import type { EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { wakeWaiting } from '#workers/events/waiting';
import { call } from './api-client';
import { effects } from './api-effects';

const yaml = { 'content-type': 'application/yaml' };
const DOCUMENT = `name: steered
pipelines:
  order:
    trigger: { type: manual }
    saga: { enabled: true }
    steps:
      - name: reserve
        type: step.http_call
        config: { method: POST, url: "https://warehouse.test/reserve", body: { sku: "{{ .sku }}" } }
        compensate:
          type: step.http_call
          config: { method: POST, url: "https://warehouse.test/release" }
      - name: charge
        type: step.http_call
        config: { method: POST, url: "https://bank.test/charge", body: { total: "{{ .total }}" }, timeout: 5s }
      - name: done
        type: step.set
        config: { values: { ok: true } }
  paid:
    trigger: { type: manual }
    steps:
      - name: wait-for-payment
        type: step.wait_for_event
        config: { event: payment.received, correlation: { order_id: "{{ .order_id }}" }, timeout: 7d }
      - name: ship
        type: step.http_call
        config: { method: POST, url: "https://warehouse.test/ship", body: { amount: "{{ .steps.wait-for-payment.amount }}" } }
  delivered:
    trigger: { type: manual }
    steps:
      - { name: rest, type: step.delay, config: { duration: "{{ .rest }}" } }
      - name: parcel
        type: step.wait_for_event
        config:
          event: parcel.arrived
          correlation: { order_id: "{{ .order_id }}" }
          form: { type: object, required: [weight], properties: { weight: { type: number }, note: { title: Remark, type: string } } }
  refund:
    trigger: { type: manual }
    steps:
      - name: prepare
        type: step.http_call
        config: { url: "https://bank.test/prepare" }
      - name: decide
        type: step.approval
        config:
          message: "Refund {{ .amount }}?"
          approvers: [admin]
          timeout: 3d
          form: { type: object, required: [cost_centre], properties: { cost_centre: { type: string } }, additionalProperties: false }
      - name: pay
        type: step.http_call
        config: { method: POST, url: "https://bank.test/pay", body: { by: "{{ .steps.decide.by }}" } }
`;
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
let editor: string;
let viewer: string;
let other: string;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const slug of ['acme', 'globex']) await call('POST', '/companies', { body: { name: slug, slug, region: 'us' } });
  const keyOf = async (tenant: string, role: string) => (await call('POST', '/api-keys', { body: { tenant, role, name: `${tenant} ${role}` } })).body.key;
  [editor, viewer, other] = [await keyOf('acme', 'editor'), await keyOf('acme', 'viewer'), await keyOf('globex', 'owner')];
  const stored = await call('POST', '/workflows?deploy=production', { body: DOCUMENT, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
});

beforeEach(async () => {
  effects.calls = [];
  await call('DELETE', '/pipelines/order/breakpoints');
  await call('DELETE', '/pipelines/order/mock');
});

/** Comes back as soon as the execution has ended or waits for somebody. */
async function start(pipeline: string, data: object = {}): Promise<string> {
  const reply = await call('POST', '/executions?wait=20s', { body: { workflow: 'steered', pipeline, data } });
  expect([200, 202], JSON.stringify(reply.body)).toContain(reply.status);
  return reply.body.execution_id;
}

const now = async (id: string) => executionNowSchema.parse((await call('GET', `/executions/${id}`)).body);
const timeline = async (id: string) => timelineSchema.parse((await call('GET', `/executions/${id}/timeline`)).body);
const eventsOf = async (id: string) =>
  (await call('GET', `/executions/${id}/events?limit=1000`)).body.items.map((event: { event_type: string }) => event.event_type);
const lastEvent = async (id: string, type: string) => (await call('GET', `/executions/${id}/events?type=${type}`)).body.items.at(-1)?.event_data;
const act = (id: string, body: object, options: object = {}) => call('POST', `/executions/${id}/breakpoint`, { body, ...options });
const signal = (id: string, name: string, body: unknown = {}, options: object = {}) => call('POST', `/executions/${id}/signals/${name}`, { body, ...options });
const breakOn = async (body: object) => {
  const reply = await call('POST', '/pipelines/order/breakpoints', { body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return breakpointSchema.parse(reply.body);
};
const steps = () => effects.calls.map(({ step, phase }) => (phase === 'run' ? step : `undo ${step}`));

describe('pause and resume', () => {
  it('holds an execution that waits, and lets it go on', async () => {
    const id = await start('paid', { order_id: 'p1' });
    const paused = await call('POST', `/executions/${id}/pause`, { body: { reason: 'stock-taking' }, key: editor });
    expect([paused.status, paused.body]).toEqual([200, { execution_id: id, status: 'paused' }]);
    expect(await now(id)).toMatchObject({ status: 'paused', paused: { reason: 'stock-taking', by: expect.stringMatching(/^key:/) } });
    expect((await timeline(id)).paused).toMatchObject({ reason: 'stock-taking' });
    expect((await signal(id, 'payment.received', { amount: 5 })).status).toBe(200);
    expect(steps(), 'the wait is over, but nothing new begins').toEqual([]);
    expect((await call('POST', `/executions/${id}/pause`)).body.code).toBe('already_paused');
    expect((await call('POST', `/executions/${id}/resume`)).status).toBe(200);
    expect(await lastEvent(id, 'execution.resumed')).toEqual({ by: 'admin' });
    expect((await start('paid', { order_id: 'p1b' })).length).toBeGreaterThan(0);
    expect(steps()).toEqual(['ship']);
  });

  it('is refused where there is nothing to pause or resume', async () => {
    const id = await start('order', { sku: 's', total: 1 });
    expect((await call('POST', `/executions/${id}/pause`)).body).toMatchObject({ status: 409, code: 'execution_finished' });
    expect((await call('POST', `/executions/${id}/resume`)).body).toMatchObject({ status: 409, code: 'execution_finished' });
    const waiting = await start('paid', { order_id: 'p2' });
    expect((await call('POST', `/executions/${waiting}/resume`)).body).toMatchObject({ status: 409, code: 'not_resumable' });
    expect((await call('POST', `/executions/${waiting}/pause`, { key: viewer })).status).toBe(403);
    expect((await call('POST', `/executions/${waiting}/pause`, { key: other })).body.code).toBe('unknown_execution');
    expect((await call('POST', `/executions/${waiting}/pause`, { body: { nonsense: 1 } })).body.code).toBe('invalid_request');
    expect((await eventsOf(waiting)).filter((type: string) => type.includes('paused'))).toEqual([]);
  });
});

describe('signals', () => {
  it('end a wait, once for each id', async () => {
    const id = await start('paid', { order_id: 's1' });
    expect(await now(id)).toMatchObject({
      status: 'waiting',
      current_step: 'wait-for-payment',
      waiting_for: [{ step: 'wait-for-payment', kind: 'event', event: 'payment.received', correlation: { paths: ['order_id'], values: ['s1'] } }],
    });
    expect((await timeline(id)).steps[0]).toMatchObject({ status: 'waiting', waiting_for: { kind: 'event', event: 'payment.received' } });
    const headers = { 'idempotency-key': 'pay-1' };
    const first = await signal(id, 'payment.received', { amount: 12 }, { headers, key: editor });
    expect(signalledSchema.parse(first.body)).toMatchObject({ signal_id: 'pay-1', step: 'wait-for-payment', duplicate: false });
    const again = await signal(id, 'payment.received', { amount: 13 }, { headers });
    expect(again.body).toMatchObject({ signal_id: 'pay-1', duplicate: true });
    const [step] = (await timeline(id)).steps;
    expect(step).toMatchObject({ status: 'completed', output: { amount: 12 }, response: { signal_id: 'pay-1', by: expect.stringMatching(/^key:/) } });
    expect((await eventsOf(id)).filter((type: string) => type === 'signal.received')).toHaveLength(1);
    expect(await call('GET', `/executions/${id}/logs`)).toMatchObject({ status: 200 });
  });

  it('may be sent under the name of the step, and of any JSON', async () => {
    const id = await start('paid', { order_id: 's2' });
    expect((await signal(id, 'wait-for-payment', '"cash"', { headers: { 'content-type': 'application/json' } })).body).toMatchObject({ duplicate: false });
    expect((await timeline(id)).steps[0]!.output).toEqual({ value: 'cash' });
  });

  it('are kept when they come early', async () => {
    const document = DOCUMENT.replace('name: steered', 'name: early').replace(
      '- name: wait-for-payment',
      '- { name: slow, type: step.delay, config: { duration: 1h } }\n      - name: wait-for-payment',
    );
    expect((await call('POST', '/workflows?deploy=production', { body: document, headers: yaml })).status).toBe(201);
    const reply = await call('POST', '/executions?wait=1ms', { body: { workflow: 'early', pipeline: 'paid', data: { order_id: 'e1' } } });
    const id = reply.body.execution_id;
    const early = await signal(id, 'payment.received', { amount: 7 });
    expect(early.body).toMatchObject({ duplicate: false, status: 'waiting' });
    expect(early.body.step).toBeUndefined();
    await call('DELETE', '/workflows/early');
  });

  it('are no end of a call, before it is made or while it waits', async () => {
    const document = `name: caller
pipelines:
  ask:
    trigger: { type: manual }
    steps:
      - { name: rest, type: step.delay, config: { duration: "{{ .rest }}" } }
      - { name: sub, type: step.workflow_call, config: { workflow: answer } }
  answer:
    trigger: { type: manual }
    steps:
      - { name: sleep, type: step.delay, config: { duration: 1h } }
`;
    expect((await call('POST', '/workflows?deploy=production', { body: document, headers: yaml })).status).toBe(201);
    const ask = async (rest: string, wait: string) => {
      const { body } = await call('POST', `/executions?wait=${wait}`, { body: { workflow: 'caller', pipeline: 'ask', data: { rest } } });
      return body.execution_id as string;
    };
    const [before, during] = [await ask('1h', '10ms'), await ask('0s', '20s')];
    expect((await signal(before, 'sub', { output: { forged: true } })).body).toMatchObject({ status: 404, code: 'unknown_signal' });
    expect((await signal(during, 'sub', { output: { forged: true } })).body).toMatchObject({ status: 409, code: 'not_waiting' });
    expect((await timeline(during)).steps.find(({ name }) => name === 'sub')?.status).toBe('waiting');
    for (const id of [before, during]) await call('POST', `/executions/${id}/cancel`, { body: {} });
    await call('DELETE', '/workflows/caller');
  });

  it.each([
    ['nothing waits under the name', 'no.such.event', {}, 404, 'unknown_signal'],
    ['a name that is far too long', 'x'.repeat(300), {}, 400, 'invalid_request'],
    ['a body that is no JSON', 'payment.received', '{', 400, 'invalid_json'],
  ])('%s', async (_, name, body, status, code) => {
    const id = await start('paid', { order_id: 'bad' });
    const before = await eventsOf(id);
    expect((await signal(id, name, body)).body).toMatchObject({ status, code });
    expect(await eventsOf(id)).toEqual(before);
  });

  it('are refused by an execution that has ended, by strangers and by viewers', async () => {
    const id = await start('order', { sku: 's', total: 1 });
    expect((await signal(id, 'payment.received')).body).toMatchObject({ status: 409, code: 'execution_finished' });
    const waiting = await start('paid', { order_id: 's3' });
    expect((await signal(waiting, 'payment.received', {}, { key: other })).body.code).toBe('unknown_execution');
    expect((await signal(waiting, 'payment.received', {}, { key: viewer })).body.code).toBe('forbidden');
    expect((await signal('exec_1', 'payment.received')).body.code).toBe('invalid_id');
    expect((await signal(waiting, 'payment.received', {}, { headers: { 'idempotency-key': 'k'.repeat(300) } })).body.code).toBe('invalid_request');
  });
});

describe('signals with a form', () => {
  const begin = async (rest: string, order_id: string) => {
    const { body } = await call('POST', `/executions?wait=${rest === '0s' ? '20s' : '10ms'}`, {
      body: { workflow: 'steered', pipeline: 'delivered', data: { rest, order_id } },
    });
    return body.execution_id as string;
  };

  it.each([
    ['while it waits', '0s'],
    ['before it waits', '1h'],
  ])('are checked against it at the door, %s', async (_, rest) => {
    const id = await begin(rest, `form-${rest}`);
    const before = await eventsOf(id);
    const refused = await signal(id, 'parcel.arrived', { weight: 'heavy' });
    expect(refused.body, JSON.stringify(refused.body)).toMatchObject({ status: 400, code: 'schema_mismatch', errors: [{ path: 'weight' }] });
    expect((await signal(id, 'parcel', [])).body).toMatchObject({ status: 400, code: 'schema_mismatch' });
    expect(await eventsOf(id)).toEqual(before);
    expect((await signal(id, 'parcel.arrived', { weight: 2 })).status).toBe(200);
    await call('POST', `/executions/${id}/cancel`, { body: {} });
  });

  it('show it, and take what satisfies it', async () => {
    const id = await begin('0s', 'form-shown');
    const [wait] = (await now(id)).waiting_for!;
    expect(wait).toMatchObject({ step: 'parcel', input: { form: { required: ['weight'], properties: { note: { title: 'Remark' } } } } });
    expect((await signal(id, 'parcel', { weight: 2 })).body).toMatchObject({ step: 'parcel', duplicate: false });
    expect((await timeline(id)).steps.find(({ name }) => name === 'parcel')).toMatchObject({ status: 'completed', output: { weight: 2 } });
  });
});

describe('events of the bus', () => {
  const event = (data: object, more: Partial<EventMessage> = {}): EventMessage => ({
    specversion: '1.0',
    id: 'evt_1',
    type: 'payment.received',
    source: '/bank/pay/publish',
    time: '2026-02-15T14:30:00Z',
    datacontenttype: 'application/json',
    data: data as EventMessage['data'],
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tenant: 'acme',
    environment: 'production',
    executionid: 'exec_other',
    ...more,
  });
  const publish = (message: EventMessage) => wakeWaiting(message, env as unknown as RegionEnv);
  const waits = async () => (await env.DB.prepare('SELECT count(*) AS n FROM event_waits WHERE "values" LIKE \'%bus-%\'').first<{ n: number }>())!.n;

  it('reach the execution they belong to, and no other', async () => {
    const [one, two] = [await start('paid', { order_id: 'bus-1' }), await start('paid', { order_id: 'bus-2' })];
    expect(await waits()).toBe(2);
    await publish(event({ order_id: 'bus-1', amount: 3 }, { tenant: 'globex' }));
    await publish(event({ order_id: 'bus-1', amount: 3 }, { environment: 'staging' }));
    await publish(event({ order_id: 'bus-9', amount: 3 }));
    expect((await now(one)).status).toBe('waiting');
    await publish(event({ order_id: 'bus-1', amount: 3 }));
    await publish(event({ order_id: 'bus-1', amount: 4 }));
    expect((await timeline(one)).steps[0]).toMatchObject({
      status: 'completed',
      output: { order_id: 'bus-1', amount: 3 },
      response: { by: 'event:/bank/pay/publish' },
    });
    expect((await now(two)).status).toBe('waiting');
    expect(await waits(), 'what has been answered is not looked up again').toBe(1);
  });

  it('are passed over by a form that they do not satisfy, and the wait goes on', async () => {
    const { body } = await call('POST', '/executions?wait=20s', {
      body: { workflow: 'steered', pipeline: 'delivered', data: { rest: '0s', order_id: 'form-bus' } },
    });
    const arrived = (data: object, id: string) => publish(event({ order_id: 'form-bus', ...data }, { type: 'parcel.arrived', id }));
    await arrived({ weight: 'heavy' }, 'evt_heavy');
    expect((await now(body.execution_id)).status).toBe('waiting');
    await arrived({ weight: 3 }, 'evt_three');
    expect(await now(body.execution_id)).toMatchObject({ status: 'completed' });
  });

  it('find out a wait that was left behind', async () => {
    const id = await start('paid', { order_id: 'bus-3' });
    const row = await env.DB.prepare('SELECT * FROM event_waits WHERE "values" LIKE \'%bus-3%\'').first();
    await signal(id, 'payment.received', { amount: 1 });
    await env.DB.prepare('INSERT OR IGNORE INTO event_waits VALUES (?, ?, ?, ?, ?, ?, ?)')
      .bind(...Object.values(row!))
      .run();
    const before = await eventsOf(id);
    await publish(event({ order_id: 'bus-3' }, { id: 'evt_3' }));
    expect(await eventsOf(id)).toEqual(before);
    expect(await env.DB.prepare('SELECT * FROM event_waits WHERE "values" LIKE \'%bus-3%\'').first()).toBeNull();
  });
});

describe('approvals', () => {
  it('are decided by who may, with the form filled in', async () => {
    const id = await start('refund', { amount: 80 });
    const [wait] = (await now(id)).waiting_for!;
    expect(wait).toMatchObject({
      step: 'decide',
      kind: 'approval',
      event: 'decide',
      input: { message: 'Refund 80?', approvers: ['admin'], form: { type: 'object' } },
    });
    const before = await eventsOf(id);
    const refused = async (body: unknown, code: string, options: object = {}) =>
      expect((await signal(id, 'decide', body, options)).body).toMatchObject({ code });
    await refused({ decision: 'approve', form: { cost_centre: 'A1' } }, 'not_an_approver', { key: editor });
    await refused({ decision: 'perhaps' }, 'invalid_signal');
    await refused({ decision: 'approve' }, 'invalid_signal');
    await refused({ decision: 'approve', form: { cost_centre: 1 } }, 'invalid_signal');
    await refused({ decision: 'approve', form: { cost_centre: 'A1', more: true } }, 'invalid_signal');
    await refused({ decision: 'approve', form: { cost_centre: 'A1' }, sudo: true }, 'invalid_signal');
    await refused([], 'invalid_signal');
    const faults = await signal(id, 'decide', { decision: 'approve', form: { cost_centre: 1 } });
    expect(faults.body.errors[0].path).toBe('form.cost_centre');
    expect(await eventsOf(id)).toEqual(before);
    const taken = await signal(id, 'decide', { decision: 'approve', comment: 'fine', form: { cost_centre: 'A1' } });
    expect(taken.status, JSON.stringify(taken.body)).toBe(200);
    expect((await timeline(id)).steps.find((step) => step.name === 'decide')).toMatchObject({
      status: 'completed',
      output: { approved: true, decision: 'approve', comment: 'fine', form: { cost_centre: 'A1' }, by: 'admin' },
    });
    expect((await signal(id, 'decide', { decision: 'approve' })).status).toBe(409);
  });

  it('fail the step when they are rejected', async () => {
    const id = await start('refund', { amount: 80 });
    await signal(id, 'decide', { decision: 'reject', comment: 'too much' });
    expect(await now(id)).toMatchObject({ status: 'failed', error: { code: 'approval_rejected', message: 'Rejected by admin: too much' } });
  });
});

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
    const view = contextSchema.parse((await call('GET', `/executions/${id}/context`, { key: viewer })).body);
    expect(view.context).toMatchObject({ trigger: { total: 500 }, steps: { reserve: { id: expect.stringMatching(/^reserve-/) } }, total: 500 });
    expect(view.next).toMatchObject({
      step: 'charge',
      type: 'step.http_call',
      input: { url: 'https://bank.test/charge', body: { total: 500 }, timeout_ms: 5000 },
    });
    const released = await act(id, { action: 'resume' }, { key: editor });
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
    const list = breakpointPage.parse((await call('GET', '/pipelines/steered.order/breakpoints', { key: viewer })).body);
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

  it('are of one tenant, and set by editors', async () => {
    expect((await call('POST', '/pipelines/order/breakpoints', { body: { step: 'charge' }, key: viewer })).status).toBe(403);
    expect((await call('POST', '/pipelines/order/breakpoints', { body: { step: 'charge' }, key: other })).body.code).toBe('unknown_pipeline');
    expect((await call('GET', '/pipelines/nothing/breakpoints')).body.code).toBe('unknown_pipeline');
    await call('POST', '/workflows?deploy=production', { body: DOCUMENT.replace('name: steered', 'name: twin'), headers: yaml });
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
    expect((await act(id, { action: 'skip' }, { key: viewer })).status).toBe(403);
    expect((await call('GET', `/executions/${id}/context`, { key: other })).body.code).toBe('unknown_execution');
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
    expect((await call('GET', '/pipelines/order/mock', { key: viewer })).body.items).toHaveLength(2);
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
