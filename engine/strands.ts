/** Strands by their paths: which one a step runs in, and which may go on. */
import type { Node } from '#contracts/definition';
import { awaitsAdmission, type StartedState, type Strand } from '#engine/state';

/** The pipeline itself. */
export const ROOT = '';

/** A step that a strand stands at: its node, and the name that its run has in the log. */
export interface Visit<N extends Node = Node> {
  node: N;
  name: string;
  strand: string;
}

/** Path of the strand that a step of this name runs in. A lane of one step has the name of that step. */
export function strandOf(state: Pick<StartedState, 'strands'>, step: string): string {
  const end = step.lastIndexOf('/');
  if (end < 0) return ROOT;
  return Object.hasOwn(state.strands, step) ? step : step.slice(0, end);
}

/** The name of a step among its siblings, as it stands in the definition. */
export function localName(step: string): string {
  return step.slice(step.lastIndexOf('/') + 1);
}

/** Strands that are inside of no step, so that they can go on this instant. */
export function firstAble(state: StartedState): string | undefined {
  if (awaitsAdmission(state)) return undefined;
  for (const path in state.strands) if (state.strands[path]!.inside === undefined) return path;
  return undefined;
}

export function newStrand(position: number): Strand {
  return { position, runs: 0, completed: [] };
}
