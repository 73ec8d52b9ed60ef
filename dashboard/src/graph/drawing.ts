/** A graph with a place for everything, as `layout` makes it and the pages show it. Carries no layout code. */
import type { Point } from './curve';
import type { ScopeEdge, ScopeNode } from './scope';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type PlacedNode = Omit<ScopeNode, 'lanes'> & Box;

export interface PlacedLane extends Box {
  id: string;
  /** The block that it belongs to. */
  block: string;
  label: string;
}

/** What a block takes up, its card and its lanes. */
export interface PlacedFrame extends Box {
  /** Of the block. */
  id: string;
}

export interface PlacedEdge extends ScopeEdge {
  /** The line, from the one node to the other. */
  points: Point[];
  /** Middle of the label. */
  x: number;
  y: number;
}

export interface Drawing {
  width: number;
  height: number;
  nodes: PlacedNode[];
  frames: PlacedFrame[];
  lanes: PlacedLane[];
  edges: PlacedEdge[];
}

const LONGEST_LABEL = 28;
/** px: of the mono font at 11 px, and the height of a line of it. */
const LETTER = 6.6;
const LINE = 14;

/** What the letters of an edge's label take up. */
export function labelBox({ x, y, label = '' }: Pick<PlacedEdge, 'x' | 'y' | 'label'>): Box {
  const width = edgeLabel(label).length * LETTER;
  return { x: x - width / 2, y: y - LINE / 2, width, height: LINE };
}

/** What an edge says, cut to what has a place. */
export function edgeLabel(label: string): string {
  return label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;
}
