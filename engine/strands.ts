/** Strands by their paths: which one a step runs in, which may go on, and which are to end. */
import type { Pipeline } from '#contracts/definition';
import type { BlockNode, Lane, Node } from '#contracts/graph';
import type { Block, StartedState, Strand } from '#engine/state';
import { awaitsAdmission } from '#engine/status';

/** The pipeline itself. */
export const ROOT = '';

/** A step that a strand stands at: its node, and the name that its run has in the log. */
export interface Visit<N extends Node = Node> {
  node: N;
  name: string;
  strand: string;
}

/** What events say of where a step stands. */
export function placeOf({ name, node }: Visit): { step_name: string; step_type: string; step_index: number } {
  return { step_name: name, step_type: node.type, step_index: node.index };
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

export function newStrand(position: number): Strand {
  return { position, runs: 0, steps: [], completed: [] };
}

/** Under way or kept. */
export function strandAt(state: StartedState, path: string): Strand | undefined {
  return state.strands[path] ?? state.kept[path];
}

/** The strand that a block's step runs in. */
export function outerStrand(state: StartedState, { of }: Strand): string | undefined {
  return of && (state.steps[of.block]?.strand ?? ROOT);
}

export function lanePath(block: Block, lane: string): string {
  return `${block.path}/${lane}`;
}

/** The lane that a strand runs, in the definition: every item and every time round is the same one. */
export function laneOf({ plan, lanes }: BlockNode, name: string): Lane {
  switch (plan.kind) {
    case 'parallel':
    case 'branch':
      return lanes.find((lane) => lane.name === name)!;
    case 'foreach':
    case 'while':
      return lanes[0]!;
    case 'retry':
      return name === lanes[1]?.name ? lanes[1] : lanes[0]!;
    default: {
      const never: never = plan;
      return never;
    }
  }
}

/** What a strand stands at; `undefined` at its end. */
export function standsAt(state: StartedState, pipeline: Pipeline, path: string): Visit | undefined {
  const { position, of } = state.strands[path]!;
  const node = pipeline.nodes[position];
  if (!of) return node && position < (pipeline.main ?? pipeline.nodes.length) ? { node, name: node.name, strand: path } : undefined;
  const lane = laneOf(pipeline.nodes[state.steps[of.block]!.index] as BlockNode, of.lane);
  return node && position < lane.to ? { node, name: lane.single ? path : `${path}/${node.name}`, strand: path } : undefined;
}

/** Names of the pipeline's own steps, in order. */
export function ownSteps(pipeline: Pipeline): string[] {
  return pipeline.nodes.slice(0, pipeline.main).map((node) => node.name);
}

/** Whether a pipeline has a step that a run of this name may be of. */
export function mayRun(pipeline: Pipeline, step: string): boolean {
  if (!step.includes('/')) return ownSteps(pipeline).includes(step);
  const name = localName(step);
  return pipeline.nodes.slice(pipeline.main).some((node) => node.name === name) && mayRun(pipeline, step.split(/[/#]/, 1)[0]!);
}

/** A strand that is inside of no step, so that it can go on this instant. */
export function firstAble(state: StartedState): string | undefined {
  if (awaitsAdmission(state)) return undefined;
  for (const path in state.strands) if (state.strands[path]!.inside === undefined) return path;
  return undefined;
}

/** Whether the end of a block around it is decided, so that it begins nothing new. */
export function isStopping(state: StartedState, path: string): boolean {
  for (let at: string | undefined = path; at !== undefined; ) {
    const strand: Strand | undefined = strandAt(state, at);
    if (!strand?.of) return false;
    if (state.blocks[strand.of.block]?.stopping) return true;
    at = outerStrand(state, strand);
  }
  return false;
}

/** Names of the blocks under way, the outer ones first. */
export function openBlocks(state: StartedState): string[] {
  const open: string[] = [];
  for (const name in state.blocks) if (!state.blocks[name]!.closed) open.push(name);
  return open;
}
