/**
 * How people name a step: by its own name, by its path in the definition (`each/reserve`: blocks, without items and
 * rounds), or by the name that one of its runs has in the log (`each/3/reserve`).
 */
import type { Pipeline } from '#contracts/definition';
import type { BlockNode, Lane, Node } from '#contracts/graph';
import { pathOf } from '#contracts/step-path';
import { localName } from '#engine/strands';

/** The names under which a run of a step may have been meant, the closest first. */
export function namesOf(run: string): string[] {
  return [...new Set([run, pathOf(run), localName(run)])].filter((name) => name !== '');
}

/** Whether `written` means this run. */
export function meansStep(written: string, run: string): boolean {
  return written === run || (run.includes('/') && namesOf(run).includes(written));
}

/** The nodes of a pipeline by their paths in the definition. */
export function nodesByPath(pipeline: Pipeline): Map<string, Node> {
  const found = new Map<string, Node>();
  const walk = (from: number, to: number, before: string) => {
    for (let index = from; index < to; index++) {
      const node = pipeline.nodes[index];
      if (!node) continue;
      const path = `${before}${node.name}`;
      found.set(path, node);
      if (node.kind === 'block') for (const lane of node.lanes) walk(lane.from, lane.to, `${path}/${laneInPath(node, lane)}`);
    }
  };
  walk(0, pipeline.main ?? pipeline.nodes.length, '');
  return found;
}

/** Lanes that the author named stand in the path; a lane of one step has that step's name. */
function laneInPath({ plan, lanes }: BlockNode, lane: Lane): string {
  const named = plan.kind === 'parallel' || plan.kind === 'branch' || (plan.kind === 'retry' && lane === lanes[1]);
  return named && !lane.single ? `${lane.name}/` : '';
}
