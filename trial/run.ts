/**
 * Runs a pipeline in memory: the platform's own engine and language, with a clock that jumps, a log that is gone afterwards,
 * and other sides that do what the caller says. Nothing goes out, nothing is kept.
 */

import { createHash } from 'node:crypto';
import type { Definition } from '#contracts/definition';
import { parseDuration } from '#contracts/duration';
import type { LogEvent, TriggerType } from '#contracts/events';
import type { Timeline } from '#contracts/execution';
import { isJsonObject, type Json } from '#contracts/json';
import type { HttpAnswer, PerformEffect, StepOutcome } from '#contracts/step';
import type { Signal } from '#contracts/waiting';
import type { PipelineTest } from '#contracts/yaml-tests';
import type { Order } from '#engine/commands';
import { decide } from '#engine/decide';
import type { Evaluator, EventMask } from '#engine/ports';
import { type ExecutionState, initialState, isStarted } from '#engine/state';
import { hasEnded } from '#engine/status';
import { buildTimeline } from '#engine/timeline';
import { isIdle, wakeAt } from '#engine/wake';
import { asLetters, masker } from '#language/mask';
import { buildContext } from '#language/scope';
import type { SeenEffect, Sides } from '#trial/sides';

export interface YamlRun {
  log: LogEvent[];
  timeline: Timeline;
  answer: HttpAnswer | undefined;
  effects: SeenEffect[];
  unmocked: string[];
  /** Signals that the step which waits would not take, and why. */
  refused: string[];
  ended: boolean;
  /** Epoch ms. */
  ended_at: number;
}

/** What is run; `type`: what starts it, where that is not what the pipeline itself says. */
export interface RunOrder extends Pick<PipelineTest, 'pipeline' | 'trigger' | 'signals'> {
  type?: TriggerType;
  /** Epoch ms. */
  now: number;
  /** Events after which it is left where it stands; without it as many as it takes. */
  most_events?: number;
}

/** An effect that has gone out, and when it comes to what. */
interface UnderWay {
  effect: PerformEffect;
  outcome: StepOutcome;
  due: number;
}

export const START = Date.UTC(2026, 0, 1);
const MAX_TURNS = 10_000;

/** On the platform the letters depend on a key; here they are the same for everybody. */
const testMask: EventMask = (rules, _tenant, type, data) =>
  masker(rules, (value) => asLetters(createHash('sha256').update(value).digest('hex').slice(0, 24))).event(type, data);

export function runPipeline(definition: Definition, evaluator: Evaluator, test: RunOrder, sides: Sides): YamlRun {
  const pipeline = definition.pipelines[test.pipeline]!;
  const world = { definition, evaluator, context: buildContext, mask: testMask };
  const start = test.now;
  const log: LogEvent[] = [];
  const signals = (test.signals ?? [])
    .map((one, index) => ({ ...one, id: `signal_${index}`, at: start + parseDuration(one.after)! }))
    .sort((a, b) => a.at - b.at);
  let state: ExecutionState = initialState;
  let now = start;
  const underWay: UnderWay[] = [];
  const refused: string[] = [];
  const most = test.most_events ?? Number.POSITIVE_INFINITY;

  const submit = (order: Order): void => {
    const decision = decide(state, { ...order, now, random: 0 }, world);
    log.push(...decision.events);
    state = decision.state;
    for (const effect of decision.effects) {
      const { outcome, takes } = sides.perform(effect);
      underWay.push({ effect, outcome, due: now + takes });
    }
    if (decision.unfinished && log.length < most) submit({ type: 'proceed' });
  };

  const type = test.type ?? triggerType(definition, test.pipeline);
  submit({
    type: 'start',
    execution_id: 'exec_test',
    run: true,
    request: {
      tenant: 'test',
      region: 'us',
      workflow: definition.name,
      workflow_id: 'wf_test',
      version: 1,
      definition: definition.hash,
      environment: 'production',
      pipeline: test.pipeline,
      trigger: type,
      trigger_data: triggerOf(type, test.trigger ?? {}),
      trace_id: '0'.repeat(31).concat('1'),
    },
  });
  for (let turn = 0; turn < MAX_TURNS && log.length < most && isStarted(state) && !hasEnded(state); turn++) {
    const wake: number | undefined = isIdle(state) ? now : wakeAt(state);
    const next = signals[0];
    const first = earliest(underWay);
    if (first && first.due <= Math.min(wake ?? first.due, next?.at ?? first.due)) {
      underWay.splice(underWay.indexOf(first), 1);
      now = Math.max(now, first.due);
      const { step, phase, run, attempt } = first.effect;
      submit({ type: 'outcome', step, phase, run, attempt, outcome: first.outcome });
    } else if (next && (wake === undefined || next.at <= wake)) {
      signals.shift();
      now = Math.max(now, next.at);
      const signal = { id: next.id, name: next.name, data: next.data ?? {}, by: next.by ?? 'test' };
      const fault = refusal(evaluator, buildTimeline(log, pipeline)!, signal, next.by);
      if (fault === undefined) submit({ type: 'signal', signal, keep: true });
      else refused.push(`${next.name}: ${fault}`);
    } else if (wake !== undefined) {
      now = Math.max(now, wake);
      submit({ type: 'tick' });
    } else break;
  }
  const timeline = buildTimeline(log, pipeline)!;
  const responding = hasEnded(state) && state.phase.kind === 'completed' ? timeline.steps.find(({ name }) => name === responder(state)) : undefined;
  const answer = responding?.input === undefined ? undefined : evaluator.answer(responding.type, responding.input);
  return { log, timeline, answer, effects: sides.effects, unmocked: sides.unmocked, refused, ended: hasEnded(state), ended_at: now };
}

/** Of those that are due at once, the one that went out first. */
function earliest(underWay: readonly UnderWay[]): UnderWay | undefined {
  return underWay.reduce<UnderWay | undefined>((first, one) => (first && first.due <= one.due ? first : one), undefined);
}

/** A pipeline that a route of the application leads to is started by a request, whatever it says of itself. */
function triggerType({ pipelines, routes }: Definition, pipeline: string): TriggerType {
  const { type } = pipelines[pipeline]!.trigger;
  return type === 'manual' && routes.some((route) => route.pipeline === pipeline) ? 'http' : type;
}

/** As the platform's door asks the step that waits; who is not named is somebody who may. */
function refusal(evaluator: Evaluator, timeline: Timeline, signal: Signal, by: string | undefined): string | undefined {
  const step = timeline.steps.find(({ name, waiting_for }) => waiting_for && (name === signal.name || waiting_for.event === signal.name));
  if (step?.input === undefined) return undefined;
  const approvers = isJsonObject(step.input) && Array.isArray(step.input.approvers) ? step.input.approvers.map(String) : [];
  return evaluator.admit(step.type, step.input, { ...signal, sender: by === undefined ? approvers : [by], source: 'api' })?.message;
}

function responder(state: ExecutionState): string | undefined {
  return state.phase.kind === 'completed' ? state.phase.response?.step_name : undefined;
}

/** What stands for a request, with all of its parts. */
function triggerOf(type: TriggerType, given: Json): Json {
  if ((type !== 'http' && type !== 'webhook') || !isJsonObject(given)) return given;
  return { method: 'POST', path: '/', headers: {}, query: {}, path_params: {}, ...given };
}
