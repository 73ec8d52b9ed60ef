/** Recordings: what is taken from a log, and that a run that follows its own log comes to the same end. */
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import type { RecordedRun } from '#contracts/recording';
import { recordingOf, stepsThatRan } from '#engine/recording';
import { isStarted } from '#engine/state';
import { hasEnded } from '#engine/status';
import { SCENARIOS } from './scenarios.ts';
import { call, jump, pipelineOf, pure, respond, type Scenario, simulate } from './simulation.ts';

const done = (output: unknown) => ({ kind: 'completed', output }) as RecordedRun;

describe('what is recorded', () => {
  const calls: Scenario = { pipeline: pipelineOf('calls', [pure('parse'), call({ name: 'one' }), call({ name: 'two' }), respond()]) };

  it('is what came before the step', () => {
    const { log } = simulate(calls);
    expect(recordingOf(log, { before: 'two' })).toEqual({
      until: { step: 'two', runs: 0 },
      steps: { parse: [done({ seen: [] })], one: [done({ done: 'one' })] },
      undos: {},
    });
    expect(Object.keys(recordingOf(log, { before: 'two', whole: true }).steps)).toEqual(['parse', 'one', 'two', 'respond']);
    expect(recordingOf(log, { whole: true })).not.toHaveProperty('until');
    expect(recordingOf(log, { before: 'parse' })).toMatchObject({ steps: {} });
  });

  it('is neither an attempt that was retried nor one that is under way', () => {
    const retried = simulate(SCENARIOS['retry-then-success']!).log;
    expect(recordingOf(retried, { whole: true }).steps.flaky).toEqual([done({ n: 3 })]);
    const started = retried.findIndex((event) => event.type === 'step.started');
    expect(recordingOf(retried.slice(0, started + 2), { whole: true }).steps).toEqual({});
  });

  it('is not what was cancelled while it waited', () => {
    expect(recordingOf(simulate(SCENARIOS['cancel-while-waiting']!).log, { whole: true }).steps).toEqual({});
  });

  it('tells the runs of a loop apart', () => {
    const { log } = simulate({
      pipeline: pipelineOf('loop', [call({ name: 'poll' }), jump('route', 'poll', { again: 0 }, 2), call({ name: 'done' })]),
      script: { poll: [{ ok: 'again' }, { ok: 'ready' }] },
    });
    expect(recordingOf(log, { before: 'done' }).steps.poll).toEqual([done('again'), done('ready')]);
    expect(recordingOf(log, { before: 'poll' })).toMatchObject({ until: { step: 'poll', runs: 1 }, steps: { poll: [done('again')] } });
  });

  it('has the errors that the run went on from, once each', () => {
    for (const name of ['on-error-skip', 'on-error-continue']) {
      const { steps } = recordingOf(simulate(SCENARIOS[name]!).log, { whole: true });
      expect(steps.optional, name).toEqual([{ kind: 'failed', error: expect.objectContaining({ code: 'upstream_status' }) }]);
    }
    expect(recordingOf(simulate(SCENARIOS['if-and-skip-if']!).log, { whole: true }).steps.a).toEqual([{ kind: 'skipped', reason: 'if: false' }]);
  });

  it('leaves out spans and marks of an earlier record', () => {
    const event = (seq: number, type: string, data: object) => ({ seq, at: 1, type, data }) as unknown as LogEvent;
    const log = [
      event(2, 'step.started', { step_name: 'a', step_type: 'step.http_call', step_index: 0, attempt: 1 }),
      event(3, 'step.output_recorded', { step_name: 'a', output: { value: 1 }, response: { span_id: 's', recorded: true, status_code: 200 } }),
      event(4, 'step.completed', { step_name: 'a', duration_ms: 0, status: 'completed', attempts: 1 }),
    ];
    expect(recordingOf(log, { whole: true }).steps.a).toEqual([{ kind: 'completed', output: 1, response: { status_code: 200 } }]);
  });

  it('knows which steps ran, and not those that their condition skipped', () => {
    expect(stepsThatRan(simulate(SCENARIOS['if-and-skip-if']!).log)).toEqual(['c']);
    expect(stepsThatRan(simulate(SCENARIOS['conditional-jumps-over']!).log)).toEqual(['check', 'route', 'large']);
  });
});

/** Golden runs that people or time ended: a rehearsal has neither. */
const ENDED_FROM_OUTSIDE =
  /^(cancel|queued|pause-then|breakpoint|pipeline-timeout|saga-timeout|.*then-resumed$|replay|dry-run|.*-cancelled|parallel-(timeout|pipeline-timeout))/;
/** Blocks that were stopped while lanes ran: how far these came is a matter of time, too. */
const CUT_SHORT = /^(parallel-(fails-fast-and|any|stops)|foreach-fails)/;

describe.each(Object.entries(SCENARIOS).filter(([name]) => !ENDED_FROM_OUTSIDE.test(name)))('%s', (name, scenario) => {
  const origin = simulate(scenario);

  it.skipIf(CUT_SHORT.test(name))('rehearsed from its own record comes to the same end, and nothing goes out', () => {
    const rehearsal = simulate({ ...scenario, script: {}, orders: [], recording: recordingOf(origin.log, { whole: true }), dry_run: true });
    expect(rehearsal.counterpart.ledger.size).toBe(0);
    expect(rehearsal.state.phase.kind).toBe(origin.state.phase.kind);
    expect(outputs(rehearsal)).toEqual(outputs(origin));
  });

  it('replayed from any step that ran comes to the same end, without the effects before it', () => {
    for (const step of stepsThatRan(origin.log)) {
      const replayed = simulate({ ...scenario, recording: recordingOf(origin.log, { before: step }) });
      expect(hasEnded(replayed.state), step).toBe(true);
      expect(outputs(replayed), step).toEqual(outputs(origin));
      for (const name of completedBefore(origin.log, step)) expect(replayed.counterpart.order, step).not.toContain(name);
    }
  });
});

/** Steps that had their result when the step last began; in a block others were under way. */
function completedBefore(log: LogEvent[], step: string): string[] {
  const begun = log.findLastIndex(({ type, data }) => type === 'step.started' && data.step_name === step && data.attempt === 1);
  return log.slice(0, Math.max(begun, 0)).flatMap(({ type, data }) => (type === 'step.completed' && data.step_name !== step ? [data.step_name] : []));
}

/** Of the pipeline's own steps: what a lane has left is forgotten, or kept for undoing only. */
function outputs({ state }: ReturnType<typeof simulate>) {
  return isStarted(state) ? Object.fromEntries(Object.values(state.steps).flatMap((step) => (step.name.includes('/') ? [] : [[step.name, step.output]]))) : {};
}
