/**
 * The nearest known name, for hints. Optimal string alignment distance, so that two swapped letters
 * are one mistake.
 */

/** Edits between two texts; gives up (Infinity) above `limit`. */
export function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    let best = i;
    for (let j = 1; j <= right.length; j++) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1;
      let value = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) value = Math.min(value, before[j - 2]! + 1);
      current.push(value);
      best = Math.min(best, value);
    }
    if (best > limit) return Number.POSITIVE_INFINITY;
    before = previous;
    previous = current;
  }
  const result = previous[right.length]!;
  return result > limit ? Number.POSITIVE_INFINITY : result;
}

/** Lower case, and `_`, `-` and capital humps alike: `bodyFrom`, `body-from` and `body_from` are one word. */
function fold(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/-/g, '_');
}

/** The known name that was most likely meant, or `undefined` when none is close. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const folded = fold(name.slice(0, 100));
  const limit = Math.max(1, Math.min(4, Math.floor(folded.length / 3) + (folded.length > 3 ? 1 : 0)));
  let found: string | undefined;
  let best = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const other = fold(candidate);
    // A namespace left out (`http_call` for `step.http_call`) is a smaller mistake than any letter.
    const tail = other.slice(other.indexOf('.') + 1);
    const score = other === folded ? 0 : tail === folded ? 0.1 : Math.min(distance(folded, other, limit), distance(folded, tail, limit - 1) + 0.5);
    if (score < best) {
      best = score;
      found = candidate;
    }
  }
  return found;
}

/** How many names a hint lists where none is close. */
const LISTED = 12;

/** `Did you mean "…"?`; where no name is close `otherwise`, or the names there are. */
export function didYouMean(name: string, known: Iterable<string>, otherwise?: string): string {
  const names = [...known];
  const found = nearest(name, names);
  if (found !== undefined) return `Did you mean "${found}"?`;
  if (otherwise !== undefined) return otherwise;
  if (names.length === 0) return 'The document declares none. Declare it, or take this out.';
  return `Known: ${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ', …' : ''}.`;
}
