/**
 * Reads a finished log as an auditor who does not trust the engine: keeps books of its own, from the events and the
 * definition alone. What must hold is written where it is checked:
 *
 * 1. `forward.ts`, `blocks.ts`: the way through the nodes. After the end nothing happens but a resumed saga; after a
 *    cancel or past the deadline no step begins.
 * 2. `failures.ts`, `policies.ts`: retries and `on_error`.
 * 3. `undoing.ts`: what is undone, in which order.
 * 4. `guarding.ts`: what circuit breakers hold back.
 * 5. `holding.ts`, `mocking.ts`, `waiting.ts`, `moving.ts`: what people lay over a run, send it, and move it to.
 */
import type { Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { Plan } from '../plan.ts';
import { holds } from '../violation.ts';
import * as blocks from './blocks.ts';
import { Books } from './books.ts';
import * as failures from './failures.ts';
import * as forward from './forward.ts';
import { heldBack } from './guarding.ts';
import * as holding from './holding.ts';
import { mocked } from './mocking.ts';
import { moved } from './moving.ts';
import * as undoing from './undoing.ts';
import * as waiting from './waiting.ts';

const AFTER_THE_END: ReadonlySet<LogEvent['type']> = new Set([
  'compensation.resumed',
  'dead_letter.recorded',
  'dead_letter.replayed',
  'dead_letter.discarded',
  'key.released',
]);

/** `pipelines`: those that it ran on, by the hash of their definition. */
export function audit(log: LogEvent[], plan: Plan, pipelines: ReadonlyMap<string, Pipeline>): void {
  const books = new Books(plan.pipeline, plan);
  for (const [index, event] of log.entries()) {
    holds(event.seq === index + 1, 'the log is contiguous from 1');
    holds(index === 0 || event.at >= log[index - 1]!.at, 'time in the log does not go back');
    holds(books.ended === undefined || AFTER_THE_END.has(event.type), `after the end no ${event.type}`);
    if (event.type === 'execution.migrated') moved(books, pipelines.get(event.data.to.definition)!);
    else enter(books, event, log[index + 1]);
  }
  holds(books.ended !== undefined, 'every started execution ends');
}

function enter(books: Books, event: Exclude<LogEvent, { type: 'execution.migrated' }>, next: LogEvent | undefined): void {
  switch (event.type) {
    case 'execution.started':
      holds(event.seq === 1, 'an execution starts once');
      books.deadline = event.data.deadline ?? books.deadline;
      books.keyUntil = event.data.idempotency_expires_at ?? 0;
      books.gate = event.data.admission ? 'asked' : undefined;
      return holds(books.gate === undefined || event.data.deadline === undefined, 'before a gate no time limit runs');
    case 'step.started':
      return event.data.attempt === 1 ? forward.begin(books, event, next) : forward.again(books, event);
    case 'step.input_recorded':
      return forward.input(books, event.data);
    case 'step.output_recorded':
      return forward.output(books, event.data);
    case 'step.completed':
      return forward.completed(books, event);
    case 'conditional.routed':
      return forward.routed(books, event);
    case 'timer.scheduled':
      return forward.timer(books, event);
    case 'step.failed':
      return failures.failed(books, event, next);
    case 'step.skipped':
      return failures.skipped(books, event);
    case 'retry.attempted':
      return failures.retry(books, event);
    case 'block.opened':
      return blocks.openBlock(books, event.data);
    case 'strand.started':
      return blocks.startLane(books, event.data);
    case 'strand.ended':
      return blocks.endLane(books, event.data);
    case 'block.stopping':
      return blocks.stopBlock(books, event.data);
    case 'cancel.requested':
      holds(books.order === undefined, 'a cancel during an undoing changes nothing');
      books.cancelled = true;
      return;
    case 'execution.paused':
      return holding.paused(books, event);
    case 'execution.resumed':
      return holding.resumed(books, event);
    case 'breakpoint.hit':
      return holding.hit(books, event);
    case 'breakpoint.modified':
      return holding.modified(books, event);
    case 'breakpoint.released':
      return holding.released(books, event, next);
    case 'step.mocked':
      return mocked(books, event);
    case 'circuit.refused':
      return heldBack(books, event, next);
    case 'wait.started':
      return waiting.wait(books, event);
    case 'signal.received':
      return waiting.signal(books, event);
    case 'signal.taken':
      return waiting.taken(books, event.data, event.at);
    case 'saga.compensating':
      return undoing.compensating(books, event.data);
    case 'compensation.started':
      return undoing.undo(books, event);
    case 'compensation.failed':
      return undoing.undoFailed(books, event);
    case 'step.compensated':
      return undoing.undone(books, event.data);
    case 'compensation.resumed':
      return undoing.resumed(books, event);
    case 'admission.queued':
      holds(books.gate === 'asked', 'an execution is queued once, before it begins');
      books.gate = 'queued';
      return;
    case 'admission.granted':
      holds(books.gate === 'asked' || books.gate === 'queued', 'an execution is admitted once');
      books.gate = undefined;
      books.deadline = event.data.deadline ?? books.deadline;
      return;
    case 'admission.refused':
      holds((books.gate === 'asked' || books.gate === 'queued') && next !== undefined, 'an execution is refused once, and ends');
      books.gate = 'refused';
      return;
    case 'execution.completed':
    case 'execution.failed':
    case 'execution.cancelled':
    case 'saga.compensated':
      mayEnd(books, event);
      return books.end(event);
    case 'dead_letter.recorded':
      holds(books.pipeline.dead_letter !== undefined && !books.hasLetter, 'an execution leaves one letter, where its pipeline says so');
      holds(books.plan.mocks === undefined, 'a run with mocks of its own leaves no letter');
      holds(books.ended === 'execution.failed' || books.ended === 'saga.compensated', `only a failure leaves a letter, not ${books.ended}`);
      books.hasLetter = true;
      return;
    case 'dead_letter.replayed':
    case 'dead_letter.discarded':
      return holds(books.hasLetter, 'only a letter that is there is closed');
    case 'key.released':
      holds(books.ended !== undefined && event.at < books.keyUntil, 'a key is released once, while it holds, and after the end');
      books.keyUntil = event.at;
      return;
    default: {
      const never: never = event;
      return never;
    }
  }
}

type End = Extract<LogEvent, { type: 'execution.completed' | 'execution.failed' | 'execution.cancelled' | 'saga.compensated' }>;

function mayEnd(books: Books, event: End): void {
  // Over time or after a failure lanes are left as they stand; otherwise nothing that has ended still waits.
  if (event.type === 'execution.cancelled') holds(!books.anyAsleep() && !books.hasOpenBlock(), 'nothing waits in an execution that was cancelled');
  switch (event.type) {
    case 'execution.completed': {
      const { response } = event.data;
      holds(books.order === undefined && books.active.size === 0, 'an execution completes with nothing under way');
      holds(!books.hasOpenBlock(), 'an execution completes with no block under way');
      if (response) holds(books.activity(response.step_name).responds && books.runOf(response.step_name).status === 'done', 'a responding step ends the run');
      else holds(books.root.position >= books.root.end && !books.cancelled, 'an execution completes after its last step');
      return;
    }
    case 'execution.failed':
      if (books.order) holds(undoing.isStuck(books, books.order), 'a saga fails when nothing more can be undone');
      else holds(books.active.size === 0, 'an execution fails with nothing under way');
      return;
    case 'execution.cancelled': {
      const wanted = books.cancelled || books.gate === 'refused' || books.steering.superseded;
      return holds(wanted && books.order === undefined && books.active.size === 0, 'an execution is cancelled on request');
    }
    case 'saga.compensated':
      return holds(books.order?.every((name) => books.undos.get(name)?.status === 'done') ?? false, 'a saga ends compensated when all is undone');
  }
}
