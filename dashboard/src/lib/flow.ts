/**
 * The definition of a pipeline as people read it: steps from top to bottom, blocks with their lanes side by side, and on
 * all of it what this execution did. Pure.
 *
 * Invariants
 * 1. A step is found by its place in the definition (`index`): a step of a lane that ran a thousand times is one node.
 */
import type { Pipeline } from '#contracts/definition';
import type { StepStatus } from '#contracts/execution';
import type { Choice, Node } from '#contracts/graph';
import { laneLabel } from '../graph/pipeline-scope';
import type { SlimStep } from './timeline';

export interface Way {
  /** Value that leads there, or `otherwise`. */
  label: string;
  target: string;
  taken: boolean;
}

export interface FlowNode {
  /** Place in the definition. */
  index: number;
  name: string;
  type: string;
  /** `undefined`: it has not been reached. Of many, what most needs to be looked at. */
  status?: StepStatus;
  /** How often it ran. */
  times: number;
  failed: number;
  /** The step to open. */
  step?: string;
  condition?: string;
  compensates?: boolean;
  ways: Way[];
  lanes: FlowLane[];
}

export interface FlowLane {
  label: string;
  taken: boolean;
  nodes: FlowNode[];
}

/** What most needs to be looked at comes first. */
const ORDER: readonly StepStatus[] = ['failed', 'retrying', 'running', 'waiting', 'compensated', 'completed', 'skipped', 'pending'];

export function flowOf(pipeline: Pipeline, steps: readonly SlimStep[]): FlowNode[] {
  const byIndex = new Map<number, SlimStep[]>();
  for (const step of steps) {
    if (step.status === 'pending') continue;
    const same = byIndex.get(step.index);
    if (same) same.push(step);
    else byIndex.set(step.index, [step]);
  }
  const nodeOf = (node: Node): FlowNode => {
    const runs = byIndex.get(node.index) ?? [];
    const worst = runs.reduce<SlimStep | undefined>(
      (known, step) => (known && ORDER.indexOf(known.status) <= ORDER.indexOf(step.status) ? known : step),
      undefined,
    );
    return {
      index: node.index,
      name: node.name,
      type: node.type,
      status: worst?.status,
      times: runs.length,
      failed: runs.filter((step) => step.status === 'failed').length,
      step: worst?.name,
      condition: node.if ?? (node.skip_if === undefined ? undefined : `not (${node.skip_if})`),
      ...(node.kind === 'activity' && node.compensate ? { compensates: true } : {}),
      ways: node.kind === 'conditional' ? waysOf(node, pipeline, runs) : [],
      lanes:
        node.kind === 'block'
          ? node.lanes.map((lane) => {
              const nodes = pipeline.nodes.slice(lane.from, lane.to).map(nodeOf);
              return { label: laneLabel(node.plan.kind, lane.name), taken: nodes.some((one) => one.times > 0), nodes };
            })
          : [],
    };
  };
  return pipeline.nodes.slice(0, pipeline.main).map(nodeOf);
}

function waysOf({ routes, default: otherwise }: Choice, { nodes }: Pipeline, runs: readonly SlimStep[]): Way[] {
  const taken = new Set(runs.flatMap((step) => (step.route ? [step.route.target] : [])));
  const way = (label: string, index: number): Way => {
    const target = nodes[index]?.name ?? 'the end';
    return { label, target, taken: taken.has(target) };
  };
  return [...Object.entries(routes).map(([value, index]) => way(value, index)), ...(otherwise === undefined ? [] : [way('otherwise', otherwise)])];
}
