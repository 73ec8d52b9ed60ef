/**
 * A state machine as a drawing: where its states stand, and the ways between them. Made on the server, so that the page
 * carries a drawing and no layout code.
 */
import dagre from '@dagrejs/dagre';
import { curve } from '../graph/curve';
import { formatCount } from './time';

export interface DrawnMachine {
  initial: string;
  states: { [name: string]: { description?: string; final: boolean; error: boolean; count: number } };
  transitions: { [name: string]: { from: string[]; to: string; auto: boolean; condition?: string } };
}

export interface DrawnState {
  name: string;
  description?: string;
  final: boolean;
  error: boolean;
  initial: boolean;
  count: number;
  /** Left upper corner and size, px. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DrawnWay {
  from: string;
  to: string;
  /** SVG path. */
  d: string;
  /** Names of its transitions, one a line; `auto`: the machine takes it by itself. */
  labels: { name: string; auto: boolean; guarded: boolean }[];
  /** Middle of the labels. */
  x: number;
  y: number;
}

export interface Drawing {
  width: number;
  height: number;
  states: DrawnState[];
  ways: DrawnWay[];
}

const STATE_HEIGHT = 40;
const LINE_HEIGHT = 15;
/** Of the fonts of the drawing, on average. */
const CHARACTER = 7;
const MARGIN = 12;

export function drawMachine(machine: DrawnMachine): Drawing {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 44, edgesep: 16, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [name, { count }] of Object.entries(machine.states)) {
    graph.setNode(name, { width: Math.max(72, name.length * 7.6 + formatCount(count).length * CHARACTER + 44), height: STATE_HEIGHT });
  }
  const ways = waysOf(machine);
  for (const { from, to, labels } of ways) {
    const longest = Math.max(...labels.map(({ name, auto, guarded }) => name.length + (auto ? 5 : 0) + (guarded ? 3 : 0)));
    graph.setEdge(from, to, { width: longest * 6.6 + 10, height: labels.length * LINE_HEIGHT + 4, labelpos: 'c' }, `${from} ${to}`);
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    states: Object.entries(machine.states).map(([name, state]) => {
      const node = graph.node(name);
      return {
        name,
        ...state,
        initial: name === machine.initial,
        x: node.x - node.width / 2,
        y: node.y - node.height / 2,
        width: node.width,
        height: node.height,
      };
    }),
    ways: ways.map(({ from, to, labels }) => {
      const edge = graph.edge(from, to, `${from} ${to}`);
      return { from, to, labels, d: curve(edge.points), x: edge.x ?? edge.points[0]!.x, y: edge.y ?? edge.points[0]!.y };
    }),
  };
}

/** Transitions between the same two states share a way. */
function waysOf({ states, transitions }: DrawnMachine): Pick<DrawnWay, 'from' | 'to' | 'labels'>[] {
  const ways = new Map<string, Pick<DrawnWay, 'from' | 'to' | 'labels'>>();
  for (const [name, { from, to, auto, condition }] of Object.entries(transitions)) {
    for (const source of from) {
      if (!Object.hasOwn(states, source) || !Object.hasOwn(states, to)) continue;
      const way = ways.get(`${source} ${to}`) ?? { from: source, to, labels: [] };
      way.labels.push({ name, auto, guarded: condition !== undefined });
      ways.set(`${source} ${to}`, way);
    }
  }
  return [...ways.values()];
}
