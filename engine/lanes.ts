/** The end of a lane: what is kept of it. */
import type { EventData } from '#contracts/events';
import { isUndoable } from '#engine/saga';
import { strandAt } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';

type LaneEnd = Pick<EventData['strand.ended'], 'outcome' | 'error' | 'output'>;

/** The block goes on by what has come of its lanes; `advance` sees to it. */
export function endLane(turn: Turn, path: string, { outcome, error, output }: LaneEnd): void {
  const { of } = turn.started.strands[path]!;
  turn.emit('strand.ended', {
    step_name: of!.block,
    lane: of!.lane,
    outcome,
    ...optional('error', error),
    ...optional('output', output),
    ...(leavesUndoing(turn, path) ? { undo: true as const } : {}),
  });
}

/** Whether something completed in it, or in a block within it, that says how it is undone. */
function leavesUndoing({ started: state, pipeline }: Turn, path: string): boolean {
  return strandAt(state, path)!.steps.some((name) => isUndoable(state, pipeline, name) || state.blocks[name]?.undo === true);
}
