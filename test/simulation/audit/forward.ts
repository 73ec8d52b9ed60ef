/** Each strand follows its nodes in order; jumps go where they say; one attempt at a time, and attempts count up from 1. */
import type { EventData, LogEvent } from '#contracts/events';
import { holds } from '../violation.ts';
import { completeBlock } from './blocks.ts';
import { type Books, type Event, newSide } from './books.ts';
import { mayPass, takesGiven } from './holding.ts';
import { withinBudget } from './policies.ts';

export function mayBegin(books: Books, name: string, index: number, at: number): void {
  const line = books.lineOf(name);
  const node = books.pipeline.nodes[index];
  holds(
    index === line.position && index < line.end && node !== undefined && name.endsWith(node.name),
    `a strand follows its nodes: ${name} at ${line.position}`,
  );
  holds(books.order === undefined, `no step begins while others are undone: ${name}`);
  holds(line.inside === undefined, `one step at a time in a strand: ${name} beside ${line.inside}`);
  holds(books.pausedAt === undefined, `no step begins while the run is paused: ${name}`);
  holds(!books.cancelled, `no step begins after a cancel: ${name}`);
  holds(books.gate === undefined, `no step begins before its gate is passed: ${name}`);
  holds(at < books.deadline, `no step begins past the deadline: ${name}`);
  holds(!books.isStopping(line), `no step begins in a block whose end is decided: ${name}`);
  books.nodes.set(name, node);
}

export function begin(books: Books, event: Event<'step.started'>, next: LogEvent | undefined): void {
  const { step_name, step_index, idempotency_key } = event.data;
  mayBegin(books, step_name, step_index, event.at);
  mayPass(books, step_name, event.at);
  books.completed = books.completed.filter((name) => name !== step_name);
  books.runs.set(step_name, newSide({ key: idempotency_key }));
  books.begun.set(step_name, (books.begun.get(step_name) ?? 0) + 1);
  books.active.add(step_name);
  books.lineOf(step_name).inside = step_name;
  // One that fails on its settings or its condition has no use for it.
  if (next?.type !== 'step.input_recorded') books.steering.given.delete(step_name);
  holds(
    next !== undefined && ['step.input_recorded', 'step.failed', 'step.output_recorded', 'block.opened'].includes(next.type),
    'a step that starts has its input, or its lanes, or has failed on it',
  );
}

export function again(books: Books, event: Event<'step.started'>): void {
  const { step_name, attempt, idempotency_key } = event.data;
  const run = books.runOf(step_name);
  holds(books.order === undefined && books.lineOf(step_name).inside === step_name, `a retry begins where its step stands: ${step_name}`);
  holds(run.status === 'retrying' && event.at >= run.dueAt, `a retry begins when it is due: ${step_name}`);
  holds(attempt === run.attempt + 1, `attempts count up: ${attempt} after ${run.attempt} of ${step_name}`);
  holds(idempotency_key === run.key, `a step keeps its key over its attempts: ${step_name}`);
  run.attempt = attempt;
  run.status = 'running';
  books.active.add(step_name);
  withinBudget(run, books.retryOf(step_name)?.max_attempts ?? 1, step_name);
}

export function input(books: Books, data: EventData['step.input_recorded']): void {
  const text = JSON.stringify(data.input);
  books.runOf(data.step_name).input = text;
  takesGiven(books, data.step_name, text);
}

export function output(books: Books, data: EventData['step.output_recorded']): void {
  const run = books.runOf(data.step_name);
  const value = 'value' in data.output ? (data.output.value as { key?: string } | null) : null;
  if (value?.key !== undefined && !books.blocks.has(data.step_name))
    holds(value.key === run.key, `an output is that of its own run: ${value.key} for ${run.key}`);
}

export function completed(books: Books, { at, data }: Event<'step.completed'>): void {
  const run = books.runOf(data.step_name);
  holds(run.status === 'running' || (run.status === 'waiting' && at >= run.dueAt), 'a step completes while it runs, or once what it waited for is there');
  holds(data.attempts === run.attempt, 'a completed step says its attempts');
  books.settle(data.step_name, 'done');
  books.complete(data.step_name, data.next_index);
  completeBlock(books, data.step_name);
}

export function routed(books: Books, { at, data }: Event<'conditional.routed'>): void {
  const { step_name, step_index, target_index, target } = data;
  mayBegin(books, step_name, step_index, at);
  mayPass(books, step_name, at);
  holds(books.pipeline.nodes[target_index]?.name === target, 'a jump goes where it says');
  books.runs.set(step_name, newSide({ status: 'done' }));
  books.complete(step_name);
  books.lineOf(step_name).position = target_index;
}

export function timer(books: Books, { at, data }: Event<'timer.scheduled'>): void {
  const run = books.runOf(data.step_name);
  holds(run.status === 'running' && data.due_at >= at, 'a timer is set by a step that runs, for later');
  books.settle(data.step_name, 'waiting');
  run.dueAt = data.due_at;
}
