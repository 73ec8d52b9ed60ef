/** Finished executions leave their objects: nothing of them is lost, whenever the runtime ends. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#contracts/limits';
import { MemoryArchiveStore } from '#storage/memory/archive-store';
import { SCENARIOS } from '../unit/engine/scenarios.ts';
import { call, pipelineOf, pure, respond, type Scenario } from '../unit/engine/simulation.ts';
import type { Desk } from './desk-execution.ts';
import { alarmOf, ended, HOUR, type Stub, TENANT } from './desk-run.ts';

const simple: Scenario = { pipeline: pipelineOf('simple', [pure('a'), pure('b'), respond()]) };

const tablesOf = (object: () => Stub) =>
  runInDurableObject(object(), (_, state) =>
    [...state.storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name = 'log'")].map((row) => row.name),
  );
const end = (object: () => Stub) => runInDurableObject(object(), (_, state) => state.abort('the runtime ends here')).catch(() => undefined);

/** All that can be read. */
async function readings(object: () => Stub) {
  const [summary, timeline, events, origin, rebuilt, file] = [
    await object().summary(TENANT),
    await object().timeline(TENANT),
    await object().events(TENANT, { limit: 1000 }),
    await object().origin(TENANT, { whole: true }),
    await object().rebuild(TENANT),
    await object().export(TENANT),
  ];
  expect(rebuilt).toMatchObject({ equal: true });
  return JSON.stringify({ summary, timeline, events, origin, rebuilt, file: new TextDecoder().decode(await new Response(file as never).arrayBuffer()) });
}

async function ring(object: () => Stub, desk: Desk): Promise<void> {
  desk.now = Math.max(desk.now, (await alarmOf(object)) ?? 0);
  await runDurableObjectAlarm(object());
}

describe.each(Object.entries({ simple, saga: SCENARIOS['saga-third-fails']! }))('%s', (_, scenario) => {
  it('leaves its object after its retention, and every reading stays the same', async () => {
    const { desk, object } = await ended(scenario);
    const before = await readings(object);
    const completed = Date.parse((await object().summary(TENANT))!.completed_at!);
    expect(await alarmOf(object)).toBe(completed + HOUR);
    await ring(object, desk);
    expect([await tablesOf(object), await alarmOf(object)]).toEqual([[], null]);
    expect(await readings(object)).toBe(before);
    await end(object);
    expect(await readings(object)).toBe(before);
    expect(await object().summary('globex')).toBeNull();
    expect(await object().cancel(TENANT, { by: 'key:1' })).toMatchObject({ ok: false, code: 'execution_finished' });
    // Looking creates nothing.
    expect([await tablesOf(object), await alarmOf(object)]).toEqual([[], null]);
  });

  it.each(['before the file is written', 'once the file is written', 'once it has been read back', 'once the object is empty'] as const)(
    'loses nothing when the runtime ends %s',
    async (point) => {
      const { desk, object } = await ended(scenario);
      const before = await readings(object);
      const store = new MemoryArchiveStore();
      let reads = 0;
      desk.archives = {
        put: async (...file) => {
          if (point === 'before the file is written') throw new Error('the runtime ends here');
          await store.put(...file);
          if (point === 'once the file is written') throw new Error('the runtime ends here');
        },
        get: async (...place) => {
          const found = await store.get(...place);
          if (point === 'once it has been read back' && reads++ === 0) throw new Error('the runtime ends here');
          return found;
        },
      };
      await ring(object, desk).catch(() => undefined);
      await end(object);
      desk.archives = store;
      expect(await readings(object)).toBe(before);
      if (point !== 'once the object is empty') {
        // The platform rings a failed alarm again.
        await runInDurableObject(object(), (instance) => (instance as unknown as { alarm(): Promise<void> }).alarm());
      }
      expect(await tablesOf(object)).toEqual([]);
      expect(await readings(object)).toBe(before);
    },
  );
});

describe('a key', () => {
  it('answers with the archived execution until its time is over, and then leads on', async () => {
    const more = { idempotency_key: 'k', idempotency_ttl_ms: 5 * HOUR };
    const { desk, object, request, started } = await ended(simple, { name: 'keyed', more });
    await ring(object, desk);
    expect(await tablesOf(object)).toEqual([]);
    await end(object);
    const again = await object().start({ ...request, generation: 0 });
    expect(again).toMatchObject({ ...started, kind: 'existing' });
    expect(await tablesOf(object)).toEqual([]);
    desk.now += 5 * HOUR;
    await end(object);
    expect(await object().start({ ...request, generation: 0 })).toEqual({ kind: 'expired', generation: 1 });
    await object().noteGeneration(TENANT, 7);
    expect(await object().start({ ...request, generation: 0 })).toEqual({ kind: 'expired', generation: 7 });
  });
});

describe('the key of an archived execution', () => {
  it('is released in its log, which is archived again', async () => {
    const more = { idempotency_key: 'k', idempotency_ttl_ms: 5 * HOUR };
    const { desk, object, request } = await ended(simple, { name: 'released', more });
    await ring(object, desk);
    expect(await tablesOf(object)).toEqual([]);
    await end(object);
    const releasedAt = desk.now;
    expect(await object().releaseKey(TENANT, { by: 'key:1', reason: 'sent by mistake' })).toEqual({ ok: true, status: 'completed' });
    expect(await object().releaseKey(TENANT, { by: 'key:1' })).toMatchObject({ ok: false, code: 'key_free' });
    expect(await tablesOf(object)).toEqual(['log']);
    await end(object);
    await ring(object, desk);
    expect([await tablesOf(object), await alarmOf(object)]).toEqual([[], null]);
    await end(object);
    expect((await object().events(TENANT, { limit: 1000 }))!.items.at(-1)).toMatchObject({
      type: 'key.released',
      data: { by: 'key:1', reason: 'sent by mistake' },
    });
    expect(desk.projected.at(-1)!.summary.idempotency_expires_at).toBe(new Date(releasedAt).toISOString());
    expect(await object().start({ ...request, generation: 0 })).toEqual({ kind: 'expired', generation: 1 });
  });
});

describe('the key of an execution that this very instance has archived', () => {
  it('is released with an alarm behind it, and the log is archived again', async () => {
    const more = { idempotency_key: 'k', idempotency_ttl_ms: 5 * HOUR };
    const { desk, object } = await ended(simple, { name: 'released at once', more });
    await ring(object, desk);
    expect([await tablesOf(object), await alarmOf(object)]).toEqual([[], null]);
    expect(await object().releaseKey(TENANT, { by: 'key:1' })).toEqual({ ok: true, status: 'completed' });
    expect([await tablesOf(object), await alarmOf(object)]).toEqual([['log'], expect.any(Number)]);
    await ring(object, desk);
    expect([await tablesOf(object), await alarmOf(object)]).toEqual([[], null]);
  });

  it('does not bring back what is erased meanwhile', async () => {
    const more = { idempotency_key: 'k', idempotency_ttl_ms: 5 * HOUR };
    const { desk, object } = await ended(simple, { name: 'released and erased', more });
    await ring(object, desk);
    await end(object);
    desk.lookUp = () => object().erase(TENANT);
    await object().releaseKey(TENANT, { by: 'key:1' });
    expect(await tablesOf(object)).toEqual([]);
  });
});

describe('a store that is away', () => {
  it('holds up what it is needed for, and ends nothing', async () => {
    const { desk, object } = await ended({ pipeline: pipelineOf('slept', [pure('wait', { sleep: 1000 }), pure('after')]) });
    await end(object);
    desk.lookUp = () => Promise.reject(new Error('the store is away'));
    for (const wait of [10_000, 20_000, 40_000]) {
      await ring(object, desk);
      expect((await alarmOf(object))! - desk.now).toBe(wait);
    }
    desk.lookUp = undefined;
    await ring(object, desk);
    expect(await object().summary(TENANT)).toMatchObject({ status: 'completed' });
  });
});

describe('an end that the queue does not take', () => {
  it('is handed over whenever it does, however long that takes', async () => {
    const { desk, object } = await ended({ pipeline: pipelineOf('called', [call({ name: 'pay' })]) }, { stops: true });
    const taken = desk.projected;
    desk.projected = {
      push: () => {
        throw new Error('the queue is away');
      },
    } as never;
    const effect = desk.pending.shift()!;
    await runInDurableObject(object(), () => effect.resolve(effect.answer.outcome));
    expect(await object().summary(TENANT)).toMatchObject({ status: 'completed' });
    for (let rings = 0; rings < 8; rings++) {
      await ring(object, desk);
      expect(await alarmOf(object)).toBeGreaterThan(desk.now);
      if (rings === 3) await end(object);
    }
    desk.projected = taken;
    await ring(object, desk);
    expect(taken.at(-1)!.summary.status).toBe('completed');
    expect(await tablesOf(object)).toEqual(['log']);
  });
});

describe('what stays', () => {
  it('is everything where no retention is set', async () => {
    const { desk, object } = await ended(simple);
    desk.retention_ms = undefined;
    await ring(object, desk);
    expect([await tablesOf(object), await alarmOf(object)]).toEqual([['log'], null]);
  });

  it('is what the pipeline says, before the default', async () => {
    const { object } = await ended({ pipeline: { ...simple.pipeline, retention_ms: 24 * HOUR } });
    expect(await alarmOf(object)).toBe(Date.parse((await object().summary(TENANT))!.completed_at!) + 24 * HOUR);
  });

  it('is an execution whose undoing gave up, for it may be resumed', async () => {
    const { object } = await ended(SCENARIOS['saga-undo-gives-up-then-resumed']!);
    expect(await object().summary(TENANT)).toMatchObject({ status: 'failed' });
    expect(await alarmOf(object)).toBeNull();
  });

  it('is a failure whose dead letter waits, until its time is over', async () => {
    const policy = { of: 'every_start' as const, retention_ms: 48 * HOUR, replayable: true };
    const { desk, object } = await ended({ pipeline: pipelineOf('letter', [pure('broken', { fail: true })], { dead_letter: policy }) });
    const failed = Date.parse((await object().summary(TENANT))!.completed_at!);
    expect(await alarmOf(object)).toBe(failed + 48 * HOUR);
    await object().deadLetter(TENANT, { action: 'discarded', by: 'key:1' });
    expect(await alarmOf(object)).toBe(failed + HOUR);
    await ring(object, desk);
    // Too late for anything: nothing changes, and nothing breaks.
    expect(await object().deadLetter(TENANT, { action: 'replayed', by: 'key:1', execution_id: 'exec_2' })).toMatchObject({ letter: { status: 'discarded' } });
    expect(await object().summary(TENANT)).toMatchObject({ status: 'failed' });
  });

  it('is nothing for long of an execution with a large log', async () => {
    const { desk, object } = await ended({
      pipeline: pipelineOf('large', [...Array.from({ length: 90 }, (_, i) => pure(`s${i}`, { answer: 'x'.repeat(60_000) }))]),
    });
    const completed = Date.parse((await object().summary(TENANT))!.completed_at!);
    expect(await alarmOf(object)).toBe(completed + LIMITS.archiveGraceMs);
    const before = await readings(object);
    await ring(object, desk);
    expect(await tablesOf(object)).toEqual([]);
    expect((await readings(object)) === before).toBe(true);
  });
});
