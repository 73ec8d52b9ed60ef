/** An execution that is held at a breakpoint, or paused: what can be seen of it, and what can be done. */
import type { BreakpointHit } from '#contracts/debugging';
import type { LogEvent } from '#contracts/events';
import type { ContextView, ControlResult, HoldOrder } from '#contracts/execution-rpc';
import type { JsonObject } from '#contracts/json';
import { storedValue } from '#engine/context';
import type { Evaluator } from '#engine/ports';
import type { StartedState } from '#engine/state';
import { statusOf } from '#engine/status';
import { ROOT, strandOf } from '#engine/strands';
import { Turn } from '#engine/turn';
import type { Desk } from '#objects/execution/controls';
import type { History } from '#objects/execution/history';
import type { ExecutionPorts } from '#objects/execution/ports';

type Lens = Pick<ExecutionPorts, 'evaluator' | 'context' | 'now'>;

/** What the next step sees, and the input it would get. Changes nothing. */
export async function inspect(state: StartedState, history: History, lens: Lens): Promise<ContextView> {
  const turn = await turnOf(state, history, lens);
  const held = state.paused?.breakpoint;
  const { context } = frameOf(turn);
  return {
    execution_id: state.facts.execution_id,
    status: statusOf(state),
    context,
    ...(held ? { next: { step: held.step, type: held.step_type, ...inputOf(turn, lens.evaluator) } } : {}),
  };
}

/** Decides about the step that is held. Everything is checked before anything is written. */
export async function decideHeld(state: StartedState, order: HoldOrder, history: History, lens: Lens, desk: Desk): Promise<ControlResult> {
  const held = state.paused?.breakpoint;
  if (!held) return { ok: false, code: 'not_at_breakpoint', status: statusOf(state) };
  await desk.recover();
  const { by } = order;
  switch (order.action) {
    case 'modify':
    case 'resume': {
      const given = order.input === undefined ? undefined : accepted(await turnOf(state, history, lens), lens.evaluator, order.input);
      if (given?.kind === 'error')
        return { ok: false, code: 'invalid_input', status: statusOf(state), message: given.error.message, details: given.error.details };
      if (order.action === 'resume') await desk.submit({ type: 'resume', by, ...(given ? { input: given } : {}) });
      else if (given) await desk.submit({ type: 'modify', by, input: given });
      break;
    }
    case 'skip':
      await desk.submit({ type: 'skip', by });
      break;
    case 'abort':
      await desk.submit({ type: 'abort', by, ...(order.reason === undefined ? {} : { reason: order.reason }) });
      break;
    case 'replay':
      if (Object.keys(state.active).length > 0) return { ok: false, code: 'still_running', status: statusOf(state) };
      await desk.submit({ type: 'supersede', by, replayed_as: order.replayed_as, from_step: order.from_step });
      break;
    default: {
      const never: never = order;
      return never;
    }
  }
  return { ok: true, status: statusOf(desk.state()) };
}

/** Breakpoints that a turn came to. */
export function hitsOf(events: readonly LogEvent[], { facts }: StartedState): BreakpointHit[] {
  return events.flatMap((event) => {
    if (event.type !== 'breakpoint.hit') return [];
    const { step_name: step, breakpoint_id, condition, set_by, notify = [] } = event.data;
    const { tenant_id: tenant, environment, workflow, pipeline, execution_id } = facts;
    return [
      {
        tenant,
        environment,
        workflow,
        pipeline,
        execution_id,
        seq: event.seq,
        step,
        breakpoint_id,
        set_by,
        notify,
        ...(condition === undefined ? {} : { condition }),
      },
    ];
  });
}

async function turnOf(state: StartedState, history: History, { evaluator, context, now }: Lens): Promise<Turn> {
  return new Turn(state, now(), 0, { definition: await history.definition(), evaluator, context });
}

/** What the step that is held sees. */
function frameOf(turn: Turn) {
  const held = turn.started.paused?.breakpoint;
  return turn.frame(held ? strandOf(turn.started, held.step) : ROOT);
}

function heldNode(turn: Turn) {
  const held = turn.started.paused?.breakpoint;
  const node = held && turn.pipeline.nodes[held.step_index];
  return node?.kind === 'activity' ? node : undefined;
}

function inputOf(turn: Turn, evaluator: Evaluator): Pick<NonNullable<ContextView['next']>, 'input' | 'modified' | 'error'> {
  const given = turn.started.paused?.breakpoint?.input;
  if (given) return { input: storedValue(given), modified: true };
  const node = heldNode(turn);
  if (!node) return {};
  const resolved = evaluator.resolve(node.name, node, frameOf(turn));
  return resolved.kind === 'ready' ? { input: resolved.input } : { error: resolved.error };
}

function accepted(turn: Turn, evaluator: Evaluator, input: JsonObject) {
  const node = heldNode(turn);
  if (node) return evaluator.accept(node.name, node, input, frameOf(turn));
  const step = turn.started.paused?.breakpoint?.step;
  return {
    kind: 'error' as const,
    error: { code: 'invalid_input' as const, message: `${step} only chooses where the run goes: it has no input.`, retryable: false },
  };
}
