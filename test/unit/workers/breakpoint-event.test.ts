import { describe, expect, it } from 'vitest';
import type { BreakpointHit } from '#contracts/debugging';
import { Problem } from '#contracts/problems';
import type { HttpPort } from '#steps/define-step';
import type { EgressEnv } from '#workers/egress/way-out';
import { breakpointEvent, hooksOf } from '#workers/events/breakpoint-event';
import { callHooks } from '#workers/events/hooks';

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

describe('the addresses of an event', () => {
  const URLS = ['https://inside.example/', 'https://away.example/', 'https://hooks.example/'];
  const http = (refused: Record<string, Error>) => {
    const called: string[] = [];
    const port: HttpPort = {
      async fetch({ url }) {
        if (refused[url]) throw refused[url];
        called.push(url);
        return { status: 200, headers: {}, body: '' };
      },
    };
    return { called, port };
  };
  const event = breakpointEvent({ ...HIT, notify: URLS }, 0);

  it('are all called, whatever becomes of one', async () => {
    const { called, port } = http({ [URLS[1]!]: new Problem('connection_failed') });
    await expect(callHooks(event, {} as EgressEnv, port)).rejects.toMatchObject({ code: 'connection_failed' });
    expect(called).toEqual([URLS[0], URLS[2]]);
  });

  it('are not tried again where that would be refused again', async () => {
    const { called, port } = http({ [URLS[0]!]: new Problem('address_refused') });
    await callHooks(event, {} as EgressEnv, port);
    expect(called).toEqual([URLS[1], URLS[2]]);
  });
});
