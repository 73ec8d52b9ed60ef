import { describe, expect, it } from 'vitest';
import type { BreakpointHit } from '#contracts/debugging';
import { breakpointEvent, hooksOf } from '#workers/events/breakpoint-event';

const HIT: BreakpointHit = {
  tenant: 'acme',
  environment: 'production',
  workflow: 'orders',
  pipeline: 'process-order',
  execution_id: 'exec_1',
  seq: 7,
  step: 'charge',
  breakpoint_id: 'bp_1',
  set_by: 'key:1',
  notify: ['ops@example.com', 'https://hooks.example.com/breakpoints'],
};

describe('a breakpoint that was hit', () => {
  it('is one event, whoever tells it and however often', () => {
    const event = breakpointEvent(HIT, Date.UTC(2026, 1, 15));
    expect(event).toMatchObject({
      id: 'evt_exec_1_7',
      type: 'workflow.breakpoint.hit',
      source: '/orders/process-order/charge',
      tenant: 'acme',
      environment: 'production',
      executionid: 'exec_1',
      data: { execution_id: 'exec_1', step: 'charge', breakpoint_id: 'bp_1', notify: HIT.notify },
    });
    expect(breakpointEvent(HIT, Date.UTC(2026, 1, 16)).id).toBe(event.id);
  });

  it('calls what can be called, and for no other event', () => {
    const event = breakpointEvent(HIT, 0);
    expect(hooksOf(event)).toEqual(['https://hooks.example.com/breakpoints']);
    expect(hooksOf({ ...event, type: 'order.shipped' })).toEqual([]);
  });
});
