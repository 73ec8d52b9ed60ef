/** Onto another version: everything the run has been through is there, and each strand goes on where it stood, by the names of its steps. */
import type { Pipeline } from '#contracts/definition';
import type { BlockNode, Node } from '#contracts/graph';
import { holds } from '../violation.ts';
import type { Books, Line } from './books.ts';

/** Names of generated steps are unique in their pipeline. */
export function moved(books: Books, to: Pipeline): void {
  holds(books.order === undefined && books.ended === undefined, 'only what goes forward is moved');
  const from = books.pipeline;
  for (const [name, node] of books.nodes) {
    const there = to.nodes.find((each) => each.name === node.name);
    const seen = books.runs.get(name)?.status;
    if (there) books.nodes.set(name, there);
    // What a lane has left is forgotten with its end.
    else holds(name.includes('/') || seen === undefined, `what has begun is there: ${name}`);
  }
  for (const [name, block] of books.blocks) {
    const node = books.nodes.get(name);
    if (node?.kind === 'block') block.node = node;
  }
  for (const line of books.lines.values()) if (!line.ended) move(line, from.nodes, boundsIn(books, to, line), boundsIn(books, from, line), to.nodes);
  books.pipeline = to;
}

interface Bounds {
  from: number;
  to: number;
}

function move(line: Line, before: readonly Node[], there: Bounds, here: Bounds, after: readonly Node[]): void {
  for (let index = here.from; index < line.position && index < here.to; index++) {
    holds(after[there.from + index - here.from]?.name === before[index]!.name, `what is past is past in the version: ${before[index]!.name}`);
  }
  line.position = there.from + line.position - here.from;
  line.end = there.to;
}

function boundsIn(books: Books, pipeline: Pipeline, { of }: Line): Bounds {
  if (!of) return { from: 0, to: pipeline.main ?? pipeline.nodes.length };
  const local = books.blockOf(of.block).node.name;
  const { lanes } = pipeline.nodes.find((node) => node.name === local) as BlockNode;
  return lanes.find(({ name }) => name === of.lane) ?? lanes[0]!;
}
