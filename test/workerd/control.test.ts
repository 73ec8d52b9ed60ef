/** People steer executions over the API: pause, resume, signals, events they wait for, approvals. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { signalledSchema } from '#contracts/api-control';
import type { EventMessage } from '#contracts/bus-rpc';
import type { RegionEnv } from '#workers/env';
import { wakeWaiting } from '#workers/events/waiting';
import { call } from './api-client';
import { deployedAtFirst, eventsOf, keys, lastEvent, now, STEERED, signal, start, steps, timeline, yaml } from './steered';

deployedAtFirst();

describe('pause and resume', () => {
  it('holds an execution that waits, and lets it go on', async () => {
    const id = await start('paid', { order_id: 'p1' });
    const paused = await call('POST', `/executions/${id}/pause`, { body: { reason: 'stock-taking' }, key: keys.editor });
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
    expect((await call('POST', `/executions/${waiting}/pause`, { key: keys.viewer })).status).toBe(403);
    expect((await call('POST', `/executions/${waiting}/pause`, { key: keys.other })).body.code).toBe('unknown_execution');
    expect((await call('POST', `/executions/${waiting}/pause`, { body: { nonsense: 1 } })).body.code).toBe('invalid_request');
    expect((await eventsOf(waiting)).filter((type: string) => type.includes('paused'))).toEqual([]);
  });
});

describe('a cancel', () => {
  it('that is sent again is answered as the first, and asks for nothing more; another order comes too late', async () => {
    const id = await start('paid', { order_id: 'c1' });
    const cancel = (body: object, key = keys.editor) => call('POST', `/executions/${id}/cancel`, { body, key });
    const first = await cancel({ reason: 'changed their mind' });
    expect([first.status, first.body]).toEqual([200, { execution_id: id, status: 'cancelled' }]);
    const log = await eventsOf(id);
    expect(await cancel({ reason: 'changed their mind' })).toMatchObject({ status: 200, body: first.body });
    expect((await cancel({ reason: 'another one' })).body).toMatchObject({ status: 409, code: 'execution_finished' });
    expect((await cancel({})).body.code).toBe('execution_finished');
    const others = await call('POST', `/executions/${id}/cancel`, { body: { reason: 'changed their mind' } });
    expect(others.body.code).toBe('execution_finished');
    expect(await eventsOf(id)).toEqual(log);
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
    const first = await signal(id, 'payment.received', { amount: 12 }, { headers, key: keys.editor });
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
    const document = STEERED.replace('name: steered', 'name: early').replace(
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
    expect((await signal(waiting, 'payment.received', {}, { key: keys.other })).body.code).toBe('unknown_execution');
    expect((await signal(waiting, 'payment.received', {}, { key: keys.viewer })).body.code).toBe('forbidden');
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
    await refused({ decision: 'approve', form: { cost_centre: 'A1' } }, 'not_an_approver', { key: keys.editor });
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
