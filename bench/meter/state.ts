/** The counts of this isolate. */
import { type Counts, noCounts } from './counts.ts';

export const counts: Counts = noCounts();

export function reset(): void {
  Object.assign(counts, noCounts());
}

export function countRequest(what: string): void {
  counts.objectRequests[what] = (counts.objectRequests[what] ?? 0) + 1;
}
