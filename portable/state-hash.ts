/**
 * What the log comes to, as a hash: the status, and of every step its status, calls, output and undoing. Made of what
 * stays the same in every version of the engine, whose own state may take another shape.
 */
import { createHash } from 'node:crypto';
import { type ExecutionState, isStarted } from '#engine/state';
import { statusOf } from '#engine/status';

/** Hex SHA-256. `state`: folded from the events as they are stored, references and all. */
export function stateHash(state: ExecutionState): string {
  const hash = createHash('sha256').update(statusOf(state));
  const steps = isStarted(state) ? Object.values(state.steps) : [];
  for (const { name, type, status, attempts, output, undo } of steps.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`\n${JSON.stringify([name, type, status, attempts, output ?? null, undo ? [undo.status, undo.attempts] : null])}`);
  }
  return hash.digest('hex');
}
