/** What can be seen of an execution. None of these changes anything. */
import type { CompensationPlan } from '#contracts/api-compensation-plan';
import type { LogEvent } from '#contracts/events';
import type { ExecutionStatus } from '#contracts/execution';
import type { ContextView, EventPage, EventQuery } from '#contracts/execution-rpc';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { compensationPlan } from '#engine/compensation-plan';
import { contextParts } from '#engine/context';
import { diffValues } from '#engine/diff-values';
import { evolve } from '#engine/evolve';
import { differences } from '#engine/rebuild';
import { isStarted, type StartedState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { projectionOf } from '#engine/summary';
import type { History } from '#objects/execution/history';
import { measureHistory } from '#objects/execution/measure';
import type { ExecutionPorts } from '#objects/execution/ports';

export function readEvents(history: History, { from = 1, limit, types, step }: EventQuery): EventPage {
  const items: LogEvent[] = [];
  let next = from;
  while (items.length < limit && next <= history.length) {
    for (const event of history.page(next, LIMITS.eventsMax)) {
      next = event.seq + 1;
      if ((!types || types.includes(event.type)) && (step === undefined || isAbout(event, step))) items.push(event);
      if (items.length === limit) break;
    }
  }
  return { items, next: next <= history.length ? next : null };
}

function isAbout({ data }: LogEvent, step: string): boolean {
  return 'step_name' in data && data.step_name === step;
}

/** What cancelling now would run; of an imported execution nothing, for it never runs. */
export async function planned(state: StartedState, history: History, ports: Pick<ExecutionPorts, 'now'>): Promise<CompensationPlan> {
  if (!history.isImported) return compensationPlan(state, await history.world(), ports.now());
  const status = statusOf(state);
  const { execution_id } = state.facts;
  return { execution_id, status, last_seq: state.seq, action: 'none', ends_as: status, order: 'reverse', steps: [], under_way: [], waits: [] };
}

/** What a step that came right after an event would have seen; `null`: there is no such event. */
export async function contextAfter(seq: number, history: History, ports: Pick<ExecutionPorts, 'context'>): Promise<ContextView | null> {
  const event = history.page(seq, 1)[0];
  // An imported one has no definition here, and so nothing that would see it.
  if (!event || history.isImported) return null;
  const before = await history.stateAfter(seq - 1);
  const state = evolve(before, await history.whole(event)) as StartedState;
  const { execution_id, pipeline } = state.facts;
  const nodes = (await history.definition()).pipelines[pipeline]!;
  const seen = (at: StartedState) => ports.context(contextParts(at, nodes, event.at));
  const context = seen(state);
  const changes = diffValues(isStarted(before) ? lasting(seen(before)) : {}, lasting(context));
  const step = 'step_name' in event.data ? event.data.step_name : undefined;
  return {
    execution_id,
    status: statusOf(state),
    context,
    after: {
      seq,
      type: event.type,
      at: event.at,
      ...(step === undefined ? {} : { step }),
      changes: changes?.paths ?? {},
      changes_cut: changes?.truncated ?? false,
    },
  };
}

/** Without the flat fields, which say the same again. */
function lasting({ trigger, steps, meta }: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ trigger, steps, meta }).filter(([, value]) => value !== undefined)) as JsonObject;
}

export interface Rebuilt {
  /** `false` is a defect. */
  equal: boolean;
  events: number;
  status: ExecutionStatus;
  state_hash: string;
  differences: string[];
}

/** Folds the log anew and compares. The index is a fold as well: its row is handed over again. */
export async function rebuild(state: StartedState, history: History, ports: Pick<ExecutionPorts, 'project'>): Promise<Rebuilt> {
  const folded = await history.foldAnew();
  const { paths, hash } = await differences(state, folded);
  if (!history.isImported) await ports.project(projectionOf(state, hasEnded(state) ? await measureHistory(history) : undefined));
  return { equal: paths.length === 0, events: folded.seq, status: statusOf(folded), state_hash: hash, differences: paths };
}
