/** The preview of a cancel says what a cancel then does. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compensationPlanSchema } from '#contracts/api-compensation-plan';
import type { LogEvent } from '#contracts/events';
import { compensationPlan } from '#engine/compensation-plan';
import { fold } from '#engine/evolve';
import type { StartedState } from '#engine/state';
import { SCENARIOS } from './scenarios.ts';
import { call, definitionOf, deskContext, deskEvaluator, freeze, pipelineOf, type Scenario, START, simulate } from './simulation.ts';

const golden = (name: string) => JSON.parse(readFileSync(new URL(`../../golden/${name}.v1.json`, import.meta.url).pathname, 'utf8')) as LogEvent[];

/** The plan right after the first `count` events. */
function planAfter(scenario: Scenario, log: LogEvent[], count: number) {
  const state = freeze(fold(log.slice(0, count))) as StartedState;
  const definition = definitionOf(scenario.pipeline);
  return compensationPlanSchema.parse(compensationPlan(state, { definition, evaluator: deskEvaluator, context: deskContext }, log[count - 1]!.at));
}

const begun = (log: LogEvent[]) =>
  log.flatMap((event) =>
    event.type === 'compensation.started' && event.data.attempt === 1 ? [[event.data.step_name, event.data.input, event.data.idempotency_key]] : [],
  );
const planned = (plan: ReturnType<typeof planAfter>) => plan.steps.map((step) => [step.step, { value: step.input }, step.idempotency_key]);

const three = (more: object = {}, at = 25, script: Scenario['script'] = {}): Scenario => ({
  pipeline: pipelineOf(
    'saga',
    ['reserve', 'charge', 'ship'].map((name) => call({ name, undo: { config: { undo: name } } })),
    { saga: { order: 'reverse', track: true }, ...more },
  ),
  script: { ship: [{ ok: {}, ms: 1000 }], ...script },
  orders: [{ at, command: { type: 'cancel', by: 'key:1', reason: 'no more' } }],
});

describe('before a cancel', () => {
  const cases: Record<string, Scenario> = {
    'in order, last first': { ...three(), script: { ship: [{ fail: 500, ms: 1000 }] } },
    'all at once': { ...three({ saga: { order: 'parallel', track: true } }), script: { ship: [{ fail: 500, ms: 1000 }] } },
    'nothing completed': { ...three({}, 5), script: { reserve: [{ fail: 500, ms: 1000 }] } },
    'no saga': { ...three({ saga: undefined }), script: { ship: [{ fail: 500, ms: 1000 }] } },
  };
  it.each(Object.entries(cases))('%s: order, payloads and keys are those of the cancel that follows', (_, scenario) => {
    const { log } = simulate(scenario);
    const count = log.findIndex((event) => event.type === 'cancel.requested');
    const plan = planAfter(scenario, log, count);
    expect(plan.action).toBe('cancel');
    expect(planned(plan)).toEqual(begun(log));
    expect(plan.ends_as).toBe(log.at(-1)!.type.replace('saga.', '').replace('execution.', ''));
  });

  it('tells apart what is under way, and that it would be undone too', () => {
    const scenario = three();
    const { log } = simulate(scenario);
    const plan = planAfter(
      scenario,
      log,
      log.findIndex((event) => event.type === 'cancel.requested'),
    );
    expect(plan.under_way).toMatchObject([{ step: 'ship', attempt: 1, undone_if_completed: true }]);
    expect(planned(plan)).toEqual(begun(log).slice(1));
    expect(begun(log)[0]![0]).toBe('ship');
  });

  it('names the wait that is cut short', () => {
    const scenario = SCENARIOS['delay-of-three-days']!;
    const log = golden('delay-of-three-days');
    const waiting = log.findIndex((event) => event.type === 'timer.scheduled') + 1;
    const plan = planAfter(scenario, log, waiting);
    expect(plan.waits).toHaveLength(1);
    expect(plan.waits[0]!.until).toBe(new Date((log[waiting - 1]!.data as { due_at: number }).due_at).toISOString());
    expect(plan).toMatchObject({ action: 'cancel', ends_as: 'cancelled', steps: [] });
  });

  it('says why a payload cannot be filled in', () => {
    const scenario = three({
      nodes: three().pipeline.nodes.map((node) =>
        node.name === 'charge' ? { ...node, compensate: { ...(node as never as { compensate: object }).compensate, config: { unresolvable: true } } } : node,
      ),
    });
    const { log } = simulate({ ...scenario, script: { ship: [{ fail: 500, ms: 1000 }] } });
    const plan = planAfter(
      scenario,
      log,
      log.findIndex((event) => event.type === 'cancel.requested'),
    );
    expect(plan.steps.find((step) => step.step === 'charge')).toMatchObject({ error: 'cannot be filled in' });
    expect(plan.ends_as).toBe('failed');
  });
});

describe('later', () => {
  const scenario = SCENARIOS['saga-undo-gives-up-then-resumed']!;
  const log = golden('saga-undo-gives-up-then-resumed');

  it('is the rest while it is being undone, and again once it gave up', () => {
    const gaveUp = log.findIndex((event) => event.type === 'execution.failed') + 1;
    const plan = planAfter(scenario, log, gaveUp);
    expect(plan).toMatchObject({ action: 'resume', status: 'failed', ends_as: 'compensated' });
    expect(plan.steps.map((step) => [step.step, step.status])).toEqual([
      ['charge', 'failed'],
      ['reserve', 'planned'],
    ]);
    const end = planAfter(scenario, log, log.length);
    expect(end).toMatchObject({ action: 'none', steps: [], under_way: [], status: 'compensated' });
  });

  it.each(Object.entries(SCENARIOS))('%s: has a plan after every event, and changes nothing', (name, each) => {
    const events = golden(name);
    for (let count = 1; count <= events.length; count++) expect(planAfter(each, events, count).last_seq).toBe(count);
  });
});

it('does not wait for the pause before a retry of a compensation', () => {
  const scenario = SCENARIOS['saga-undo-retried']!;
  const log = golden('saga-undo-retried');
  const paused = log.findIndex((event) => event.type === 'retry.attempted') + 1;
  expect(log[0]!.at).toBe(START);
  expect(planAfter(scenario, log, paused)).toMatchObject({ action: 'resume', ends_as: 'compensated', steps: [{ step: 'reserve', status: 'retrying' }] });
});
