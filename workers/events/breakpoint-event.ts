/**
 * A breakpoint was hit: an event of the bus, so that a pipeline may tell people in whatever way they like, and a POST to
 * each URL that the breakpoint names. Its mails: `breakpoint-mail.ts`.
 */

import type { EventMessage } from '#contracts/bus-rpc';
import type { BreakpointHit } from '#contracts/debugging';
import { newSpanId, newTraceId } from '#contracts/ids';
import type { Json } from '#contracts/json';
import { BREAKPOINT_HIT } from '#contracts/platform-topics';

export function breakpointEvent({ tenant, environment, seq, ...hit }: BreakpointHit, now: number): EventMessage {
  return {
    specversion: '1.0',
    id: `evt_${hit.execution_id}_${seq}`,
    type: BREAKPOINT_HIT,
    source: `/${hit.workflow}/${hit.pipeline}/${hit.step}`,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data: { ...hit, environment } as unknown as Json,
    traceparent: `00-${newTraceId()}-${newSpanId()}-01`,
    tenant,
    environment,
    executionid: hit.execution_id,
  };
}

/** Whether it is called, rather than mailed. */
export function isHook(to: string): boolean {
  return /^https?:\/\//.test(to);
}

/** Addresses of `notify` that can be called. */
export function hooksOf(message: EventMessage): string[] {
  if (message.type !== BREAKPOINT_HIT) return [];
  const { notify } = message.data as unknown as Pick<BreakpointHit, 'notify'>;
  return notify.filter(isHook);
}
