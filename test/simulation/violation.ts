/** A broken invariant. `run.ts` adds the seed, the definition and the log. */
export class Violation extends Error {}

export function holds(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Violation(invariant);
}
