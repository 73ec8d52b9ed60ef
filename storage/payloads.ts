/**
 * Large values on their way into and out of the log: above LIMITS.inlineValue the log keeps hash and
 * reference, the JSON text lies in the region's R2.
 */
import { createHash } from 'node:crypto';
import { type EventData, type LogEvent, type PayloadRef, STORED_KEYS, type Stored } from '#contracts/events';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
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

/**
 * Puts referenced values back, where a fold needs them: triggers, outputs, and the inputs of attempts
 * that are still open. With `all`, every one.
 */
export async function hydrate(events: LogEvent[], payloads: PayloadStore, all = false): Promise<LogEvent[]> {
  const wanted = new Map<string, Promise<string | null>>();
  const open = all ? undefined : openInputs(events);
  const isWanted = (event: LogEvent, key: string) => all || key !== 'input' || open!.has(event.seq);
  for (const event of events) {
    for (const key of STORED_KEYS) {
      const ref = refOf(event, key);
      if (ref && isWanted(event, key) && !wanted.has(ref.key)) wanted.set(ref.key, payloads.get(ref.key));
    }
  }
  if (wanted.size === 0) return events;
  const texts = new Map<string, Json>();
  for (const [key, text] of wanted) {
    const found = await text;
    if (found === null) throw new Error(`payload ${key} is missing`);
    texts.set(key, JSON.parse(found) as Json);
  }
  return events.map((event) => {
    let changed: Record<string, unknown> | undefined;
    for (const key of STORED_KEYS) {
      const ref = refOf(event, key);
      if (!ref || !texts.has(ref.key) || !isWanted(event, key)) continue;
      changed ??= { ...event.data };
      changed[key] = { value: texts.get(ref.key) };
    }
    return changed ? ({ ...event, data: changed } as unknown as LogEvent) : event;
  });
}

function refOf(event: LogEvent, key: string) {
  const stored = (event.data as Record<string, unknown>)[key] as Stored | undefined;
  return stored && 'ref' in stored ? stored.ref : undefined;
}

/** Sequence numbers of the input events whose attempt has not come to its end. */
function openInputs(events: LogEvent[]): Set<number> {
  const open = new Map<string, number>();
  for (const event of events) {
    switch (event.type) {
      case 'step.input_recorded':
        open.set(event.data.step_name, event.seq);
        break;
      case 'compensation.started':
        open.set(`${event.data.step_name} (undo)`, event.seq);
        break;
      case 'step.completed':
      case 'step.skipped':
        open.delete(event.data.step_name);
        break;
      case 'step.failed':
        if (event.data.final) open.delete(event.data.step_name);
        break;
      case 'step.compensated':
        open.delete(`${event.data.step_name} (undo)`);
        break;
      default:
        break;
    }
  }
  return new Set(open.values());
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
