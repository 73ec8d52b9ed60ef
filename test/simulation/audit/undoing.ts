/** Undone is what completed and says how, the last first (or all at once, `parallel`), each under one key. */
import type { EventData } from '#contracts/events';
import { holds } from '../violation.ts';
import { type Books, type Event, newSide } from './books.ts';
import { keepsPolicy } from './policies.ts';

export function compensating(books: Books, data: EventData['saga.compensating']): void {
  books.pausedAt = undefined;
  books.steering.held = undefined;
  holds(books.order === undefined && books.active.size === 0, 'an undoing begins once, with nothing under way');
  const expected = expectedOrder(books);
  holds(JSON.stringify(data.steps) === JSON.stringify(expected), `undone is what completed, the last first: ${data.steps} is not ${expected}`);
  holds(data.reason === 'cancelled' ? books.cancelled : data.error !== undefined, 'an undoing has a cause');
  books.order = data.steps;
}

export function undo(books: Books, event: Event<'compensation.started'>): void {
  const { step_name, attempt, input, idempotency_key } = event.data;
  const place = books.order?.indexOf(step_name) ?? -1;
  holds(place >= 0, `only what is on the list is undone: ${step_name}`);
  if (books.pipeline.saga?.order !== 'parallel') {
    holds(
      books.order!.slice(0, place).every((name) => books.undos.get(name)?.status === 'done'),
      `undone in order: ${step_name} too early`,
    );
  }
  const known = books.undos.get(step_name);
  const text = JSON.stringify(input);
  if (!known) {
    holds(attempt === 1, 'an undoing begins with attempt 1');
    books.undos.set(step_name, newSide({ key: idempotency_key, input: text }));
    return;
  }
  holds(known.status === 'retrying' && event.at >= known.dueAt, `an undoing is retried when it is due: ${step_name}, ${known.status}`);
  holds(attempt === known.attempt + 1, `attempts of an undoing count up: ${step_name}`);
  // One whose settings could not be filled in has neither yet.
  known.key ??= idempotency_key;
  known.input ??= text;
  holds(known.key === idempotency_key && known.input === text, `an undoing keeps its key and input over its attempts: ${step_name}`);
  known.attempt = attempt;
  known.status = 'running';
}

export function undoFailed(books: Books, { at, data }: Event<'compensation.failed'>): void {
  const side = books.undoOf(data.step_name);
  holds(side.status === 'running' && data.attempts === side.attempt, 'a compensation fails while it runs');
  side.failures++;
  keepsPolicy(books.undoPolicy(data.step_name), side, data.error, data.final, at, Number.POSITIVE_INFINITY);
  side.status = data.final ? 'failed' : 'retrying';
}

export function undone(books: Books, { step_name, attempts }: EventData['step.compensated']): void {
  const side = books.undoOf(step_name);
  holds(side.status === 'running' && attempts === side.attempt, 'a step is compensated while its undoing runs');
  side.status = 'done';
}

export function resumed(books: Books, { at }: Event<'compensation.resumed'>): void {
  holds(books.ended === 'execution.failed' && books.order !== undefined, 'only a saga that failed is resumed');
  books.ended = undefined;
  for (const side of books.undos.values())
    if (side.status === 'failed') Object.assign(side, { status: 'retrying', failures: 0, dueAt: at, resumes: side.resumes + 1 });
}

export function expectedOrder(books: Books): string[] {
  const wanted = !books.cancelled || books.pipeline.saga !== undefined || books.pipeline.on_error === 'compensate';
  if (!wanted) return [];
  return books.completed
    .filter((name) => {
      const node = books.nodes.get(name);
      return node?.kind === 'activity' && node.compensate !== undefined && !books.runs.get(name)?.standIn;
    })
    .reverse();
}

/** Nothing on the list can be undone any further. */
export function isStuck(books: Books, order: string[]): boolean {
  const statuses = order.map((name) => books.undos.get(name)?.status);
  if (books.pipeline.saga?.order === 'parallel') return statuses.includes('failed') && statuses.every((status) => status === 'failed' || status === 'done');
  const first = statuses.findIndex((status) => status !== 'done');
  return statuses[first] === 'failed' && statuses.slice(first + 1).every((status) => status === undefined);
}
