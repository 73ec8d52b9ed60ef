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
  /** Lanes of blocks in which something ran. */
  lanes: string[];
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
  const scopes = [scope, ...allNodes(scope).flatMap((node) => (node.lanes ?? []).map((lane) => lane.scope))];
  const waysInto = new Map<string, number>();
  for (const { to } of scopes.flatMap(({ edges }) => edges)) waysInto.set(to, (waysInto.get(to) ?? 0) + 1);
  const follows = ({ from, to }: { from: string; to: string }): boolean => {
    if (to !== END && !marks[to]) return false;
    if (from === START) return true;
    const mark = marks[from];
    if (!mark) return false;
    // Where it failed each time, something else led on; unless there is nothing else, and the failure was passed over.
    if (mark.failed === mark.times && waysInto.get(to)! > 1) return false;
    if (to === END && !ended) return false;
    const choice = ways.get(from);
    return choice === undefined || mark.status === 'skipped' || choice.ways.some((way) => way.taken && way.target === names.get(to));
  };
  const lanes = allNodes(scope).flatMap((node) => (node.lanes ?? []).filter((lane) => lane.scope.nodes.some(({ id }) => marks[id])));
  return { marks, taken: scopes.flatMap(({ edges }) => edges.filter(follows).map(edgeKey)), lanes: lanes.map(({ id }) => id) };
}

function every(flow: readonly FlowNode[]): FlowNode[] {
  return flow.flatMap((node) => [node, ...node.lanes.flatMap((lane) => every(lane.nodes))]);
}
