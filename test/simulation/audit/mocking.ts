/** A mocked attempt comes to what its mock says, in the order of its answers. */
import type { MockAnswer } from '#contracts/debugging';
import type { ErrorInfo } from '#contracts/problems';
import { meansStep } from '#engine/step-names';
import { holds } from '../violation.ts';
import type { Books, Event } from './books.ts';

export function mocked(books: Books, { at, data }: Event<'step.mocked'>): void {
  const { step_name, due_at, output, error, mock_id } = data;
  const run = books.runOf(step_name);
  holds(run.status === 'running', `an attempt that runs is mocked: ${step_name}`);
  const count = books.steering.mocked.get(step_name) ?? 0;
  const answers = answersFor(books, step_name, mock_id, at);
  const answer = answers[Math.min(count, answers.length - 1)];
  holds(answer !== undefined, `only a mock that stands answers: ${step_name}`);
  holds(codeOf(error) === codeOf(answer.error), `a mocked attempt fails as its mock says: ${step_name}`);
  if (!answer.error) {
    holds(JSON.stringify(output) === JSON.stringify({ value: answer.output ?? {} }), `a mocked attempt gives what its mock says: ${step_name}`);
  }
  holds(due_at === (answer.delay_ms ? at + answer.delay_ms : undefined), `a mocked attempt takes as long as its mock says: ${step_name}`);
  books.steering.mocked.set(step_name, count + 1);
  books.settle(step_name, 'waiting');
  run.dueAt = due_at ?? at;
}

/** Those of the run hide those of the board. */
function answersFor({ plan }: Books, name: string, id: string | undefined, at: number): MockAnswer[] {
  if (plan.mocks) return Object.entries(plan.mocks.steps).find(([step]) => meansStep(step, name))?.[1] ?? [];
  const found = plan.board.mocks.find((mock) => mock.id === id && meansStep(mock.step, name));
  return found && found.created_at <= at && at < found.expires_at ? found.answers : [];
}

function codeOf(error: ErrorInfo | undefined): string | undefined {
  return error && `${error.code} ${error.status}`;
}
