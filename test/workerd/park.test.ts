/** Executions that end their runtime every time, for real: parked after a few tries, at no further cost, and resumed by a person. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Pipeline } from '#contracts/definition';
import type { ExecutionRpc } from '#contracts/execution-rpc';
import { LIMITS } from '#contracts/limits';
import { call, definitionOf, pipelineOf, pure, startOf } from '../unit/engine/simulation.ts';
import { layDesk } from './desk-execution.ts';

type Stub = DurableObjectStub & ExecutionRpc;

function begin(pipeline: Pipeline, poison: string, script: Parameters<typeof layDesk>[1] = {}) {
  const desk = layDesk(definitionOf(pipeline), script);
  desk.poison = poison;
  const id = env.DESK_EXECUTION.newUniqueId();
  const object = () => env.DESK_EXECUTION.get(id) as unknown as Stub;
  const request = { ...startOf({ pipeline }), wait_ms: 1 };
  const { tenant } = request;
  const quietly = (task: Promise<unknown>) => task.catch(() => undefined);
  const alarm = () => runInDurableObject(object(), (_, state) => state.storage.getAlarm());
  const count = () => runInDurableObject(object(), (_, state) => state.storage.kv.get('crashes'));
  /** Rings until nothing is promised any more; what failed is rung again, as the platform does. Answers how often. */
  const ringOut = async () => {
    for (let rings = 0; rings < 30; rings++) {
      const at = await alarm();
      if (at === null && !desk.ringsAgain) return rings;
      if (at === null) await runInDurableObject(object(), (_, state) => state.storage.setAlarm(desk.now));
      else desk.now = Math.max(desk.now, at);
      desk.ringsAgain = await runDurableObjectAlarm(object()).then(
        () => false,
        () => true,
      );
    }
    throw new Error('it goes on and on');
  };
  const answer = async () => {
    for (const effect of desk.pending.splice(0)) await runInDurableObject(object(), () => effect.resolve(effect.answer.outcome));
    await object().summary(tenant);
  };
  return { desk, object, tenant, alarm, count, ringOut, answer, start: () => quietly(object().start(request)) };
}

const types = async (object: () => Stub, tenant: string) => (await object().events(tenant, { limit: 1000 }))!.items.map((event) => event.type);

it('a step that ends the runtime before anything is committed', async () => {
  const steps = [pure('wait', { sleep: 1000 }), pure('bad', { name: 'bad' }), pure('end')];
  const { desk, object, tenant, alarm, count, ringOut, start } = begin(pipelineOf('long', steps), 'bad');
  await start();
  expect(await ringOut()).toBeLessThanOrEqual(LIMITS.crashes + 1);
  expect(await object().summary(tenant)).toMatchObject({ status: 'paused' });
  expect((await object().timeline(tenant))!.paused).toMatchObject({ by: 'platform', reason: `It ended the runtime ${LIMITS.crashes} times.` });
  expect([await alarm(), await count()]).toEqual([null, undefined]);
  desk.poison = undefined;
  await object().resume(tenant, { by: 'key:1' });
  await ringOut();
  expect(await object().summary(tenant)).toMatchObject({ status: 'completed' });
  expect((await object().rebuild(tenant))!.equal).toBe(true);
});

it('an effect that ends the runtime each time it is had', async () => {
  const { desk, object, tenant, alarm, ringOut, answer, start } = begin(pipelineOf('poison', [call({ name: 'parse' }), pure('after')]), 'parse');
  await start();
  await ringOut();
  expect(await object().summary(tenant)).toMatchObject({ status: 'paused' });
  const log = await types(object, tenant);
  expect(log.filter((type) => type === 'step.started')).toHaveLength(LIMITS.crashes);
  expect(log.at(-1)).toBe('execution.paused');
  expect(await alarm()).toBeNull();
  // One key, one effect, however often it was called.
  expect([...desk.counterpart.ledger.values()]).toEqual([{ calls: LIMITS.crashes, effects: 1 }]);
  desk.poison = undefined;
  await object().resume(tenant, { by: 'key:1' });
  await answer();
  await ringOut();
  expect(await object().summary(tenant)).toMatchObject({ status: 'completed' });
});

it('a compensation that ends the runtime gives up, and is resumed', async () => {
  const pipeline = pipelineOf('undo', [call({ name: 'book', undo: true }), call({ name: 'pay' })], { saga: { order: 'reverse', track: true } });
  const { desk, object, tenant, alarm, ringOut, answer, start } = begin(pipeline, 'book:undo', { pay: [{ fail: 422 }] });
  await start();
  await answer();
  await answer().catch(() => undefined);
  await ringOut();
  expect(await object().summary(tenant)).toMatchObject({ status: 'failed', error: { code: 'compensation_failed' } });
  expect(await alarm()).toBeNull();
  desk.poison = undefined;
  await object().resume(tenant, { by: 'key:1' });
  await answer();
  await ringOut();
  expect(await object().summary(tenant)).toMatchObject({ status: 'compensated' });
});

it('one that is cancelled while it is poisonous ends', async () => {
  const { object, tenant, ringOut, start } = begin(pipelineOf('poison', [call({ name: 'parse' })]), 'parse');
  await start();
  await object()
    .cancel(tenant, { by: 'key:1' })
    .catch(() => undefined);
  await ringOut();
  expect(['cancelled', 'paused']).toContain((await object().summary(tenant))!.status);
  expect(await object().cancel(tenant, { by: 'key:1' })).toBeTruthy();
  await ringOut();
  expect(await object().summary(tenant)).toMatchObject({ status: 'cancelled' });
});

it('a healthy execution writes no count', async () => {
  const { count, object, tenant, ringOut, start } = begin(pipelineOf('well', [pure('a'), pure('b')]), 'nothing');
  await start();
  await ringOut();
  expect([await count(), (await object().summary(tenant))!.status]).toEqual([undefined, 'completed']);
});
