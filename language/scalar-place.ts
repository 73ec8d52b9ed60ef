/**
 * Where a character of a scalar's value stands in the text: quotes, escapes, block indentation and
 * folded lines lie between the two.
 */
import type { Range, ScalarNode } from '#language/source';

const ESCAPE_LENGTH: { [letter: string]: number } = { x: 4, u: 6, U: 10 };

/** Range in the text of `value[start..end)` of a scalar. */
export function placeInScalar(text: string, node: ScalarNode, start: number, end: number): Range {
  const value = typeof node.value === 'string' ? node.value : String(node.value);
  let at = node.range[0];
  const stop = node.range[1];
  if (node.style === 'block') {
    const newline = text.indexOf('\n', at);
    at = newline === -1 ? stop : newline + 1;
  } else if (node.style !== 'plain') {
    at++;
  }
  let from: number | undefined;
  let to: number | undefined;
  for (let index = 0; index <= value.length && to === undefined; index++) {
    at = skipTo(text, at, stop, node.style, value[index]);
    if (index === start) from = at;
    if (index === end) to = at;
    at += widthAt(text, at, node.style);
  }
  const first = from ?? node.range[0];
  return [first, Math.max(first, to ?? stop)];
}

/** Skips what is in the text but not in the value: indentation, escaped line ends, blank lines of a fold. */
function skipTo(text: string, at: number, stop: number, style: ScalarNode['style'], wanted: string | undefined): number {
  let place = at;
  if (wanted === undefined) return place;
  while (place < stop) {
    const char = text[place]!;
    if (style === 'double' && char === '\\') {
      if (text[place + 1] === '\n' || text[place + 1] === '\r') {
        place += text[place + 1] === '\r' ? 3 : 2;
        while (text[place] === ' ' || text[place] === '\t') place++;
        continue;
      }
      return place;
    }
    if (char === wanted) return place;
    if (char === '\n' && wanted === ' ') return place;
    if (char === ' ' || char === '\t' || char === '\n' || char === '\r') {
      place++;
      continue;
    }
    return place;
  }
  return place;
}

function widthAt(text: string, at: number, style: ScalarNode['style']): number {
  if (style === 'double' && text[at] === '\\') return ESCAPE_LENGTH[text[at + 1] ?? ''] ?? 2;
  if (style === 'single' && text[at] === "'" && text[at + 1] === "'") return 2;
  return 1;
}
