/** Steps within blocks, below the step of their block: the order and the depth of the waterfall's lines. */
import type { SlimStep } from './timeline';

export interface Nested {
  step: SlimStep;
  depth: number;
  /** How the line is called: the step's name, or its way from the block around it. */
  label: string;
  /** Steps within it, at whatever depth. */
  inner: number;
  closed: boolean;
}

/** Blocks with more steps than this are closed until somebody opens them. */
const OPEN_UP_TO = 40;

/**
 * `turned`: blocks that somebody opened (true) or closed (false). With `all`, every step is shown. A step whose block is
 * not in the list stands at the outermost level.
 */
export function nest(steps: readonly SlimStep[], turned: { readonly [step: string]: boolean }, all = false): Nested[] {
  const known = new Set(steps.map((step) => step.name));
  const within = new Map<string | undefined, SlimStep[]>();
  for (const step of steps) {
    const parent = step.parent !== undefined && known.has(step.parent) ? step.parent : undefined;
    const siblings = within.get(parent);
    if (siblings) siblings.push(step);
    else within.set(parent, [step]);
  }
  const list: Nested[] = [];
  const add = (step: SlimStep, depth: number, label: string, shown: boolean): number => {
    const line: Nested = { step, depth, label, inner: 0, closed: false };
    if (shown) list.push(line);
    const below = byLane(within.get(step.name) ?? []);
    line.inner = below.length;
    for (const each of below) line.inner += countWithin(each, within);
    line.closed = line.inner > 0 && !all && !(turned[step.name] ?? line.inner <= OPEN_UP_TO);
    for (const each of below) add(each, depth + 1, labelOf(each), shown && !line.closed);
    return line.inner;
  };
  for (const step of within.get(undefined) ?? []) add(step, 0, step.name, true);
  return list;
}

function countWithin(step: SlimStep, within: ReadonlyMap<string | undefined, SlimStep[]>): number {
  const below = within.get(step.name) ?? [];
  return below.reduce((sum, each) => sum + 1 + countWithin(each, within), 0);
}

/** Lanes in the order in which they began, each with its steps together. */
function byLane(steps: SlimStep[]): SlimStep[] {
  const lanes = new Map<string, SlimStep[]>();
  for (const step of steps) {
    // A block that a jump led to again has lanes of the same names: their paths differ.
    const lane = step.name.slice(0, Math.max(0, step.name.lastIndexOf('/'))) + (step.lane ?? '');
    const own = lanes.get(lane);
    if (own) own.push(step);
    else lanes.set(lane, [step]);
  }
  return [...lanes.values()].flat();
}

/** `left / charge`; a branch of one step is called by that. */
function labelOf({ name, lane }: SlimStep): string {
  const own = name.slice(name.lastIndexOf('/') + 1);
  return lane === undefined || lane === own ? own : `${lane} / ${own}`;
}
