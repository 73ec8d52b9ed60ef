/**
 * A whole execution on a desk: the engine with a virtual clock, a log in memory, counterparts by script, and
 * a runtime that can be ended after any commit.
 */

import type { AdmissionRequest } from '#contracts/admission';
import type { Board, RunMocks } from '#contracts/debugging';
import type { Definition, Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { StartRequest } from '#contracts/execution-rpc';
import type { ActivityNode, BlockNode, BlockPlan, ConditionalNode, Node } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import type { Recording } from '#contracts/recording';
import type { PerformEffect } from '#contracts/step';
import type { Command, Order } from '#engine/commands';
import { decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import type { Evaluator } from '#engine/ports';
import { type ExecutionState, initialState, isStarted } from '#engine/state';
import { hasEnded } from '#engine/status';
import type { World } from '#engine/turn';
import { isIdle, wakeAt } from '#engine/wake';
import { type Answer, Counterpart } from './counterpart.ts';

export const START = Date.UTC(2026, 1, 15, 14, 30);

/** What a counterpart does on each call, in order; the last entry stays. `ms` is how long it takes. */
export type Script = { [stepAndPhase: string]: Reaction[] };
export type Reaction =
  | { ok: Json; ms?: number }
  | { fail: number; retryAfter?: number; ms?: number }
  /** Its breaker holds it back for so long, ms. */
  | { refuse: number; kept?: { output: Json; response?: JsonObject }; ms?: number };

/** What people ask for. */
export type PersonalOrder = Exclude<
  Order,
  { type: 'start' | 'proceed' | 'outcome' | 'tick' | 'interrupted' | 'overflow' | 'park' | 'dead_letter' | 'migrate' }
>;

export interface Scenario {
  pipeline: Pipeline;
  script?: Script;
  /** Commands of people, by virtual time since the start. */
  orders?: { at: number; command: PersonalOrder }[];
  /** Breakpoints and mocks of the pipeline. */
  board?: Board;
  /** The gate that it has to pass; its words are among the orders. */
  admission?: AdmissionRequest;
  trigger?: JsonObject;
  /** The key that it is started with. */
  key?: string;
  /** What it takes from the record of another execution. */
  recording?: Recording;
  dry_run?: true;
  /** Mocks of this run. */
  mocks?: RunMocks;
  /** The start is answered before the first step. */
  answeredAtOnce?: boolean;
}

export interface Run {
  log: LogEvent[];
  state: ExecutionState;
  commits: number;
  counterpart: Counterpart;
}

/** `kill`: end the runtime right after this commit (1-based), before its effects go out or once they are had. */
export function simulate(scenario: Scenario, kill?: { commit: number; when: 'before-effects' | 'after-effects' }, evaluator: Evaluator = deskEvaluator): Run {
  const definition = definitionOf(scenario.pipeline);
  const world: World = { definition, evaluator, context: deskContext, board: scenario.board };
  const log: LogEvent[] = [];
  const counterpart = new Counterpart(scenario.script);
  const orders = [...(scenario.orders ?? [])];
  let state: ExecutionState = initialState;
  let now = START;
  let commits = 0;
  let inFlight: { effect: PerformEffect; due: number; answer: Answer }[] = [];

  const perform = (effect: PerformEffect) => {
    const answer = counterpart.call(effect);
    inFlight.push({ effect, due: now + answer.ms, answer });
  };

  const submit = (command: Command) => {
    const decision = decide(state, command, world);
    const effects = decision.effects;
    if (decision.events.length > 0) {
      log.push(...(JSON.parse(JSON.stringify(decision.events)) as LogEvent[]));
      commits++;
      state = freeze(decision.state);
      if (kill?.commit === commits) {
        if (kill.when === 'after-effects') for (const effect of effects) perform(effect);
        for (const { effect, answer } of inFlight) counterpart.unheard(effect, answer);
        // A new instance knows only the log.
        inFlight = [];
        state = freeze(fold(log));
        if (isStarted(state)) submit({ type: 'interrupted', attempts: Object.keys(state.active), now, random: 0 });
        submit({ type: 'tick', now, random: 0 });
        return;
      }
    }
    for (const effect of effects) perform(effect);
    if (decision.unfinished) submit({ type: 'proceed', now, random: 0 });
  };

  submit({
    type: 'start',
    execution_id: 'exec_test',
    run: !scenario.answeredAtOnce,
    now,
    random: 0,
    request: startOf(scenario),
  });
  for (let turns = 0; turns < 10_000; turns++) {
    const next = orders[0];
    inFlight.sort((a, b) => a.due - b.due);
    const effect = inFlight[0];
    const wake = isStarted(state) ? (isIdle(state) ? now : wakeAt(state)) : undefined;
    const times = [next && START + next.at, effect?.due, hasEnded(state) ? undefined : wake].filter((at): at is number => at !== undefined);
    if (times.length === 0) break;
    now = Math.max(now, Math.min(...times));
    if (next && START + next.at <= now) {
      orders.shift();
      submit({ ...next.command, now, random: 0 });
    } else if (effect && effect.due <= now) {
      inFlight.shift();
      const { step, phase, run, attempt } = effect.effect;
      submit({ type: 'outcome', step, phase, run, attempt, outcome: effect.answer.outcome, now, random: 0 });
    } else {
      submit({ type: 'tick', now, random: 0 });
    }
  }
  return { log, state, commits, counterpart };
}

/** How a scenario is started, here and on the real object. */
export function startOf({ pipeline, trigger, key, recording, dry_run, mocks, admission }: Scenario): Omit<StartRequest, 'wait_ms'> {
  return {
    tenant: 'acme',
    region: 'us',
    workflow: 'shop',
    workflow_id: 'wf_1',
    version: 1,
    definition: definitionOf(pipeline).hash,
    environment: 'production',
    pipeline: pipeline.name,
    trigger: 'manual',
    trigger_data: trigger ?? {},
    ...(key === undefined ? {} : { idempotency_key: key }),
    ...(recording ? { recorded: { value: recording as unknown as Json } } : {}),
    ...(dry_run ? { dry_run } : {}),
    ...(mocks ? { mocks } : {}),
    ...(admission ? { admission } : {}),
    trace_id: '0af7651916cd43dd8448eb211c80319c',
  };
}

export const deskContext: World['context'] = (parts) =>
  Object.fromEntries(parts.steps.flatMap((step) => ('variables' in step ? Object.entries(step.variables) : [[step.name, step.output]])));

/** Conditions and settings are data here: `{answer}` for a pure step's output, `{fail: true}`, `{sleep: ms}`. */
export const deskEvaluator: Evaluator = {
  resolve: (_name, activity) =>
    activity.config.unresolvable
      ? { kind: 'error', error: errorInfo('template_error', 'cannot be filled in') }
      : { kind: 'ready', input: activity.config, secrets: [], idempotency_key: activity.idempotency_key },
  test: (expression, frame) =>
    expression.startsWith('until ')
      ? { kind: 'value', value: !Object.values(frame.context).some((value) => Object.hasOwn(Object(value), expression.slice(6))) }
      : expression === 'broken'
        ? { kind: 'error', error: errorInfo('expression_error', 'broken') }
        : { kind: 'value', value: expression === 'true' },
  route: (node, frame) => {
    const value = node.select.by === 'field' ? String(frame.context[node.select.field] ?? '') : 'true';
    const target = node.routes[value] ?? node.default;
    return target === undefined
      ? { kind: 'error', error: errorInfo('no_route_matched', `nothing for ${value}`) }
      : { kind: 'routed', value, route: value, target };
  },
  // A name in the context, or the value itself.
  value: (source, frame) => ({ kind: 'value', value: typeof source === 'string' ? (frame.context[source] ?? null) : source }),
  run: (_type, input, frame) => {
    const config = input as JsonObject;
    if (config.fail) return { kind: 'failed', error: errorInfo('transform_failed', 'as told') };
    if (typeof config.wait === 'string')
      return { kind: 'wait', wait: { kind: 'event', event: config.wait, ...(typeof config.ms === 'number' ? { until: frame.now + config.ms } : {}) } };
    if (typeof config.sleep === 'number') return { kind: 'sleep', until: frame.now + config.sleep, output: { slept: config.sleep } };
    return { kind: 'completed', output: config.answer ?? { seen: Object.keys(frame.context) } };
  },
  accept: (_name, activity, given) => ({ kind: 'ready', input: given, secrets: [], idempotency_key: activity.idempotency_key }),
  admit: (_type, _input, signal) => (signal.data === 'refused' ? errorInfo('invalid_signal', 'as told') : undefined),
  receive: (_type, input, signal) => {
    const config = input as JsonObject;
    if (signal)
      return signal.data === 'reject' ? { kind: 'failed', error: errorInfo('approval_rejected', 'as told') } : { kind: 'completed', output: signal.data };
    return config.default === undefined ? { kind: 'failed', error: errorInfo('wait_timeout', 'nothing came') } : { kind: 'completed', output: config.default };
  },
  answer: (_type, input) => ({ status: Number((input as JsonObject).status ?? 200), headers: {}, body: '' }),
};

type StepSpec = Partial<Omit<ActivityNode, 'kind' | 'index' | 'compensate'>> & { name: string; undo?: Partial<ActivityNode['compensate']> | true };

/** An effect step. */
export function call(spec: StepSpec): Node {
  const { undo, ...rest } = spec;
  const activity = { type: 'step.http_call', config: {}, pure: false, responds: false, detached: false, timeout_ms: 30_000, idempotent: false };
  return {
    kind: 'activity',
    index: -1,
    ...activity,
    ...rest,
    ...(undo ? { compensate: { ...activity, ...(undo === true ? {} : undo) } } : {}),
  };
}

/** A step without I/O. */
export function pure(name: string, config: JsonObject = {}, more: Partial<ActivityNode> = {}): Node {
  return call({ name, type: 'step.set', config, pure: true, ...more });
}

export function respond(name = 'respond', status = 200): Node {
  return call({ name, type: 'step.json_response', pure: true, responds: true, config: { status } });
}

export function jump(name: string, field: string, routes: Record<string, number>, fallback?: number): ConditionalNode {
  return {
    kind: 'conditional',
    name,
    index: -1,
    type: 'step.conditional',
    config: {},
    select: { by: 'field', field },
    routes,
    default: fallback,
  } as ConditionalNode;
}

/** A block with its steps still in it; `pipelineOf` lays them out. Jumps in a lane count from the lane's first step. */
export type Nested = BlockNode & { bodies: Node[][] };

export function block(name: string, plan: BlockPlan, bodies: { [lane: string]: Node[] }, more: Partial<BlockNode> = {}): Node {
  const type = `step.${plan.kind}`;
  const lanes = Object.keys(bodies).map((lane) => ({ name: lane, from: -1, to: -1 }));
  return { kind: 'block', name, index: -1, type, plan, lanes, bodies: Object.values(bodies), ...more } as Nested;
}

export function parallel(name: string, bodies: { [lane: string]: Node[] }, plan: Partial<BlockPlan & { kind: 'parallel' }> = {}, more = {}): Node {
  return block(name, { kind: 'parallel', wait: 'all', errors: 'fail_fast', ...plan }, bodies, more);
}

export function foreach(name: string, items: Json, body: Node[], plan: Partial<BlockPlan & { kind: 'foreach' }> = {}, more = {}): Node {
  return block(name, { kind: 'foreach', items, item: 'item', index: 'index', concurrency: 1, errors: 'fail_fast', ...plan }, { each: body }, more);
}

export function pipelineOf(name: string, nodes: Node[], more: Partial<Pipeline> = {}): Pipeline {
  const laid: Node[] = [];
  layOut(nodes, laid);
  return {
    name,
    trigger: { type: 'manual', config: {} },
    nodes: laid,
    ...(laid.length > nodes.length ? { main: nodes.length } : {}),
    on_error: 'stop',
    strict_templates: false,
    ...more,
  };
}

/** A lane takes the next places, those within it the places behind. */
function layOut(nodes: Node[], laid: Node[]): { from: number; to: number } {
  const from = laid.length;
  laid.push(...nodes);
  nodes.forEach((node, offset) => {
    const index = from + offset;
    if (node.kind !== 'block') {
      laid[index] = node.kind === 'conditional' && from > 0 ? { ...shifted(node, from), index } : { ...node, index };
      return;
    }
    const { bodies, ...rest } = node as Nested;
    const { plan } = rest;
    const lanes = bodies.map((body, lane) => {
      const name = rest.lanes[lane]!.name;
      return { name, ...layOut(body, laid), ...(body.length === 1 && body[0]!.name === name ? { single: true as const } : {}) };
    });
    const merged = plan.kind === 'branch' && plan.merge !== undefined ? { ...plan, merge: plan.merge + from } : plan;
    laid[index] = { ...rest, plan: merged, lanes, index };
  });
  return { from, to: from + nodes.length };
}

function shifted(node: ConditionalNode, by: number): ConditionalNode {
  const routes = Object.fromEntries(Object.entries(node.routes).map(([value, to]) => [value, to + by]));
  return { ...node, routes, ...(node.default === undefined ? {} : { default: node.default + by }) };
}

export function definitionOf(pipeline: Pipeline): Definition {
  return { format: 1, hash: 'a'.repeat(64), name: 'shop', pipelines: { [pipeline.name]: pipeline }, routes: [], databases: {}, config: {} };
}

/** Deep-frozen: an `evolve` that writes to its argument throws. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) freeze(item);
  }
  return value;
}
