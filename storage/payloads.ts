/**
 * Large values on their way into and out of the log: above LIMITS.inlineValue the log keeps hash and
 * reference, the JSON text lies in the region's R2.
 */
import { createHash } from 'node:crypto';
import { type EventData, type LogEvent, type PayloadRef, STORED_KEYS, type Stored } from '#contracts/events';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Fold } from '#engine/evolve';
import { type ExecutionState, isStarted } from '#engine/state';
import type { PayloadStore } from '#storage/ports';

/** Replaces what is too large by references. The payloads must be in the store before the events are in the log. */
export function externalize(events: LogEvent[], facts: EventData['execution.started']): { events: LogEvent[]; payloads: { key: string; text: string }[] } {
  const payloads: { key: string; text: string }[] = [];
  const replaced = events.map((event) => {
    let changed: Record<string, unknown> | undefined;
    for (const key of STORED_KEYS) {
      const stored = (event.data as Record<string, unknown>)[key] as Stored | undefined;
      const large = stored && 'value' in stored ? payloadOf(stored.value, facts.tenant_id, facts.execution_id) : undefined;
      if (!large) continue;
      payloads.push({ key: large.ref.key, text: large.text });
      changed ??= { ...event.data };
      changed[key] = { ref: large.ref };
    }
    return changed ? ({ ...event, data: changed } as unknown as LogEvent) : event;
  });
  return { events: replaced, payloads };
}

/** The payload that stands for a value, when it is too large for the log. */
export function payloadOf(value: Json, tenant: string, executionId: string): { ref: PayloadRef; text: string } | undefined {
  if (isSmall(value)) return undefined;
  const text = JSON.stringify(value);
  const size = new TextEncoder().encode(text).byteLength;
  if (size <= LIMITS.inlineValue) return undefined;
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ref: { key: payloadKey(tenant, executionId, sha256), sha256, size }, text };
}

/** A stored value with its JSON at hand; a reference must be to a payload of this tenant. */
export async function loaded(stored: Stored, tenant: string, payloads: PayloadStore): Promise<{ value: Json }> {
  if ('value' in stored) return stored;
  const { key } = stored.ref;
  const text = key.startsWith(`payloads/${tenant}/`) ? await payloads.get(key) : null;
  if (text === null) throw new Error(`payload ${key} is missing`);
  return { value: JSON.parse(text) as Json };
}

export function payloadKey(tenant: string, executionId: string, sha256: string): string {
  return `payloads/${tenant}/${executionId}/${sha256}`;
}

/** Events with their referenced values in place: all, or those of these keys. */
export async function hydrate(events: LogEvent[], payloads: PayloadStore, keys: readonly string[] = STORED_KEYS): Promise<LogEvent[]> {
  const wanted = new Set(events.flatMap((event) => keys.flatMap((key) => refOf(event.data as never, key)?.key ?? [])));
  if (wanted.size === 0) return events;
  const values = await fetched(wanted, payloads);
  return events.map((event) => {
    const data = withValues(event.data as Record<string, unknown>, values);
    return data === event.data ? event : ({ ...event, data } as unknown as LogEvent);
  });
}

/** What a fold looks into; inputs it only keeps while an attempt is open. */
const FOLDED_KEYS = STORED_KEYS.filter((key) => key !== 'input');

/** The state that a log comes to, with all values that deciding needs in place. `pages`: the log, a part at a time. */
export async function foldWhole(pages: Iterable<LogEvent[]>, payloads: PayloadStore): Promise<ExecutionState> {
  const folded = new Fold();
  for (const events of pages) for (const event of await hydrate(events, payloads, FOLDED_KEYS)) folded.take(event);
  return hydrateState(folded.state, payloads);
}

/** A folded state with its referenced values in place: what deciding needs, and no more. */
async function hydrateState(state: ExecutionState, payloads: PayloadStore): Promise<ExecutionState> {
  if (!isStarted(state)) return state;
  const { facts, paused, pass, early = [] } = state;
  const ofSteps = Object.values(state.steps).flatMap(({ undo, mock, ...step }) => [step, undo, mock]);
  const holders = [facts, ...ofSteps, paused?.breakpoint, pass, ...early].filter((holder) => holder !== undefined);
  const wanted = new Set(holders.flatMap((holder) => STORED_KEYS.flatMap((key) => refOf(holder as never, key)?.key ?? [])));
  if (wanted.size === 0) return state;
  const values = await fetched(wanted, payloads);
  const whole = <T extends object>(holder: T): T => withValues(holder as never, values) as T;
  const steps = Object.entries(state.steps).map(([name, step]) => {
    const { undo, mock } = step;
    return [name, whole(undo || mock ? { ...step, ...(undo ? { undo: whole(undo) } : {}), ...(mock ? { mock: whole(mock) } : {}) } : step)] as const;
  });
  return {
    ...state,
    facts: whole(facts),
    steps: Object.fromEntries(steps),
    ...(paused?.breakpoint ? { paused: { ...paused, breakpoint: whole(paused.breakpoint) } } : {}),
    ...(pass ? { pass: whole(pass) } : {}),
    ...(early.length > 0 ? { early: early.map(whole) } : {}),
  };
}

async function fetched(keys: Iterable<string>, payloads: PayloadStore): Promise<Map<string, Json>> {
  const found = [...keys].map(async (key) => {
    const text = await payloads.get(key);
    if (text === null) throw new Error(`payload ${key} is missing`);
    return [key, JSON.parse(text) as Json] as const;
  });
  return new Map(await Promise.all(found));
}

function withValues(holder: Record<string, unknown>, values: ReadonlyMap<string, Json>): Record<string, unknown> {
  let changed: Record<string, unknown> | undefined;
  for (const key of STORED_KEYS) {
    const ref = refOf(holder, key);
    if (ref && values.has(ref.key)) changed = { ...(changed ?? holder), [key]: { value: values.get(ref.key) } };
  }
  return changed ?? holder;
}

function refOf(holder: Record<string, unknown>, key: string): PayloadRef | undefined {
  const stored = holder[key] as Stored | undefined;
  return stored && 'ref' in stored ? stored.ref : undefined;
}

/** Cheap look before the expensive one: most values are far from the bound. */
function isSmall(value: Json, budget = { left: LIMITS.inlineValue / 8 }): boolean {
  if (typeof value === 'string') budget.left -= value.length + 4;
  else if (typeof value !== 'object' || value === null) budget.left -= 8;
  else if (Array.isArray(value)) {
    budget.left -= 2;
    for (const item of value) if (!isSmall(item, budget)) return false;
  } else {
    for (const key in value) {
      budget.left -= key.length + 4;
      if (!isSmall(value[key]!, budget)) return false;
    }
  }
  return budget.left > 0;
}
