/**
 * One test of a state machine: an instance is made and moved by the same desk as in its object; hooks are runs of their
 * pipelines with the test's other sides.
 */

import { compared, differentEffects, unmocked } from '#cli/yaml-tests/expectations';
import { MemoryLedger } from '#cli/yaml-tests/memory-ledger';
import type { Definition } from '#contracts/definition';
import { parseDuration } from '#contracts/duration';
import type { Json, JsonObject } from '#contracts/json';
import type { MachineAddress, MachineAnswer, MachineHistoryItem } from '#contracts/machine';
import type { MachineTest } from '#contracts/yaml-tests';
import type { Evaluator } from '#engine/ports';
import { guardTest } from '#language/guards';
import { MachineDesk } from '#objects/state-machine/desk';
import { hookResult } from '#objects/state-machine/hook-result';
import type { HookOrder, HookResult, MachinePorts } from '#objects/state-machine/ports';
import { runPipeline, START } from '#trial/run';
import { Sides } from '#trial/sides';

/** Entries of a history that are compared. */
const MOST_ENTRIES = 10_000;

/** Each difference in a line, with its place. */
export async function machineDifferences(definition: Definition, evaluator: Evaluator, test: MachineTest): Promise<string[]> {
  const world = new World(definition, evaluator, test);
  const address: MachineAddress = { tenant: 'test', workflow: definition.name, environment: 'production', machine: test.machine, id: test.id };
  const desk = new MachineDesk(new MemoryLedger(), world.ports());
  const application = { workflow_id: 'wf_test', version: 1, hash: definition.hash };
  const made = await desk.create(address, { application, by: 'test', data: test.data ?? {} });
  if (!made.ok) return [`data: ${made.message}`];
  const out: string[] = made.stopped ? [`data: the instance is made, and ${made.stopped.transition} is refused: ${made.stopped.message}`] : [];
  for (const [index, move] of test.moves.entries()) {
    world.now += move.after === undefined ? 0 : parseDuration(move.after)!;
    const { transition, data = {}, by = 'test', expected_state } = move;
    const answer = await desk.move(address, { application, by, transition, data, ...(expected_state === undefined ? {} : { expected_state }) });
    const { state } = (await desk.read(address, application))!;
    out.push(...moveDifferences(`moves[${index}] ${transition}`, move.expect ?? {}, answer, state));
  }
  const instance = (await desk.read(address, application))!;
  const { items } = (await desk.history(address, { limit: MOST_ENTRIES }))!;
  const { state, final, error, data, history, hooks, effects } = test.expect;
  const seen: { [key: string]: Json } = { state: instance.state, final: instance.final, error: instance.error, data: instance.data };
  for (const [key, value] of Object.entries({ state, final, error, data })) if (value !== undefined) out.push(...compared(key, value, seen[key]));
  if (history) out.push(...historyDifferences(history, items));
  if (hooks) out.push(...compared('hooks', hooks, world.hooks));
  return [...unmocked(world.sides), ...out, ...differentEffects(effects, world.sides.effects)];
}

function moveDifferences(place: string, expected: NonNullable<MachineTest['moves'][number]['expect']>, answer: MachineAnswer, state: string): string[] {
  const { refused, followed, stopped, data } = expected;
  if (!answer.ok && refused === undefined) return [`${place}: refused with ${answer.code}: ${answer.message}`];
  if (!answer.ok && refused !== answer.code) return [`${place}.refused: expected ${refused}, seen ${answer.code}: ${answer.message}`];
  if (answer.ok && refused !== undefined) return [`${place}.refused: expected ${refused}, and it was taken.`];
  const out: string[] = expected.state === undefined ? [] : compared(`${place}.state`, expected.state, state);
  if (!answer.ok) return out;
  if (answer.stopped && stopped === undefined)
    out.push(`${place}: ${answer.stopped.transition}, which follows, is refused with ${answer.stopped.code}: ${answer.stopped.message}`);
  if (stopped !== undefined) out.push(...compared(`${place}.stopped`, stopped, answer.stopped?.code));
  if (followed !== undefined) out.push(...compared(`${place}.followed`, followed, answer.followed));
  if (data !== undefined) out.push(...compared(`${place}.data`, data, answer.instance.data));
  return out;
}

function historyDifferences(expected: NonNullable<MachineTest['expect']['history']>, items: readonly MachineHistoryItem[]): string[] {
  const states = items.map(({ to }) => to).join(', ');
  if (expected.length !== items.length) return [`history: expected ${expected.length} entries, seen ${items.length}: ${states}.`];
  return expected.flatMap((entry, index) => {
    const seen = { auto: false, ...items[index] } as unknown as JsonObject;
    return compared(`history[${index}]`, (typeof entry === 'string' ? { to: entry } : entry) as JsonObject, seen);
  });
}

/** What the desk leans on: a clock that the test sets, and hooks that run at once. */
class World {
  readonly sides: Sides;
  /** Pipelines of the hooks that ran. */
  readonly hooks: string[] = [];
  now: number;

  constructor(
    private readonly definition: Definition,
    private readonly evaluator: Evaluator,
    { mocks = {}, now }: MachineTest,
  ) {
    this.sides = new Sides(mocks);
    this.now = now === undefined ? START : Date.parse(now);
  }

  ports(): MachinePorts {
    const { machines = {}, config } = this.definition;
    return {
      rules: async ({ machine }) => (Object.hasOwn(machines, machine) ? { machine: machines[machine]!, test: guardTest(config, () => this.now) } : null),
      hookExecution: ({ key }) => `exec_${key}`,
      runHook: async (order) => this.#run(order),
      project: async () => undefined,
      now: () => this.now,
      wakeAt: () => undefined,
      within: (work) => work,
    };
  }

  #run({ pipeline, data }: HookOrder): HookResult {
    this.hooks.push(pipeline);
    const run = runPipeline(this.definition, this.evaluator, { pipeline, trigger: data, type: 'workflow', now: this.now }, this.sides);
    this.now = Math.max(this.now, run.ended_at);
    if (!run.ended) return { kind: 'refused', message: 'its execution waits for something that does not come' };
    const { status, error } = run.timeline;
    return hookResult({ ended: true, status, ...(run.answer ? { answer: run.answer } : {}), ...(error ? { error } : {}) });
  }
}
