/** What a circuit breaker holds back was never done: something stands in for it, or it failed. */
import type { LogEvent } from '#contracts/events';
import { holds } from '../violation.ts';
import type { Books, Event } from './books.ts';

export function heldBack(books: Books, { data }: Event<'circuit.refused'>, next: LogEvent | undefined): void {
  const { step_name, phase, fallback, retry_after_ms } = data;
  const side = phase === 'run' ? books.runOf(step_name) : books.undoOf(step_name);
  const node = books.activity(step_name);
  const policy = (phase === 'run' ? node : node.compensate)?.breaker;
  holds(side.status === 'running' && policy !== undefined, `only a guarded call that is being made is held back: ${step_name}`);
  holds(retry_after_ms >= 0, 'a call that is held back says for how long');
  holds(fallback === undefined || phase === 'run', 'nothing stands in for an undoing');
  if (fallback === 'static') holds(policy.fallback?.type === 'static' && policy.fallback.status < 300, `a fallback is one that was written: ${step_name}`);
  // What stands in is recorded first, and so is the error of a step after which the run goes on.
  const follows = ['step.output_recorded', fallback ? 'step.completed' : phase === 'run' ? 'step.failed' : 'compensation.failed'];
  const named = next !== undefined && 'step_name' in next.data && next.data.step_name === step_name;
  holds(named && follows.includes(next.type), `a call that is held back comes to ${follows}, not ${next?.type}`);
  if (fallback) side.standIn = true;
}
