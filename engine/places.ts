/**
 * Where the steps and strands of an execution stand in a version of its pipeline, found by their names: of the steps, of
 * the lanes, of the blocks around them. Where they stood in another version does not matter.
 */
import type { Pipeline } from '#contracts/definition';
import type { Lane, Node } from '#contracts/graph';
import type { StartedState } from '#engine/state';
import { laneOf, localName, ROOT, strandAt } from '#engine/strands';

export class Places {
  constructor(
    private readonly state: StartedState,
    private readonly pipeline: Pipeline,
  ) {}

  /** The node of a step that has begun, by the name of its run. */
  nodeOf(step: string): Node | undefined {
    const known = this.state.steps[step];
    return known && this.nodesOf(known.strand ?? ROOT)?.find((node) => node.name === localName(step));
  }

  /** The nodes that a strand goes through, in order; `undefined`: the version has no such lane. */
  nodesOf(path: string): readonly Node[] | undefined {
    const { nodes, main } = this.pipeline;
    if (path === ROOT) return nodes.slice(0, main);
    const lane = this.laneOf(path);
    return lane && nodes.slice(lane.from, lane.to);
  }

  laneOf(path: string): Lane | undefined {
    const of = strandAt(this.state, path)?.of;
    const block = of && this.nodeOf(of.block);
    return block?.kind === 'block' ? laneOf(block, of!.lane) : undefined;
  }
}
