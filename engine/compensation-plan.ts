/**
 * What cancelling now would run, in what order, with which payloads: the engine itself, rehearsing.
 *
 * Invariants
 * 1. The plan comes from `decide`, so it cannot differ from what a cancel does. Its events are thrown away, its effects go nowhere.
 * 2. An attempt under way is rehearsed as failed: what it would add to the undoing depends on its output, which nobody knows yet.
 * 3. Every compensation is rehearsed as a success.
 */
import type { CompensationPlan } from '#contracts/api-compensation-plan';
import type { LogEvent } from '#contracts/events';
import { errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import type { Command } from '#engine/commands';
import { storedValue } from '#engine/context';
import { decide } from '#engine/decide';
import { attemptId, type StartedState, type StepState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import type { World } from '#engine/turn';

type Undoing = CompensationPlan['steps'][number];

export function compensationPlan(state: StartedState, world: World, now: number): CompensationPlan {
  const pipeline = world.definition.pipelines[state.facts.pipeline]!;
  const action = actionOf(state);
  const { started, end } = rehearse(state, action, world, now);
  const planned = new Map(started.map((undoing) => [undoing.step, undoing]));
  const order = 'saga' in end.phase && end.phase.saga ? end.phase.saga.order : end.phase.kind === 'compensating' ? end.phase.order : [];
  return {
    execution_id: state.facts.execution_id,
    status: statusOf(state),
    last_seq: state.seq,
    action,
    ends_as: statusOf(end),
    order: pipeline.saga?.order ?? 'reverse',
    steps: action === 'none' ? [] : order.map((name) => undoingOf(state.steps[name], planned.get(name), name)),
    under_way: action === 'cancel' ? underWay(state, world) : [],
    waits: action === 'cancel' ? waits(state) : [],
  };
}

function actionOf(state: StartedState): CompensationPlan['action'] {
  const { phase } = state;
  if (phase.kind === 'compensating' || (phase.kind === 'failed' && phase.saga)) return 'resume';
  return hasEnded(state) ? 'none' : 'cancel';
}

/** Takes the order to its end. Answers the compensations that began on the way. */
function rehearse(state: StartedState, action: CompensationPlan['action'], world: World, now: number): { started: Undoing[]; end: StartedState } {
  const started: Undoing[] = [];
  let draft = state;
  const submit = (command: Command): boolean => {
    const { events, state: next } = decide(draft, command, world);
    draft = next as StartedState;
    for (const event of events) take(event, started);
    return events.length > 0;
  };
  if (action === 'none') return { started, end: state };
  const chance = { now, random: 0 };
  if (action === 'cancel') submit({ type: 'cancel', by: 'rehearsal', ...chance });
  else if (state.phase.kind === 'failed') submit({ type: 'resume', by: 'rehearsal', ...chance });
  while (!hasEnded(draft)) {
    const attempt = Object.values(draft.active)[0];
    if (attempt) {
      const { step, phase } = attempt;
      const run = draft.steps[step]?.runs ?? 1;
      if (!submit({ type: 'outcome', step, phase, run, attempt: attempt.attempt, outcome: phase === 'run' ? FAILED : UNDONE, ...chance })) break;
    } else {
      // The pause before a retry of a compensation is not waited for.
      const due = Math.min(...Object.values(draft.steps).flatMap((step) => step.undo?.due_at ?? []));
      if (!Number.isFinite(due) || !submit({ type: 'tick', ...chance, now: Math.max(now, due) })) break;
    }
  }
  return { started, end: draft };
}

const UNDONE: StepOutcome = { kind: 'completed', output: null };
const FAILED: StepOutcome = { kind: 'failed', error: errorInfo('execution_cancelled', 'rehearsed', { retryable: false }) };

function take(event: LogEvent, started: Undoing[]): void {
  if (event.type === 'compensation.started') {
    const { step_name, step_type, input, secrets, idempotency_key } = event.data;
    started.push({
      step: step_name,
      type: step_type,
      status: 'planned',
      ...(input ? { input: storedValue(input) } : {}),
      ...(idempotency_key === undefined ? {} : { idempotency_key }),
      ...(secrets && secrets.length > 0 ? { secrets: [...new Set(secrets.map((secret) => secret.name))] } : {}),
    });
  } else if (event.type === 'compensation.failed') {
    const undoing = started.findLast((one) => one.step === event.data.step_name);
    if (undoing) undoing.error = event.data.error.message;
  }
}

/** What has begun is told as it stands; its payload is the recorded one where the state still has it. */
function undoingOf(step: StepState | undefined, planned: Undoing | undefined, name: string): Undoing {
  const undo = step?.undo;
  if (!undo) return planned ?? { step: name, type: '', status: 'planned' };
  return {
    ...planned,
    step: name,
    type: undo.type,
    status: undo.status,
    ...(undo.input ? { input: storedValue(undo.input) } : {}),
    ...(undo.error ? { error: undo.error.message } : {}),
  };
}

function underWay(state: StartedState, world: World): CompensationPlan['under_way'] {
  const nodes = world.definition.pipelines[state.facts.pipeline]?.nodes ?? [];
  return Object.values(state.active)
    .filter((attempt) => state.active[attemptId(attempt.step, 'run')] === attempt)
    .map(({ step, attempt, started_at }) => {
      const known = state.steps[step];
      const node = known && nodes[known.index];
      const undone = node?.kind === 'activity' && node.compensate !== undefined && undoes(state, world);
      return { step, type: known?.type ?? '', attempt, started_at: new Date(started_at).toISOString(), undone_if_completed: undone };
    });
}

/** Whether a cancel undoes at all. */
function undoes(state: StartedState, world: World): boolean {
  const pipeline = world.definition.pipelines[state.facts.pipeline];
  return pipeline?.saga !== undefined || pipeline?.on_error === 'compensate';
}

function waits(state: StartedState): CompensationPlan['waits'] {
  return Object.values(state.steps)
    .filter((step) => step.status === 'waiting' || step.status === 'retrying')
    .map((step) => ({ step: step.name, ...(step.due_at === undefined ? {} : { until: new Date(step.due_at).toISOString() }) }));
}
