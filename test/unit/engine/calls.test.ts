/** Calls of other executions: the caller waits, takes the report once, and leaves nobody behind. */
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import type { JsonObject } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { isCalling, orphans, reportOf, signalOf } from '#engine/calls';
import type { Command } from '#engine/commands';
import { decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import { retrace } from '#engine/retrace';
import { initialState, type StartedState } from '#engine/state';
import { buildTimeline } from '#engine/timeline';
import { call, definitionOf, deskContext, deskEvaluator, parallel, pipelineOf, pure, START, simulate, startOf } from './simulation.ts';

const CHILD = 'exec_child';
const waits: StepOutcome = { kind: 'wait', wait: { kind: 'call', event: CHILD } };
const done = { execution_id: CHILD, step_name: 'sub', output: { word: 'done' } };

/** Takes reports as `step.workflow_call` does. */
const evaluator = {
  ...deskEvaluator,
  receive: (_: string, __: unknown, signal: { data: unknown } | null): StepOutcome => {
    const end = signal?.data as { output?: never; error?: never } | undefined;
    return end?.output === undefined ? { kind: 'failed', error: end?.error ?? errorInfo('wait_timeout', 'late') } : { kind: 'completed', output: end.output };
  },
};

function desk(pipeline = pipelineOf('caller', [call({ name: 'sub', waits: 'early' }), pure('after')])) {
  const world = { definition: definitionOf(pipeline), evaluator, context: deskContext };
  const log: LogEvent[] = [];
  let state = initialState as StartedState;
  const submit = (order: object) => {
    const decision = decide(state, { now: START, random: 0, ...order } as Command, world);
    log.push(...decision.events);
    state = fold(JSON.parse(JSON.stringify(log)) as LogEvent[]) as StartedState;
    return decision.events.map(({ type }) => type);
  };
  const { wait_ms: _, ...request } = { ...startOf({ pipeline }), wait_ms: 0 };
  submit({ type: 'start', execution_id: 'exec_caller', run: true, request });
  return {
    submit,
    outcome: (outcome: StepOutcome, step = 'sub') => submit({ type: 'outcome', step, phase: 'run', run: 1, attempt: 1, outcome }),
    state: () => state,
    definition: world.definition,
    log,
  };
}

describe('a call', () => {
  it('waits for the report, takes it once, and goes on with what it says', () => {
    const it = desk();
    it.outcome(waits);
    expect(it.state()).toMatchObject({ calls: { [CHILD]: 'sub' }, steps: { sub: { status: 'waiting' } } });
    expect(orphans(it.state())).toEqual([]);
    expect(it.submit({ type: 'signal', signal: signalOf(done), keep: false })).toContain('execution.completed');
    expect(it.state()).toMatchObject({ calls: {}, steps: { sub: { output: { value: { word: 'done' } } } } });
    expect(it.submit({ type: 'signal', signal: signalOf(done), keep: false })).toEqual([]);
  });

  it('keeps a report that is faster than the answer to the start', () => {
    const it = desk();
    expect(isCalling(it.state(), 'sub')).toBe(true);
    it.submit({ type: 'signal', signal: signalOf(done), keep: isCalling(it.state(), 'sub') });
    expect(it.outcome(waits)).toContain('execution.completed');
    expect(it.state().calls).toEqual({});
  });

  it('fails with what the called one failed with', () => {
    const it = desk();
    it.outcome(waits);
    it.submit({ type: 'signal', signal: signalOf({ execution_id: CHILD, step_name: 'sub', error: errorInfo('upstream_status', 'no') }), keep: false });
    expect(it.state()).toMatchObject({ phase: { kind: 'failed', error: { code: 'upstream_status' } } });
    expect(orphans(it.state())).toEqual([]);
  });

  it.each(['sub', CHILD])('is ended by nobody else, who sends a signal under the name %s before it waits or while it does', (name) => {
    const forged = { type: 'signal', signal: { id: 'sig_1', name, data: { output: 'forged' }, by: 'key:1' }, keep: true };
    const early = desk();
    early.submit(forged);
    expect(early.outcome(waits)).toEqual(['wait.started']);
    const late = desk();
    late.outcome(waits);
    late.submit(forged);
    for (const it of [early, late]) {
      expect(it.state().steps.sub).toMatchObject({ status: 'waiting' });
      it.submit({ type: 'signal', signal: signalOf(done), keep: false });
      expect(it.state().steps.sub).toMatchObject({ status: 'completed', output: { value: { word: 'done' } } });
    }
  });

  it('is read back from the log: the wait for it, and its report', () => {
    const it = desk();
    it.outcome(waits);
    it.submit({ type: 'signal', signal: signalOf(done), keep: false });
    const definitions = new Map([[it.definition.hash, it.definition]]);
    expect(retrace(it.log, { definitions, evaluator, context: deskContext })).toMatchObject({ ok: true });
  });

  it('leaves an orphan when it is cancelled, and when the block around it is stopped', () => {
    const cancelled = desk();
    cancelled.outcome(waits);
    cancelled.submit({ type: 'cancel', by: 'key:1' });
    expect(orphans(cancelled.state())).toEqual([CHILD]);
    const raced = desk(pipelineOf('race', [parallel('race', { sub: [call({ name: 'sub', waits: 'early' })], quick: [call({ name: 'quick' })] }, { wait: 1 })]));
    raced.outcome(waits, 'race/sub');
    raced.outcome({ kind: 'completed', output: 1 }, 'race/quick');
    expect(raced.state().phase.kind).toBe('completed');
    expect(orphans(raced.state())).toEqual([CHILD]);
  });

  it('is awaited by a block at its end, to know whom to cancel', () => {
    const raced = desk(pipelineOf('race', [parallel('race', { sub: [call({ name: 'sub', waits: 'early' })], quick: [call({ name: 'quick' })] }, { wait: 1 })]));
    raced.outcome({ kind: 'completed', output: 1 }, 'race/quick');
    expect(raced.state().phase.kind).toBe('running');
    expect(raced.outcome(waits, 'race/sub')).toEqual([
      'wait.started',
      'step.skipped',
      'strand.ended',
      'step.output_recorded',
      'step.completed',
      'execution.completed',
    ]);
    expect(orphans(raced.state())).toEqual([CHILD]);
  });
});

describe('a mocked run', () => {
  it.each(['step.workflow_call', 'step.continue_as_new'])('starts nothing by a %s: its mock answers, else it fails', (type) => {
    const pipeline = pipelineOf('mocked', [call({ name: 'sub', type, ...(type === 'step.workflow_call' ? { waits: 'early' } : { continues: true }) })]);
    const answered = simulate({ pipeline, mocks: { by: 'key:1', steps: { sub: [{ output: { execution_id: 'exec_mocked' } }] } } });
    const refused = simulate({ pipeline, mocks: { by: 'key:1', steps: {} } });
    expect(answered.state).toMatchObject({ phase: { kind: 'completed' }, calls: {}, steps: { sub: { response: { mocked: true } } } });
    expect(answered.state).not.toHaveProperty('continued_as');
    expect(refused.state).toMatchObject({ phase: { kind: 'failed', error: { code: 'step_not_mocked' } }, calls: {} });
    for (const { counterpart } of [answered, refused]) expect(counterpart.ledger.size).toBe(0);
  });
});

describe('the next run', () => {
  const chain = () => desk(pipelineOf('chain', [call({ name: 'sub', continues: true }), pure('never')]));
  const started: StepOutcome = { kind: 'completed', output: { execution_id: CHILD } };

  it('is named by the end of this one, which no other step follows', () => {
    const it = chain();
    expect(it.outcome(started)).toEqual(['step.output_recorded', 'step.completed', 'execution.completed']);
    expect(it.state()).toMatchObject({ phase: { kind: 'completed' }, continued_as: CHILD });
    expect(buildTimeline(it.log)).toMatchObject({ continued_as: CHILD, status: 'completed' });
    expect(orphans(it.state())).toEqual([]);
  });

  it('is cancelled with this one, if that was asked for while it was started', () => {
    const it = chain();
    it.submit({ type: 'cancel', by: 'key:1' });
    it.outcome(started);
    expect(it.state().phase.kind).toBe('cancelled');
    expect(orphans(it.state())).toEqual([CHILD]);
  });

  it('is none where nothing was started', () => {
    for (const response of [{ mocked: true }, { recorded: true }] as JsonObject[]) {
      const it = chain();
      it.outcome({ ...started, response });
      expect(it.state().phase.kind).toBe('completed');
      expect(it.state().continued_as).toBeUndefined();
    }
  });
});

describe('a report', () => {
  const end = (phase: object, waits = true) =>
    reportOf({
      ...desk().state(),
      facts: { ...desk().state().facts, parent: { execution_id: 'exec_p', step_name: 'sub', waits, depth: 1 } },
      phase,
    } as StartedState)?.report;

  it('is made at the end only, and only for a caller that waits', () => {
    expect(end({ kind: 'running' })).toBeUndefined();
    expect(end({ kind: 'completed', at: 1 }, false)).toBeUndefined();
    expect(end({ kind: 'completed', at: 1 })).toMatchObject({ step_name: 'sub', output: {} });
    expect(end({ kind: 'cancelled', at: 1 })).toMatchObject({ error: { code: 'call_failed' } });
    expect(end({ kind: 'failed', at: 1, error: errorInfo('step_timeout', 'late') })).toMatchObject({ error: { code: 'step_timeout' } });
  });
});
