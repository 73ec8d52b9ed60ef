/** Pauses, breakpoints and signals, folded: what holds a run up, and what lets it go on. */
import type { EventData } from '#contracts/events';
import { drop, ownBlock } from '#engine/draft';
import { withoutUndefined } from '#engine/evolve/records';
import type { StartedState } from '#engine/state';

/** How many ids of signals are known again when one is sent a second time. */
const SIGNALS_REMEMBERED = 500;

export function pause(draft: StartedState, { by, reason }: EventData['execution.paused'], at: number): void {
  draft.paused = withoutUndefined({ at, by, reason });
}

/** After a pause. The time it took counts for no deadline. */
export function goOn(draft: StartedState, now: number): void {
  if (!draft.paused) return;
  const { deadline } = draft.facts;
  const stood = now - draft.paused.at;
  if (deadline !== undefined) draft.facts = { ...draft.facts, deadline: deadline + stood };
  for (const name in draft.blocks) if (draft.blocks[name]!.deadline !== undefined) ownBlock(draft, name)!.deadline! += stood;
  delete draft.paused;
}

export function holdAtBreakpoint(draft: StartedState, data: EventData['breakpoint.hit'], at: number): void {
  const { step_name, step_type, step_index, breakpoint_id, condition, set_by } = data;
  const breakpoint = withoutUndefined({ id: breakpoint_id, step: step_name, step_type, step_index, condition });
  draft.paused = { at, by: set_by, breakpoint };
}

export function giveInput(draft: StartedState, { input, secrets }: EventData['breakpoint.modified']): void {
  if (draft.paused?.breakpoint) draft.paused = { ...draft.paused, breakpoint: withoutUndefined({ ...draft.paused.breakpoint, input, secrets }) };
}

export function releaseBreakpoint(draft: StartedState, { step_name, action }: EventData['breakpoint.released'], at: number): void {
  const { input, secrets } = draft.paused?.breakpoint ?? {};
  goOn(draft, at);
  if (action === 'resume') draft.pass = withoutUndefined({ step: step_name, input, secrets });
}

export function hearSignal(draft: StartedState, { signal_id: id, name, data, by, step_name }: EventData['signal.received']): void {
  draft.heard = [...(draft.heard ?? []), id].slice(-SIGNALS_REMEMBERED);
  if (step_name !== undefined) drop(draft, 'calls', id);
  if (step_name === undefined) draft.early = [...(draft.early ?? []), { id, name, data, by }];
}

export function takeSignal(draft: StartedState, { signal_id }: EventData['signal.taken']): void {
  drop(draft, 'calls', signal_id);
  const left = draft.early?.filter((signal) => signal.id !== signal_id) ?? [];
  if (left.length > 0) draft.early = left;
  else delete draft.early;
}
