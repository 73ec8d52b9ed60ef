/** Who leaves a dead letter, and what becomes of it. */
import { describe, expect, it } from 'vitest';
import type { DeadLetterPolicy, Pipeline } from '#contracts/definition';
import type { EventType, LogEvent, TriggerType } from '#contracts/events';
import type { StartRequest } from '#contracts/execution-rpc';
import type { Order } from '#engine/commands';
import { decide } from '#engine/decide';
import { initialState, type StartedState } from '#engine/state';
import { projectionOf } from '#engine/summary';
import { definitionOf, deskContext, deskEvaluator, pipelineOf, pure, START } from './simulation.ts';

const POLICY: DeadLetterPolicy = { of: 'unattended', retention_ms: 1000, replayable: true };

function world(pipeline: Pipeline) {
  return { definition: definitionOf(pipeline), evaluator: deskEvaluator, context: deskContext };
}

function failed(dead_letter: DeadLetterPolicy | undefined, start: Partial<StartRequest> = {}, config: object = { fail: true }) {
  const pipeline = pipelineOf('p', [pure('a', config as never)], dead_letter ? { dead_letter } : {});
  const request: Omit<StartRequest, 'wait_ms'> = {
    tenant: 'acme',
    region: 'us',
    workflow: 'shop',
    workflow_id: 'wf_1',
    version: 1,
    definition: 'a'.repeat(64),
    environment: 'production',
    pipeline: 'p',
    trigger: 'event',
    trigger_data: {},
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    ...start,
  };
  const begun = decide(initialState, { type: 'start', execution_id: 'exec_1', request, run: true, now: START, random: 0 }, world(pipeline));
  return { pipeline, state: begun.state as StartedState, events: begun.events };
}

const types = (events: LogEvent[]): EventType[] => events.map((event) => event.type);

describe('a failure', () => {
  it.each<[TriggerType, DeadLetterPolicy['of'], boolean]>([
    ['event', 'unattended', true],
    ['eventbus', 'unattended', true],
    ['schedule', 'unattended', true],
    ['cron', 'unattended', true],
    ['webhook', 'unattended', true],
    ['manual', 'unattended', true],
    ['http', 'unattended', false],
    ['workflow', 'unattended', false],
    ['http', 'every_start', true],
    ['workflow', 'every_start', true],
  ])('of a start by %s, letters of %s: %s', (trigger, of, leaves) => {
    expect(types(failed({ ...POLICY, of }, { trigger }).events).includes('dead_letter.recorded')).toBe(leaves);
  });

  it.each<[string, Partial<StartRequest>]>([
    ['a dry run', { dry_run: true }],
    ['a run with mocks of its own', { mocks: { by: 'key:1', steps: {} } }],
    ['a replay by hand', { tags: { replay_of: 'exec_0' } }],
  ])('of %s leaves none', (_, start) => {
    expect(types(failed(POLICY, start).events)).not.toContain('dead_letter.recorded');
  });

  it('of the replay of a letter leaves one of its own', () => {
    expect(types(failed(POLICY, { tags: { replay_of: 'exec_0', dead_letter: 'exec_0' } }).events)).toContain('dead_letter.recorded');
  });

  it('leaves none where the pipeline has no policy, and a success never', () => {
    expect(types(failed(undefined).events)).not.toContain('dead_letter.recorded');
    expect(types(failed(POLICY, {}, {}).events)).not.toContain('dead_letter.recorded');
  });

  it('is projected with its letter', () => {
    const { state } = failed({ ...POLICY, alert_threshold: 3 });
    expect(projectionOf(state)).toMatchObject({
      seq: state.seq,
      summary: { status: 'failed' },
      dead_letter: {
        status: 'waiting',
        failed_at: new Date(START).toISOString(),
        expires_at: new Date(START + 1000).toISOString(),
        step: 'a',
        attempts: 1,
        error: { code: 'transform_failed', message: 'as told' },
        replayable: true,
        alert_threshold: 3,
      },
    });
  });
});

describe('a letter', () => {
  const replayed: Order = { type: 'dead_letter', action: 'replayed', execution_id: 'exec_2', by: 'key:1' };
  const discarded: Order = { type: 'dead_letter', action: 'discarded', by: 'key:2', reason: 'a test order' };
  const once = (...orders: Order[]) => {
    const { pipeline, state } = failed(POLICY);
    let now: StartedState = state;
    return orders.map((order) => {
      const decision = decide(now, { ...order, now: START + 5, random: 0 }, world(pipeline));
      now = decision.state as StartedState;
      return { events: types(decision.events), letter: now.dead_letter };
    });
  };

  it('is replayed once, by whom it says', () => {
    const [first, second] = once(replayed, { ...replayed, execution_id: 'exec_3' } as Order);
    expect(first).toMatchObject({
      events: ['dead_letter.replayed'],
      letter: { status: 'replayed', replayed_as: 'exec_2', closed_at: START + 5, closed_by: 'key:1' },
    });
    expect(second).toMatchObject({ events: [], letter: { replayed_as: 'exec_2' } });
  });

  it('is discarded once, and then by nobody else', () => {
    const [first, second] = once(discarded, { ...discarded, by: 'key:3' } as Order);
    expect(first).toMatchObject({ events: ['dead_letter.discarded'], letter: { status: 'discarded', closed_by: 'key:2' } });
    expect(second).toMatchObject({ events: [], letter: { closed_by: 'key:2' } });
  });

  it('that was replayed is not discarded; a replay that had begun before the discard is told', () => {
    expect(once(replayed, discarded)[1]).toMatchObject({ events: [], letter: { status: 'replayed' } });
    expect(once(discarded, replayed)[1]).toMatchObject({ events: ['dead_letter.replayed'], letter: { status: 'replayed', replayed_as: 'exec_2' } });
  });

  it('that is not there is not closed', () => {
    const { pipeline, state } = failed(undefined);
    expect(decide(state, { ...replayed, now: START, random: 0 }, world(pipeline)).events).toEqual([]);
  });
});
