/** Each signal is taken once, by its id, for one step that waits for it; early ones are kept, and taken in order. */
import type { EventData } from '#contracts/events';
import { localName } from '#engine/strands';
import { holds } from '../violation.ts';
import type { Books, Event } from './books.ts';

export function wait(books: Books, { at, data }: Event<'wait.started'>): void {
  const { step_name, kind, event, due_at } = data;
  const run = books.runOf(step_name);
  holds(run.status === 'running', `a step that runs begins to wait: ${step_name}`);
  holds(books.activity(step_name).waits !== undefined, `only a step that says so waits: ${step_name}`);
  books.settle(step_name, 'waiting');
  books.steering.waits.set(step_name, { kind, event });
  run.dueAt = due_at === undefined ? Number.POSITIVE_INFINITY : Math.max(due_at, at);
}

export function signal(books: Books, { at, data }: Event<'signal.received'>): void {
  const { signal_id, name, step_name } = data;
  const { heard, early, waits } = books.steering;
  holds(!heard.has(signal_id), `a signal is received once: ${signal_id}`);
  heard.add(signal_id);
  if (step_name === undefined) {
    early.set(signal_id, name);
    return;
  }
  const waiting = waits.get(step_name);
  holds(waiting !== undefined, `a signal is for a step that waits: ${step_name}`);
  holds([step_name, localName(step_name), waiting.event].includes(name), `a signal is for the step that waits for it: ${name}, ${step_name}`);
  if (waiting.kind === 'call') holds(signal_id === waiting.event, `a call is ended by what it has called: ${signal_id}`);
  books.runOf(step_name).dueAt = at;
}

export function taken(books: Books, { signal_id, step_name }: EventData['signal.taken'], at: number): void {
  const { early, waits } = books.steering;
  const waiting = waits.get(step_name);
  holds(early.has(signal_id) && waiting !== undefined, `an early signal is taken once, by a step that waits: ${signal_id}`);
  const isFor = ([id, name]: [string, string]) => (waiting.kind === 'call' ? id === waiting.event : name === step_name || name === waiting.event);
  holds([...early].find(isFor)?.[0] === signal_id, `early signals are taken in order, by the step that they are for: ${signal_id}, ${step_name}`);
  holds(books.activity(step_name).waits === 'early', `only a step that takes early signals takes one: ${step_name}`);
  early.delete(signal_id);
  books.runOf(step_name).dueAt = at;
}
