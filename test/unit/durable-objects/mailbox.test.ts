/** An actor's mailbox over Node's SQLite: order, once, state, recovery. */
import { describe, expect, it } from 'vitest';
import type { ActorAddress, ActorAnswer, ActorOrder } from '#contracts/actor';
import type { Json, JsonObject } from '#contracts/json';
import { type HandlerOrder, type HandlerResult, Mailbox } from '#objects/actor/mailbox';
import { keyedValues, nodeSql } from '../object-storage.ts';

const ADDRESS: ActorAddress = { tenant: 'acme', workflow: 'shop', environment: 'production', pool: 'orders', identity: 'o-1' };
const application = { workflow_id: 'wf_1', version: 1, hash: 'h1' };

function world(handle: (order: HandlerOrder) => Promise<HandlerResult>) {
  const [sql, kv] = [nodeSql(), keyedValues()];
  const clock = { now: 1_771_165_800_000 };
  const alarms: number[] = [];
  const open = () => new Mailbox(sql, kv, { handle, now: () => clock.now, wakeAt: (instant) => alarms.push(instant), within: (work) => work });
  return { open, clock, alarms, state: () => kv.get('state') as JsonObject | undefined };
}

let keys = 0;
const order = (type: string, payload: Json = null, more: Partial<ActorOrder> = {}): ActorOrder => ({
  application,
  message: { type, payload },
  key: `k${++keys}`,
  by: 'test',
  wait_ms: 1000,
  ...more,
});
const replied = (reply: JsonObject): HandlerResult => ({ kind: 'replied', reply, execution_id: 'exec_1' });
const reply = (answer: ActorAnswer) => (answer.kind === 'replied' ? answer.reply : answer.kind);

describe('an actor', () => {
  it('hands each handler the state that the one before it left', async () => {
    const { open, state } = world(async ({ state, order }) => replied({ seen: [...((state.seen as Json[]) ?? []), order.message.payload] }));
    const box = open();
    await Promise.all([1, 2, 3].map((n) => box.tell(ADDRESS, order('Add', n))));
    expect(state()).toEqual({ seen: [1, 2, 3] });
    expect(reply(await box.tell(ADDRESS, order('Add', 4)))).toEqual({ seen: [1, 2, 3, 4] });
  });

  it('runs one handler at a time', async () => {
    let running = 0;
    let most = 0;
    const { open } = world(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return replied({});
    });
    const box = open();
    await Promise.all([1, 2, 3, 4].map(() => box.tell(ADDRESS, order('Work'))));
    expect(most).toBe(1);
  });

  it('takes the same key once, and gives its reply again', async () => {
    let handled = 0;
    const { open } = world(async () => replied({ n: ++handled }));
    const box = open();
    const same = order('Count');
    expect((await Promise.all([box.tell(ADDRESS, same), box.tell(ADDRESS, same)])).map(reply)).toEqual([{ n: 1 }, { n: 1 }]);
    expect(reply(await open().tell(ADDRESS, same))).toEqual({ n: 1 });
    expect(handled).toBe(1);
  });

  it('a message that nobody waits for is on disk, and is taken by the alarm of the next life', async () => {
    const handled: number[] = [];
    let stuck = true;
    const { open, alarms } = world((order) => {
      if (stuck) return new Promise(() => undefined);
      handled.push(order.seq);
      return Promise.resolve(replied({}));
    });
    expect(await open().tell(ADDRESS, order('Note', 1, { wait_ms: 0 }))).toEqual({ kind: 'taken', seq: 1 });
    expect(alarms.length).toBeGreaterThan(0);
    stuck = false;
    await open().wake();
    expect(handled).toEqual([1]);
  });

  it('a handler that runs on is asked again, under the same attempt', async () => {
    const asked: [number, number][] = [];
    const { open } = world(async ({ seq, attempt }) => {
      asked.push([seq, attempt]);
      return asked.length < 3 ? { kind: 'running' } : replied({ done: true });
    });
    expect(reply(await open().tell(ADDRESS, order('Long')))).toEqual({ done: true });
    expect(asked).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  it('a failure is tried again as often as told, leaves the state, and lets the next message through', async () => {
    const attempts: number[] = [];
    const { open, state } = world(async ({ order, attempt }) => {
      if (order.message.type === 'Good') return replied({ good: true });
      attempts.push(attempt);
      return { kind: 'failed', code: 'actor_failed', message: 'no', execution_id: 'exec_2', again: attempt < 2 };
    });
    const box = open();
    await box.tell(ADDRESS, order('Good'));
    expect(await box.tell(ADDRESS, order('Bad'))).toEqual({ kind: 'failed', seq: 2, code: 'actor_failed', message: 'no', execution_id: 'exec_2' });
    expect(attempts).toEqual([0, 1, 2]);
    expect(state()).toEqual({ good: true });
    expect(reply(await box.tell(ADDRESS, order('Good')))).toEqual({ good: true });
  });

  it('refuses a state that is too large, and keeps the one it has', async () => {
    const { open, state } = world(async ({ order }) => replied({ blob: order.message.payload }));
    const box = open();
    await box.tell(ADDRESS, order('Set', 'small'));
    expect(await box.tell(ADDRESS, order('Set', 'x'.repeat(200_000)))).toMatchObject({ kind: 'failed', code: 'data_too_large' });
    expect(state()).toEqual({ blob: 'small' });
  });

  it('forgets replies after a day, not before', async () => {
    let handled = 0;
    const { open, clock } = world(async () => replied({ n: ++handled }));
    const same = order('Count');
    await open().tell(ADDRESS, same);
    clock.now += 23 * 3_600_000;
    await open().wake();
    await open().tell(ADDRESS, same);
    expect(handled).toBe(1);
    clock.now += 2 * 3_600_000;
    await open().wake();
    await open().tell(ADDRESS, same);
    expect(handled).toBe(2);
  });
});
