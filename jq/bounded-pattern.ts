/**
 * Patterns of tenants outside of jq programs, in JavaScript's syntax: the same matcher, with a budget for each search, so
 * that no pattern and no text can keep the isolate.
 */
import { withBudget } from '#jq/budget';
import { Regex } from '#jq/regex/machine';
import { type Part, parsePattern } from '#jq/regex/syntax';

const ECMA = { ignoreCase: false, extended: false, dotAll: false, multiLine: false, ecma: true };
const BUDGET = { steps: 2_000_000, bytes: 16 * 1024 * 1024 };

/** Throws PatternError. The test throws JqLimitError where the search takes too long. */
export function boundedPattern(source: string): (text: string) => boolean {
  const regex = withBudget(BUDGET, 0, () => new Regex(source, ECMA));
  return (text) => withBudget(BUDGET, 0, () => regex.search(text, 0) !== undefined);
}

/** Whether any engine searches in little time: nothing that repeats is repeated, and at most two repeats have no bound. */
export function isQuick(source: string): boolean {
  const shape = shapeOf(withBudget(BUDGET, 0, () => parsePattern(source, ECMA)).root);
  return shape.plain && shape.unbounded <= 2;
}

interface Shape {
  plain: boolean;
  repeats: boolean;
  chooses: boolean;
  unbounded: number;
}

function shapeOf(part: Part): Shape {
  switch (part.kind) {
    case 'char':
    case 'anchor':
      return { plain: true, repeats: false, chooses: false, unbounded: 0 };
    case 'concat':
    case 'either': {
      const shapes = part.parts.map(shapeOf);
      return {
        plain: shapes.every(({ plain }) => plain),
        repeats: shapes.some(({ repeats }) => repeats),
        chooses: part.kind === 'either' || shapes.some(({ chooses }) => chooses),
        unbounded: shapes.reduce((sum, { unbounded }) => sum + unbounded, 0),
      };
    }
    case 'capture':
      return shapeOf(part.part);
    case 'repeat': {
      const inner = shapeOf(part.part);
      const plain = inner.plain && (part.max <= 1 || !(inner.repeats || inner.chooses));
      return { plain, repeats: true, chooses: inner.chooses, unbounded: inner.unbounded + (part.max === Number.POSITIVE_INFINITY ? 1 : 0) };
    }
    case 'look':
    case 'atomic':
    case 'reference':
      return { plain: false, repeats: true, chooses: true, unbounded: 0 };
  }
}
