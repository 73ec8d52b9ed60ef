/**
 * The signature test: every golden run, on the real object, ended after every one of its commits, before and after
 * its effects went out. The same history, each effect once, and always an alarm that brings it back.
 */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { FINAL_STATUSES } from '#contracts/execution';
import type { ExecutionRpc } from '#contracts/execution-rpc';
import type { JsonObject } from '#contracts/json';
import { essence } from '../unit/engine/history.ts';
import { SCENARIOS } from '../unit/engine/scenarios.ts';
import { definitionOf, type PersonalOrder, type Scenario, startOf } from '../unit/engine/simulation.ts';
import { type Desk, layDesk } from './desk-execution.ts';

const TENANT = 'acme';

/** The door for what a person asks for. */
async function carryOut(object: ExecutionRpc, command: PersonalOrder): Promise<unknown> {
  switch (command.type) {
    case 'cancel':
      return object.cancel(TENANT, command);
    case 'pause':
      return object.pause(TENANT, command);
    case 'admission':
      return object.admit(TENANT, command.answer);
    case 'resume':
      if (!command.input) return object.resume(TENANT, command);
      return object.hold(TENANT, { action: 'resume', by: command.by, input: command.input.input as JsonObject });
    case 'modify':
      return object.hold(TENANT, { action: 'modify', by: command.by, input: command.input.input as JsonObject });
    case 'skip':
      return object.hold(TENANT, { action: 'skip', by: command.by });
    case 'abort':
      return object.hold(TENANT, { action: 'abort', by: command.by, reason: command.reason });
    case 'supersede':
      return object.hold(TENANT, { action: 'replay', by: command.by, replayed_as: command.replayed_as, from_step: command.from_step });
    case 'release_key':
      return object.releaseKey(TENANT, command);
    case 'signal':
      return object.signal(TENANT, { ...command.signal, sender: [], source: 'api' });
    default: {
      const never: never = command;
      return never;
    }
  }
}

async function run(scenario: Scenario, kill?: Desk['kill']): Promise<{ desk: Desk; log: LogEvent[] }> {
  const definition = definitionOf(scenario.pipeline);
  const desk = layDesk(definition, scenario.script, kill, scenario.board);
  const start = desk.now;
  const orders = [...(scenario.orders ?? [])];
  const id = env.DESK_EXECUTION.newUniqueId();
  const object = () => env.DESK_EXECUTION.get(id) as unknown as DurableObjectStub & ExecutionRpc;
  const request = { ...startOf(scenario), wait_ms: scenario.answeredAtOnce ? 0 : 1 };
  const { tenant } = request;
  const quietly = (task: Promise<unknown>) => task.catch(() => undefined);
  /** The alarm. Not waited for: its handler stays until the work is done, which may need what the loop below hands out. */
  const ring = async () => {
    void quietly(runDurableObjectAlarm(object()));
    await object().summary(tenant);
  };

  /** How it stands, once what it was told has been done. In one call, for there are hundreds of thousands. */
  const look = () =>
    runInDurableObject(object(), async (instance, state) => ({
      summary: await (instance as unknown as ExecutionRpc).summary(tenant),
      alarm: await state.storage.getAlarm(),
    }));

  await quietly(object().start(request));
  for (let turns = 0; turns < 200; turns++) {
    const { summary, alarm } = await look();
    if (desk.doomed) {
      // What was committed is on disk; the instance ends with everything it had in memory.
      for (const { effect, answer } of desk.pending) desk.counterpart.unheard(effect, answer);
      await quietly(
        runInDurableObject(object(), async (_, state) => {
          await state.storage.sync();
          state.abort('the runtime ends here');
        }),
      );
      desk.doomed = false;
      desk.kill = undefined;
      desk.pending = [];
      expect((await look()).alarm, 'an execution that is not done has an alarm').not.toBeNull();
      await ring();
      continue;
    }
    const next = orders[0];
    if (summary && FINAL_STATUSES.includes(summary.status) && !next && alarm === null) break;
    desk.pending.sort((a, b) => a.due - b.due);
    const effect = desk.pending[0];
    const times = [next && start + next.at, effect?.due, alarm].filter((at): at is number => typeof at === 'number');
    if (times.length === 0) break;
    desk.now = Math.max(desk.now, Math.min(...times));
    if (next && start + next.at <= desk.now) {
      orders.shift();
      await quietly(carryOut(object(), next.command));
    } else if (effect && effect.due <= desk.now) {
      desk.pending.shift();
      // In the object's own context: the runtime lets nobody else settle its promises.
      await runInDurableObject(object(), () => effect.resolve(effect.answer.outcome));
    } else {
      await ring();
    }
  }
  const page = await object().events(tenant, { limit: 1000 });
  const rebuilt = await object().rebuild(tenant);
  expect(rebuilt).toMatchObject({ equal: true, differences: [] });
  return { desk, log: page!.items };
}

describe.each(Object.entries(SCENARIOS))('%s', (_, scenario) => {
  it('comes to the same end, killed between every two commits', async () => {
    const parallel = scenario.pipeline.saga?.order === 'parallel';
    const whole = await run(scenario);
    expect(whole.log.map((event) => event.seq)).toEqual(whole.log.map((_, index) => index + 1));
    const end = essence(whole.log, parallel);
    const { commits } = whole.desk;
    expect(whole.desk.projected.at(-1)?.seq).toBe(whole.log.length);
    for (let commit = 1; commit <= commits; commit++) {
      for (const when of ['before-effects', 'after-effects'] as const) {
        const killed = await run(scenario, { commit, when });
        expect({ commit, when, end: essence(killed.log, parallel) }).toEqual({ commit, when, end });
        for (const [key, entry] of killed.desk.counterpart.ledger) expect({ key, effects: entry.effects <= 1 }).toEqual({ key, effects: true });
        expect(new Set(killed.desk.counterpart.order)).toEqual(new Set(whole.desk.counterpart.order));
        expect(killed.desk.projected.at(-1)?.seq, 'the index has the last word').toBe(killed.log.length);
      }
    }
  });
});
