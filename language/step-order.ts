/**
 * Whether the steps that a step reads can have run by then: with every way that the pipeline may take, jumps back and
 * rounds of a loop included.
 *
 * Invariants
 * 1. A word is said only where no way leads from the end of the one to the beginning of the other; what merely may not
 *    have run (a branch that was not taken, a step that was skipped) is the author's affair.
 * 2. Steps that no way leads to have a word of their own, and undoing sees whatever has run.
 */
import type { Node } from '#contracts/graph';
import type { Checker } from '#language/checker';
import { nearest } from '#language/nearest';
import { waysOn } from '#language/reachability';
import type { Range } from '#language/source';

/** A read of one step by another. */
export interface StepRead {
  /** Index of the reader. */
  by: number;
  name: string;
  path: string;
  range: Range;
  /** Names that the reader sees. */
  seen: ReadonlySet<string>;
}

export interface Steps {
  nodes: readonly Node[];
  /** How many of them are the pipeline's own, and how many of those nobody has written. */
  main: number;
  added: number;
  /** Whether the pipeline goes on after a failure. */
  goesOn: boolean;
}

export function checkOrder(checker: Checker, steps: Steps, reads: readonly StepRead[]): void {
  if (reads.length === 0) return;
  const { nodes } = steps;
  const flow = new Flow(steps);
  const byName = Map.groupBy(nodes, (node) => node.name);
  for (const read of reads) {
    const reader = nodes[read.by]!;
    const named = byName.get(read.name);
    if (!named || !flow.isReached(reader) || named.some((node) => flow.endsBefore(node, reader))) continue;
    const earlier = nodes.filter((node) => read.seen.has(node.name) && flow.endsBefore(node, reader)).map((node) => node.name);
    const { message, hint } = told(flow, reader, named[0]!);
    const meant = nearest(read.name, earlier);
    checker.report.warn('step_not_run', message, read.path, read.range, meant === undefined ? hint : `Did you mean "${meant}"? Otherwise: ${hint}`);
  }
}

function told(flow: Flow, reader: Node, named: Node): { message: string; hint: string } {
  if (named === reader) {
    return {
      message: `"${named.name}" reads its own output, which is not there before it has run; the value will be missing.`,
      hint: 'Name a step that runs before this one.',
    };
  }
  if (flow.isWithin(reader, named)) {
    return {
      message: `"${named.name}" has no output while the steps within it run; the value will be missing.`,
      hint: `Name a step within "${named.name}" that runs before this one, or read the output after it.`,
    };
  }
  if (flow.endsBefore(reader, named)) {
    return {
      message: `"${named.name}" runs after "${reader.name}"${placesOf(flow, reader, named)}; the value will be missing.`,
      hint: `Put "${named.name}" before "${reader.name}", or name a step that runs before it.`,
    };
  }
  return {
    message: `No way leads from "${named.name}" to "${reader.name}": where this step runs, that one has not; the value will be missing.`,
    hint: `Name a step that runs before "${reader.name}", or read "${named.name}" where the ways have come together.`,
  };
}

/** Of steps beside each other. */
function placesOf(flow: Flow, reader: Node, named: Node): string {
  const [from, other] = [flow.laneOf(reader), flow.laneOf(named)];
  const first = from === 0 ? flow.added : from;
  return from === other ? ` (step ${named.index - first + 1}, this is step ${reader.index - first + 1})` : '';
}

/** The ways of a pipeline. Each step has two points: that it begins, its index, and that it has ended, `end`. */
class Flow {
  private readonly next: number[][];
  /** By step: where its lane begins, and the block around. */
  private readonly lane: number[] = [];
  private readonly around: (Node | undefined)[] = [];
  /** Of each point that was asked for: 1 where another may follow on it. */
  private readonly after = new Map<number, Uint8Array>();

  readonly added: number;
  private readonly nodes: readonly Node[];

  constructor({ nodes, main, added, goesOn }: Steps) {
    this.nodes = nodes;
    this.added = added;
    this.next = nodes.flatMap(() => [[], []]);
    this.connect(0, main, undefined, goesOn);
  }

  isReached({ index }: Node): boolean {
    return index === 0 || this.from(0)[index] === 1;
  }

  endsBefore(first: Node, second: Node): boolean {
    return this.from(this.end(first.index))[second.index] === 1;
  }

  isWithin({ index }: Node, block: Node): boolean {
    for (let at = this.around[index]; at; at = this.around[at.index]) if (at === block) return true;
    return false;
  }

  laneOf({ index }: Node): number {
    return this.lane[index] ?? 0;
  }

  private end(index: number): number {
    return index + this.nodes.length;
  }

  /** The steps of one lane, of the block around. */
  private connect(from: number, to: number, block: Node | undefined, goesOn = false): void {
    for (const node of this.nodes.slice(from, to)) {
      const { index } = node;
      this.lane[index] = from;
      this.around[index] = block;
      // A step may be skipped, and a block may end without having run any of its own.
      this.next[index]!.push(this.end(index));
      for (const way of waysOn(node, goesOn)) this.lead(this.end(index), way < to ? way : undefined, block);
      if (node.kind !== 'block') continue;
      for (const lane of node.lanes) {
        this.next[index]!.push(lane.from);
        this.connect(lane.from, lane.to, node);
      }
    }
  }

  /** On to a step of the same lane, or out of it: to the end of the block, or to its next round. */
  private lead(point: number, way: number | undefined, block: Node | undefined): void {
    if (way !== undefined) this.next[point]!.push(way);
    else if (block) {
      this.next[point]!.push(this.end(block.index));
      if (block.kind === 'block' && block.plan.kind === 'while') this.next[point]!.push(block.index);
    }
  }

  private from(point: number): Uint8Array {
    const known = this.after.get(point);
    if (known) return known;
    const found = new Uint8Array(this.next.length);
    const open = [...this.next[point]!];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (found[at] === 1) continue;
      found[at] = 1;
      open.push(...this.next[at]!);
    }
    this.after.set(point, found);
    return found;
  }
}
