/** Steps and their places in the text: from the one to the other. */
import { nodeAt, parse } from '../yaml/tree';
import { type Flow, type Step, stepAt, stepsOf } from './outline';

/** Where a step is written. */
export function stepRange(text: string, flows: readonly Flow[], id: string): [from: number, to: number] | undefined {
  const found = stepAt(flows, id);
  return found && rangeOf(parse(text), found.step);
}

/** The innermost step that is written around an offset. */
export function stepAround(text: string, flows: readonly Flow[], at: number): string | undefined {
  const tree = parse(text);
  let inner: { id: string; length: number } | undefined;
  for (const flow of flows) {
    for (const step of stepsOf(flow.list)) {
      const range = rangeOf(tree, step);
      if (!range || at < range[0] || at > range[1]) continue;
      if (!inner || range[1] - range[0] < inner.length) inner = { id: step.id, length: range[1] - range[0] };
    }
  }
  return inner?.id;
}

function rangeOf(tree: ReturnType<typeof parse>, step: Step): [number, number] | undefined {
  try {
    const range = nodeAt(tree, step.path)?.range;
    return range ? [range[0], range[0] + tree.text.slice(range[0], range[1]).trimEnd().length] : undefined;
  } catch {
    return undefined;
  }
}
