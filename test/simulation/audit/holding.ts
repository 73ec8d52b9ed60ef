/** Pauses and breakpoints: nothing begins meanwhile, what is held is let go once, and no breakpoint that stands is run past. */
import type { Breakpoint } from '#contracts/debugging';
import type { LogEvent } from '#contracts/events';
import { meansStep } from '#engine/step-names';
import { holds } from '../violation.ts';
import type { Books, Event } from './books.ts';
import { mayBegin } from './forward.ts';

export function paused(books: Books, { at }: Event<'execution.paused'>): void {
  holds(books.pausedAt === undefined && books.order === undefined, 'a run that goes forward is paused once');
  books.pausedAt = at;
}

export function resumed(books: Books, { at }: Event<'execution.resumed'>): void {
  holds(books.pausedAt !== undefined && books.steering.held === undefined, 'what was paused is resumed');
  books.goOn(at);
}

export function hit(books: Books, { at, data }: Event<'breakpoint.hit'>): void {
  const { step_name, step_index, breakpoint_id } = data;
  mayBegin(books, step_name, step_index, at);
  holds(
    standing(books, step_name, at).some(({ id }) => id === breakpoint_id),
    `only a breakpoint that stands holds: ${breakpoint_id}`,
  );
  holds(books.steering.passed !== step_name, `what was let go is not held again: ${step_name}`);
  books.pausedAt = at;
  books.steering.held = step_name;
}

export function modified(books: Books, { data }: Event<'breakpoint.modified'>): void {
  holds(books.steering.held === data.step_name, `only the step that is held gets another input: ${data.step_name}`);
  books.steering.given.set(data.step_name, JSON.stringify(data.input));
}

export function released(books: Books, { at, data }: Event<'breakpoint.released'>, next: LogEvent | undefined): void {
  const { steering } = books;
  holds(steering.held === data.step_name, `what is held is let go once: ${data.step_name}`);
  books.goOn(at);
  steering.held = undefined;
  if (data.action !== 'resume') steering.given.delete(data.step_name);
  if (data.action === 'resume') steering.passed = data.step_name;
  // What waits elsewhere is left before another execution goes on.
  const follows = { resume: [], skip: ['step.skipped'], abort: ['cancel.requested'], replay: ['step.skipped', 'execution.cancelled'] }[data.action];
  if (follows.length > 0)
    holds(
      follows.some((type) => type === next?.type),
      `${data.action} at a breakpoint is followed by ${follows}, not ${next?.type}`,
    );
  if (data.action === 'replay') {
    holds(books.active.size === 0, 'another execution goes on once nothing is under way');
    steering.superseded = true;
  }
}

/** A step that begins is one that nothing holds, or that was let go. One whose condition is broken fails before. */
export function mayPass(books: Books, name: string, at: number): void {
  const { if: when, skip_if } = books.nodes.get(name)!;
  const certain = standing(books, name, at).filter(({ condition }) => condition === undefined || condition === 'true');
  const isBroken = when === 'broken' || skip_if === 'broken';
  if (certain.length > 0 && !isBroken) holds(books.steering.passed === name, `a breakpoint that stands is not run past: ${name}`);
  if (books.steering.passed === name) books.steering.passed = undefined;
}

/** The input that was given at a breakpoint is the one that the step has. */
export function takesGiven(books: Books, name: string, text: string): void {
  const given = books.steering.given.get(name);
  if (given === undefined) return;
  holds(given === text, `a step gets the input that it was given: ${name}`);
  books.steering.given.delete(name);
}

function standing(books: Books, name: string, at: number): Breakpoint[] {
  return books.plan.board.breakpoints.filter(({ step, created_at, expires_at }) => meansStep(step, name) && created_at <= at && at < expires_at);
}
