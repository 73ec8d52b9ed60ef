/** What two histories of the same run must agree on, whatever crashed on the way. */
import type { LogEvent } from '#contracts/events';

/** The history less what a crash adds (the interrupted attempt), less when it happened and under which ids. */
export function essence(log: LogEvent[], parallel: boolean): unknown[] {
  const interrupted = new Set<string>();
  const history: unknown[] = [];
  for (const event of log) {
    if (event.type === 'retry.attempted' && event.data.reason === 'interrupted') {
      interrupted.add(`${event.data.step_name}/${event.data.phase}/${event.data.attempt}`);
      continue;
    }
    const data = event.data as Record<string, unknown>;
    const phase = event.type === 'compensation.started' ? 'compensate' : 'run';
    if ((event.type === 'step.started' || event.type === 'compensation.started') && interrupted.has(`${data.step_name}/${phase}/${data.attempt}`)) continue;
    const { attempt, attempts, duration_ms, delay_ms, due_at, expires_at, deadline, execution_id, idempotency_key, error, ...rest } = data;
    history.push([event.type, rest, (error as { code?: string })?.code]);
  }
  // What is undone at the same time may end in any order.
  return parallel ? history.map((entry) => JSON.stringify(entry)).sort() : history;
}
