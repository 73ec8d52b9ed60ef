/** What an execution did, laid over the graph of its pipeline. Pure. */
import type { StepStatus } from '#contracts/execution';
import type { FlowNode } from '../lib/flow';
import { END, nodeId, START } from './pipeline-scope';
import { allNodes, type Scope } from './scope';

export interface NodeMark {
  status: StepStatus;
  /** How often it ran, and how often it failed. */
  times: number;
  failed: number;
  /** The step to open. */
  step?: string;
}

export interface WayTaken {
  /** By node; without a mark it was not reached. */
  marks: { [id: string]: NodeMark };
  /** Edges that the execution went along, as `edgeKey` writes them. */
  taken: string[];
}

export function edgeKey({ from, to }: { from: string; to: string }): string {
  return `${from} ${to}`;
}

/** @param ended whether the execution came to its end well. */
export function wayTaken(scope: Scope, flow: readonly FlowNode[], ended: boolean): WayTaken {
  const nodes = every(flow);
  const marks: WayTaken['marks'] = {};
  for (const { index, status, times, failed, step } of nodes) {
    if (status !== undefined) marks[nodeId(index)] = { status, times, failed, ...(step === undefined ? {} : { step }) };
  }
  const ways = new Map(nodes.flatMap((node) => (node.ways.length > 0 ? [[nodeId(node.index), node] as const] : [])));
  const names = new Map(nodes.map((node) => [nodeId(node.index), node.name]));
  const follows = ({ from, to }: { from: string; to: string }): boolean => {
    if (to !== END && !marks[to]) return false;
    if (from === START) return true;
    const mark = marks[from];
    if (!mark || mark.status === 'failed') return false;
    if (to === END && !ended) return false;
    const choice = ways.get(from);
    return choice === undefined || mark.status === 'skipped' || choice.ways.some((way) => way.taken && way.target === names.get(to));
  };
  const scopes = [scope, ...allNodes(scope).flatMap((node) => (node.lanes ?? []).map((lane) => lane.scope))];
  return { marks, taken: scopes.flatMap(({ edges }) => edges.filter(follows).map(edgeKey)) };
}

function every(flow: readonly FlowNode[]): FlowNode[] {
  return flow.flatMap((node) => [node, ...node.lanes.flatMap((lane) => every(lane.nodes))]);
}
