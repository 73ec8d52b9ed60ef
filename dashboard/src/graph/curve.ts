/** Lines of drawings. */
export interface Point {
  x: number;
  y: number;
}

/** An SVG path through the points, with soft bends. */
export function curve(points: readonly Point[]): string {
  const at = ({ x, y }: Point) => `${round(x)},${round(y)}`;
  const [first, ...rest] = points;
  if (!first) return '';
  let d = `M${at(first)}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const here = rest[i]!;
    const next = rest[i + 1]!;
    const middle = i === rest.length - 2 ? next : { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    d += ` Q${at(here)} ${at(middle)}`;
  }
  return rest.length === 1 ? `${d} L${at(rest[0]!)}` : d;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
