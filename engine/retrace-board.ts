/** What stood on the board when a recorded turn was decided, as far as that turn shows it. */
import type { Board, Breakpoint, Mock } from '#contracts/debugging';
import type { LogEvent } from '#contracts/events';

/** Before and after any recording. */
const ALWAYS = { created_at: 0, expires_at: Number.MAX_SAFE_INTEGER };

/** For each step, what happens to it next tells whether it was held or mocked. */
export function boardAt(log: readonly LogEvent[], position: number): Board {
  const breakpoints: Breakpoint[] = [];
  const mocks: Mock[] = [];
  const entered = new Set<string>();
  const attempted = new Set<string>();
  const begun = new Set<string>();
  for (const event of log.slice(position)) {
    const step = (event.data as { step_name?: string }).step_name;
    if (step === undefined) continue;
    if (event.type === 'breakpoint.hit' && !entered.has(step)) breakpoints.push(breakpointOf(event));
    // An attempt that was lost has left nothing behind; the next one may find another board.
    if (event.type === 'step.started') (begun.has(step) ? attempted : begun).add(step);
    if (event.type === 'step.mocked' && !attempted.has(step)) mocks.push(mockOf(event));
    if (event.type === 'step.started' || event.type === 'conditional.routed' || event.type === 'breakpoint.hit') entered.add(step);
    if (event.type === 'step.mocked' || event.type === 'step.completed' || event.type === 'step.failed') attempted.add(step);
  }
  return { breakpoints, mocks };
}

function breakpointOf({ data }: Extract<LogEvent, { type: 'breakpoint.hit' }>): Breakpoint {
  const { breakpoint_id: id, step_name: step, condition, set_by: created_by, notify = [] } = data;
  return { id, step, notify, created_by, ...ALWAYS, ...(condition === undefined ? {} : { condition }) };
}

function mockOf({ at, data }: Extract<LogEvent, { type: 'step.mocked' }>): Mock {
  const { mock_id: id = '', step_name: step, by: created_by, due_at, output, error } = data;
  const delay_ms = due_at === undefined ? {} : { delay_ms: due_at - at };
  const answer = error ? { error, ...delay_ms } : { output: output && 'value' in output ? output.value : {}, ...delay_ms };
  return { id, step, answers: [answer], created_by, ...ALWAYS };
}
