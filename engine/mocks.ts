/**
 * Mocks: an attempt comes to what somebody said it should, and nothing goes out.
 *
 * Invariants
 * 1. A run with mocks of its own takes no effect from anywhere else: one that is not mocked fails, or, in a dry run, is
 *    taken from the record.
 * 2. What a mocked step did was nothing, so its undoing is nothing either; both are in the log, and say so.
 * 3. A mocked outcome goes the way of a real one: retries, `on_error` and sagas see no difference.
 */
import type { MockAnswer } from '#contracts/debugging';
import type { Activity } from '#contracts/graph';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { storedValue } from '#engine/context';
import type { MockedOutcome, StepState } from '#engine/state';
import { namesOf } from '#engine/step-names';
import type { Visit } from '#engine/strands';
import { optional, type Turn } from '#engine/turn';

/** Puts the mock of the attempt that has begun in the log. `undefined`: it has none. */
export function mockAttempt(turn: Turn, visit: Visit): { due: boolean } | undefined {
  const { name } = visit;
  const mock = mockOf(turn, visit);
  if (!mock) return undefined;
  const { answer, by, id } = mock;
  // A dry run does not wait.
  const due_at = answer.delay_ms && !turn.started.facts.dry_run ? turn.now + answer.delay_ms : undefined;
  turn.emit('step.mocked', {
    step_name: name,
    ...optional('mock_id', id),
    by,
    ...optional('due_at', due_at),
    ...(answer.error ? { error: answer.error } : { output: { value: answer.output ?? {} } }),
  });
  return { due: due_at === undefined };
}

function mockOf(turn: Turn, visit: Visit): { answer: MockAnswer; by: string; id?: string } | undefined {
  const { mocks } = turn.started.facts;
  const standingMocks = turn.world.board?.mocks;
  if (!mocks && !standingMocks?.length) return undefined;
  const calls = turn.started.mocked?.[visit.name] ?? 0;
  const pick = (answers: MockAnswer[]) => answers[Math.min(calls, answers.length - 1)]!;
  // Of several that mean this run, the one that says so most closely.
  const names = namesOf(visit.name);
  if (mocks) {
    const own = names.find((name) => Object.hasOwn(mocks.steps, name));
    return own === undefined ? undefined : { answer: pick(mocks.steps[own]!), by: mocks.by };
  }
  const valid = standingMocks?.filter((mock) => mock.expires_at > turn.now) ?? [];
  const standing = names.map((name) => valid.find((mock) => mock.step === name)).find((mock) => mock !== undefined);
  return standing && { answer: pick(standing.answers), by: standing.created_by, id: standing.id };
}

/** What the mocked attempt comes to. */
export function mockedOutcome({ mock_id, output, error }: MockedOutcome): StepOutcome {
  if (error) return { kind: 'failed', error };
  return { kind: 'completed', output: output ? storedValue(output) : {}, response: { mocked: true, ...optional('mock_id', mock_id) } };
}

/** Why a step with an effect has none in a run with mocks of its own. */
export function refusedEffect(turn: Turn, name: string, activity: Activity): ErrorInfo | undefined {
  if (activity.pure || !turn.started.facts.mocks) return undefined;
  return errorInfo('step_not_mocked', `This run is mocked, and ${name} has no mock. Nothing went out.`);
}

/** The undoing of a step that was mocked. */
export function mockedUndo(step: StepState): StepOutcome | undefined {
  return step.response?.mocked === true ? { kind: 'completed', output: {}, response: { mocked: true } } : undefined;
}
