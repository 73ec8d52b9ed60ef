/**
 * Runs one test of an application: the platform's own engine and language, with a clock that jumps, a log in memory, and
 * other sides that do what the test says. Nothing goes out.
 */

import { createHash } from 'node:crypto';
import type { YamlMock, YamlTest } from '#cli/yaml-tests/document';
import type { Definition } from '#contracts/definition';
import { parseDuration } from '#contracts/duration';
import type { LogEvent, TriggerType } from '#contracts/events';
import type { Timeline } from '#contracts/execution';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { HttpAnswer, PerformEffect, StepOutcome } from '#contracts/step';
import type { Signal } from '#contracts/waiting';
import type { Order } from '#engine/commands';
import { decide } from '#engine/decide';
import type { Evaluator, EventMask } from '#engine/ports';
import { type ExecutionState, hasEnded, initialState, isStarted } from '#engine/state';
import { buildTimeline } from '#engine/timeline';
import { isIdle, wakeAt } from '#engine/wake';
import { asLetters, masker } from '#language/mask';
import { buildContext } from '#language/scope';

export interface YamlRun {
  log: LogEvent[];
  timeline: Timeline;
  answer: HttpAnswer | undefined;
  effects: { step: string; undo: boolean; input: Json }[];
  /** Effects that the test says nothing of. */
  unmocked: string[];
  /** Signals that the step which waits would not take, and why. */
  refused: string[];
}

const START = Date.UTC(2026, 0, 1);
const MAX_TURNS = 10_000;

/** On the platform the letters depend on a key; here they are the same for everybody. */
const testMask: EventMask = (rules, _tenant, type, data) =>
  masker(rules, (value) => asLetters(createHash('sha256').update(value).digest('hex').slice(0, 24))).event(type, data);

export function runYamlTest(definition: Definition, evaluator: Evaluator, test: YamlTest): YamlRun {
  const pipeline = definition.pipelines[test.pipeline]!;
  const world = { definition, evaluator, context: buildContext, mask: testMask };
  const start = test.now === undefined ? START : Date.parse(test.now);
  const sides = new Sides(test.mocks ?? {});
  const log: LogEvent[] = [];
  const signals = (test.signals ?? [])
    .map((one, index) => ({ ...one, id: `signal_${index}`, at: start + parseDuration(one.after)! }))
    .sort((a, b) => a.at - b.at);
  let state: ExecutionState = initialState;
  let now = start;
  const pending: PerformEffect[] = [];
  const refused: string[] = [];

  const submit = (order: Order): void => {
    const decision = decide(state, { ...order, now, random: 0 }, world);
    log.push(...decision.events);
    state = decision.state;
    pending.push(...decision.effects);
    if (decision.unfinished) submit({ type: 'proceed' });
  };

  const type = triggerType(definition, test.pipeline);
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
  for (let turn = 0; turn < MAX_TURNS && isStarted(state) && !hasEnded(state); turn++) {
    const effect = pending.shift();
    if (effect) {
      const { step, phase, run, attempt } = effect;
      submit({ type: 'outcome', step, phase, run, attempt, outcome: sides.perform(effect) });
      continue;
    }
    const wake: number | undefined = isIdle(state) ? now : wakeAt(state);
    const next = signals[0];
    if (next && (wake === undefined || next.at <= wake)) {
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
  return { log, timeline, answer, effects: sides.effects, unmocked: sides.unmocked, refused };
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

/** The other sides of all steps. */
class Sides {
  readonly effects: YamlRun['effects'] = [];
  readonly unmocked: string[] = [];
  readonly #calls = new Map<string, number>();

  constructor(private readonly mocks: { [step: string]: YamlMock | YamlMock[] }) {}

  perform({ step, phase, input }: PerformEffect): StepOutcome {
    const undo = phase === 'compensate';
    this.effects.push({ step, undo, input });
    const name = undo ? `${step}.compensate` : step;
    // A step in a block also goes by its own name, whichever lane it is in.
    const key = [name, name.slice(name.lastIndexOf('/') + 1)].find((one) => Object.hasOwn(this.mocks, one));
    const mock = key === undefined ? undefined : this.mocks[key];
    // An undoing that nobody speaks of goes well.
    if (mock === undefined && undo) return { kind: 'completed', output: {} };
    if (mock === undefined) {
      this.unmocked.push(step);
      return { kind: 'failed', error: { ...errorInfo('step_failed', `The test has no mock for "${step}".`), retryable: false } };
    }
    const call = this.#calls.get(name) ?? 0;
    this.#calls.set(name, call + 1);
    const one = Array.isArray(mock) ? mock[Math.min(call, mock.length - 1)]! : mock;
    if ('error' in one) return { kind: 'failed', error: errorOf(one.error) };
    return { kind: 'completed', output: one.output, ...(one.response ? { response: one.response as JsonObject } : {}) };
  }
}

const AGAIN = new Set([408, 425, 429]);

function errorOf({ code, message, status }: Extract<YamlMock, { error: unknown }>['error']): ErrorInfo {
  const known = code ?? (status === undefined ? 'connection_failed' : 'upstream_status');
  const text = message ?? (status === undefined ? 'The test says so.' : `The other side answered with ${status}.`);
  if (status === undefined) return errorInfo(known, text);
  return errorInfo(known, text, { status, retryable: AGAIN.has(status) || status >= 500 });
}
