/** Which steps are undone, and in which order. */
import type { Pipeline } from '#contracts/definition';
import type { Node } from '#contracts/graph';
import { isFallback } from '#engine/circuit';
import { isFromRecord } from '#engine/recording';
import type { StartedState } from '#engine/state';
import { placeOf, ROOT } from '#engine/strands';
import type { Turn } from '#engine/turn';

/** Only what completed and says how it is undone, wherever it ran; the last completed first. */
export function compensationOrder(state: StartedState, pipeline: Pipeline): string[] {
  return Object.values(state.steps)
    .filter(({ name }) => isUndoable(state, pipeline, name))
    .sort((a, b) => b.completed_seq! - a.completed_seq!)
    .map(({ name }) => name);
}

/**
 * The pipeline's own compensations, the last one first. They belong to no step, so they run where anything has had an
 * effect; in the log they are steps that were passed over and are undone.
 */
export function ownCompensations(turn: Turn): string[] {
  const { compensation: range, nodes } = turn.pipeline;
  if (!range || !hadEffect(turn.started, turn.pipeline)) return [];
  const wanted = nodes.slice(range.from, range.to).filter((node) => applies(turn, node));
  for (const node of wanted)
    turn.emit('step.skipped', { ...placeOf({ node, name: node.name, strand: ROOT }), reason: 'runs only where the pipeline is undone' });
  return wanted.map(({ name }) => name).reverse();
}

/** One whose condition cannot be evaluated is not passed over: whoever looks finds what it would have undone. */
function applies(turn: Turn, node: Node): boolean {
  const holds = (condition: string, otherwise: boolean) => {
    const verdict = turn.world.evaluator.test(condition, turn.frame(ROOT));
    return verdict.kind === 'value' ? verdict.value : otherwise;
  };
  return (node.if === undefined || holds(node.if, true)) && (node.skip_if === undefined || !holds(node.skip_if, false));
}

function hadEffect(state: StartedState, { nodes }: Pipeline): boolean {
  const isEffect = (node: Node | undefined): boolean =>
    node?.kind === 'activity' ? !node.pure : node?.kind === 'block' && node.lanes.some(({ from, to }) => nodes.slice(from, to).some(isEffect));
  return Object.values(state.steps).some(
    ({ status, index, response }) =>
      status === 'completed' &&
      isEffect(nodes[index]) &&
      (!isFromRecord(response) || state.facts.dry_run) &&
      !isFallback(response) &&
      response?.mocked !== true,
  );
}

/** What a replay took from a record belongs to its origin and is not undone here; a dry run rehearses the undoing as well. A fallback has had no effect. */
export function isUndoable(state: StartedState, pipeline: Pipeline, name: string): boolean {
  const step = state.steps[name];
  if (step?.status !== 'completed' || (isFromRecord(step.response) && !state.facts.dry_run) || isFallback(step.response)) return false;
  const node = pipeline.nodes[step.index];
  return node?.kind === 'activity' && node.compensate !== undefined;
}
