/** The records of steps, of their undoing, and of attempts under way. Records are replaced, never written to, see `draft.ts`. */
import { drop, own } from '#engine/draft';
import { type Attempt, attemptId, type StartedState, type StepState, type UndoState } from '#engine/state';

/** What is said of a step anew; `undefined` takes a field away. */
export function setStep(draft: StartedState, name: string, change: Partial<StepState>): void {
  const step = draft.steps[name];
  if (step) own(draft, 'steps')[name] = changed(step, change);
}

/** As `setStep`, of its undoing. */
export function setUndo(draft: StartedState, name: string, change: Partial<UndoState>): void {
  const step = draft.steps[name];
  if (!step) return;
  const undo: UndoState = step.undo ?? { type: '', status: 'running', attempts: 0, failures: 0 };
  own(draft, 'steps')[name] = { ...step, undo: changed(undo, change) };
}

/** An attempt is under way. */
export function beginAttempt(draft: StartedState, attempt: Attempt): void {
  own(draft, 'active')[attemptId(attempt.step, attempt.phase)] = attempt;
}

/** None is any more. */
export function endAttempt(draft: StartedState, step: string, phase: Attempt['phase']): void {
  drop(draft, 'active', attemptId(step, phase));
}

/** `undefined` is not JSON: a state that has been through text must equal one that has not. */
export function withoutUndefined<T extends object>(value: T): T {
  for (const key in value) if (value[key] === undefined) delete value[key];
  return value;
}

/** A copy with these fields, `undefined` for those that go. Nothing is deleted: the runtime is slow with objects that have lost a field. */
function changed<T extends object>(value: T, change: Partial<T>): T {
  const next = {} as T;
  for (const key in value) {
    const field = key in change ? change[key]! : value[key];
    if (field !== undefined) next[key] = field;
  }
  for (const key in change) if (!(key in value) && change[key] !== undefined) next[key] = change[key]!;
  return next;
}
