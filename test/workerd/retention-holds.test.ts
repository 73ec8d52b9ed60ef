/** What never goes, however old it is: asked of the real object, on real SQLite, with a clock in the hand. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { StartRequest } from '#contracts/execution-rpc';
import type { AgeQuery } from '#contracts/retention';
import { MemoryArchiveStore } from '#storage/memory/archive-store';
import { SCENARIOS } from '../unit/engine/scenarios.ts';
import { call, pipelineOf, pure, respond, type Scenario } from '../unit/engine/simulation.ts';
import type { Desk } from './desk-execution.ts';
import { alarmOf, ended, HOUR, type Stub, TENANT } from './desk-run.ts';

const YEAR = 365 * 24 * HOUR;
const simple: Scenario = { pipeline: pipelineOf('simple', [pure('a'), pure('b'), respond()]) };
const calls: Scenario = { pipeline: pipelineOf('calls', [pure('a'), call({ name: 'pay' }), respond()]) };
const letter = pipelineOf('letter', [pure('broken', { fail: true })], { dead_letter: { of: 'every_start', retention_ms: 48 * HOUR, replayable: true } });

interface World {
  desk: Desk;
  object: () => Stub;
  request: StartRequest;
}

/** Ended, and out of its alarm's hands. */
async function world(scenario: Scenario = simple, options: Parameters<typeof ended>[1] = {}): Promise<World> {
  const made = await ended(scenario, options);
  made.desk.retention_ms = undefined;
  await runDurableObjectAlarm(made.object());
  return made;
}

/** A year from now everything is old that ended by now. */
const query = (desk: Desk, more: Partial<AgeQuery> = {}): AgeQuery => ({ ended_before: desk.now + HOUR, now: desk.now + YEAR, ...more });
const isLeft = async (object: () => Stub) => (await object().summary(TENANT)) !== null;

describe('an execution goes', () => {
  it('with all that it has on disk, and answers nobody any more', async () => {
    const { desk, object } = await world();
    expect(await object().age(TENANT, query(desk))).toEqual({ is_old: true, generation: 0 });
    expect(await object().age(TENANT, query(desk, { ended_before: desk.now - HOUR }))).toMatchObject({ is_old: false });
    expect(await object().age('globex', query(desk))).toBeNull();
    expect(await object().eraseOld(TENANT, query(desk))).toBe(true);
    const answers = [
      object().summary(TENANT),
      object().timeline(TENANT),
      object().events(TENANT, { limit: 1 }),
      object().export(TENANT),
      object().rebuild(TENANT),
    ];
    expect(await Promise.all(answers)).toEqual([null, null, null, null, null]);
    // Again, after a crash.
    expect(await object().eraseOld(TENANT, query(desk))).toBe(true);
  });

  it('from its archive, too, and only by its age', async () => {
    const { desk, object } = await ended(simple);
    desk.archives = new MemoryArchiveStore();
    desk.now = (await alarmOf(object))!;
    await runDurableObjectAlarm(object());
    expect(await object().age(TENANT, query(desk, { ended_before: desk.now - 2 * HOUR }))).toMatchObject({ is_old: false });
    expect(await object().age(TENANT, query(desk))).toMatchObject({ is_old: true });
    expect(await object().eraseOld(TENANT, query(desk))).toBe(true);
    expect(await isLeft(object)).toBe(false);
  });
});

describe('an execution stays', () => {
  const stays = async ({ desk, object }: World, more: Partial<AgeQuery> = {}) => {
    expect(await object().age(TENANT, query(desk, more))).toMatchObject({ is_old: false });
    expect(await object().eraseOld(TENANT, query(desk, more))).toBe(false);
    expect(await isLeft(object)).toBe(true);
  };

  it('that has not ended', async () => stays(await ended(calls, { stops: true })));

  it('that sleeps for days', async () => stays(await ended(SCENARIOS['delay-of-three-days']!, { stops: true })));

  it('that is paused', async () => {
    const made = await ended(calls, { stops: true });
    await made.object().pause(TENANT, { by: 'key:1' });
    expect(await made.object().summary(TENANT)).toMatchObject({ status: 'paused' });
    await stays(made);
  });

  it('that was parked, for it kept ending the runtime', async () => {
    const made = await ended(SCENARIOS['delay-of-three-days']!, { stops: true });
    await runInDurableObject(made.object(), (_, state) => state.storage.kv.put('crashes', 100));
    await runDurableObjectAlarm(made.object());
    expect(await made.object().summary(TENANT)).toMatchObject({ status: 'paused' });
    await stays(made);
  });

  it('whose undoing gave up', async () => {
    const made = await world(SCENARIOS['saga-undo-gives-up-then-resumed']!);
    expect(await made.object().summary(TENANT)).toMatchObject({ status: 'failed' });
    await stays(made);
  });

  it('whose dead letter waits: until the letter is closed, past its time, or older than letters are kept', async () => {
    const made = await world({ pipeline: letter });
    const { desk, object } = made;
    const soon = { now: desk.now + 47 * HOUR };
    await stays(made, soon);
    expect(await object().age(TENANT, query(desk, { now: desk.now + 49 * HOUR }))).toMatchObject({ is_old: true });
    expect(await object().age(TENANT, query(desk, { ...soon, letters_before: desk.now + HOUR }))).toMatchObject({ is_old: true });
    await object().deadLetter(TENANT, { action: 'discarded', by: 'key:1' });
    await runDurableObjectAlarm(object());
    expect(await object().age(TENANT, query(desk, soon))).toMatchObject({ is_old: true });
  });

  it('with an alarm that is due: its end is being handed over', async () => {
    const made = await world();
    await runInDurableObject(made.object(), (_, state) => state.storage.setAlarm(made.desk.now + HOUR));
    await stays(made);
  });

  it('whose key still holds', async () => {
    const more = { idempotency_key: 'k', idempotency_ttl_ms: 2 * YEAR };
    const made = await world(simple, { name: 'keyed-and-held', more });
    await stays(made);
    expect(await made.object().age(TENANT, query(made.desk, { now: made.desk.now + 3 * YEAR }))).toMatchObject({ is_old: true, key: { idempotency_key: 'k' } });
  });

  it('that has just led a caller of its key on', async () => {
    const made = await world(simple, { name: 'keyed-and-over', more: { idempotency_key: 'k', idempotency_ttl_ms: HOUR } });
    const { desk, object, request } = made;
    desk.now += YEAR / 2;
    expect(await object().start({ ...request, generation: 0 })).toMatchObject({ kind: 'expired' });
    await stays(made);
    desk.now += HOUR;
    expect(await object().age(TENANT, query(desk))).toMatchObject({ is_old: true });
  });

  it('that is being exported, until the file has gone out, or nobody wants it any more', async () => {
    const made = await world();
    await runInDurableObject(made.object(), async (instance) => {
      const object = instance as unknown as Stub;
      for (const end of ['read', 'cancelled'] as const) {
        const file = (await object.export(TENANT))!;
        expect(await object.age(TENANT, query(made.desk))).toMatchObject({ is_old: false });
        expect(await object.eraseOld(TENANT, query(made.desk))).toBe(false);
        if (end === 'read') expect((await new Response(file as never).text()).length).toBeGreaterThan(100);
        else await file.cancel();
        expect(await object.age(TENANT, query(made.desk))).toMatchObject({ is_old: true });
      }
    });
  });

  it('that somebody is looking at', async () => {
    const made = await world();
    await runInDurableObject(made.object(), async (instance) => {
      const object = instance as unknown as Stub;
      const [seen, gone] = await Promise.all([object.rebuild(TENANT), object.eraseOld(TENANT, query(made.desk))]);
      // Whoever comes first has all of it.
      expect([seen?.equal, gone]).toEqual([true, false]);
      expect(await object.eraseOld(TENANT, query(made.desk))).toBe(true);
      expect(await object.rebuild(TENANT)).toBeNull();
    });
  });

  it('no longer than the moment of its removal in the way of a new start', async () => {
    const { desk, object, request } = await world(simple, { name: 'keyed-and-gone', more: { idempotency_key: 'k', idempotency_ttl_ms: HOUR } });
    await runInDurableObject(object(), async (instance) => {
      const here = instance as unknown as Stub;
      expect(await here.eraseOld(TENANT, query(desk))).toBe(true);
      await expect(here.start(request)).rejects.toMatchObject({ code: 'execution_leaving' });
    });
  });
});
