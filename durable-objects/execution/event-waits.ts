/**
 * Waits that events of the bus may end are known to the region: without that, an event could not find its execution.
 *
 * Invariants
 * 1. A wait is in the registry before it is in the log, so no event is missed once the step waits.
 * 2. It is taken out after its end; one that was left behind is found out by the first event that comes for it.
 */
import type { LogEvent } from '#contracts/events';
import type { Correlation } from '#contracts/waiting';
import { type ExecutionState, isStarted, type StartedState } from '#engine/state';
import type { EventWait } from '#storage/execution-ports';

/** What the events of a turn begin to wait for. */
export function waitsBegun(events: readonly LogEvent[], { facts }: StartedState): EventWait[] {
  return events.flatMap((event) => {
    if (event.type !== 'wait.started' || !event.data.correlation) return [];
    return [waitOf(facts, event.data.step_name, event.data.event, event.data.correlation)];
  });
}

/** What a turn stopped waiting for. A wait ends by an event about its step. */
export function waitsEnded(events: readonly LogEvent[], before: ExecutionState, after: StartedState): EventWait[] {
  if (!isStarted(before)) return [];
  const ended = new Map<string, EventWait>();
  for (const { data } of events) {
    const name = 'step_name' in data ? data.step_name : undefined;
    const wait = name === undefined ? undefined : before.steps[name]?.wait;
    if (name === undefined || !wait?.correlation || after.steps[name]?.wait === wait) continue;
    ended.set(name, waitOf(after.facts, name, wait.event, wait.correlation));
  }
  return [...ended.values()];
}

function waitOf(facts: StartedState['facts'], step: string, event: string, correlation: Correlation): EventWait {
  return { tenant: facts.tenant_id, environment: facts.environment, event, correlation, execution_id: facts.execution_id, step };
}
