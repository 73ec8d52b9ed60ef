import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveHubRpc, LiveMessage } from '#contracts/live-rpc';
import { publishLive } from '#workers/live';

const message = (tenant: string, seq: number) => ({ tenant, seq }) as LiveMessage;
const publishTo = (hub: LiveHubRpc) => (tenant: string, seq: number) =>
  publishLive(
    () => hub,
    tenant,
    () => [message(tenant, seq)],
    () => {},
  );

function hubOf(quiet: number[]) {
  const calls: { seqs: number[]; settle: () => void }[] = [];
  const hub: LiveHubRpc = {
    publish: (messages) =>
      new Promise((resolve) => calls.push({ seqs: messages.map((each) => each.seq), settle: () => resolve({ quiet_ms: quiet.shift() ?? 0 }) })),
    subscribe: () => Promise.reject(new Error('not here')),
    watching: () => Promise.reject(new Error('not here')),
  };
  return { hub, calls };
}

const flush = () => vi.advanceTimersByTimeAsync(0);
let tenants = 0;

describe('publishLive', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('asks whether somebody watches before it makes a message', async () => {
    const tenant = `t${tenants++}`;
    const { hub, calls } = hubOf([200, 0]);
    const made: number[] = [];
    const publish = (seq: number) =>
      publishLive(
        () => hub,
        tenant,
        () => [made.push(seq)].map(() => message(tenant, seq)),
        () => {},
      );
    publish(1);
    publish(2);
    calls[0]!.settle();
    await flush();
    expect([calls.map((call) => call.seqs), made]).toEqual([[[]], []]);
    await vi.advanceTimersByTimeAsync(200);
    publish(3);
    calls[1]!.settle();
    await flush();
    expect([calls.map((call) => call.seqs), made]).toEqual([[[], [], [3]], [3]]);
  });

  it('has one call under way; what happens meanwhile goes with the next', async () => {
    const tenant = `t${tenants++}`;
    const { hub, calls } = hubOf([]);
    const publish = publishTo(hub);
    publish(tenant, 1);
    calls[0]!.settle();
    await flush();
    for (const seq of [2, 3]) publish(tenant, seq);
    expect(calls.map((call) => call.seqs)).toEqual([[], [1]]);
    calls[1]!.settle();
    await flush();
    expect(calls.map((call) => call.seqs)).toEqual([[], [1], [2, 3]]);
  });

  it('is quiet for as long as the hub says, counted from before the call', async () => {
    const tenant = `t${tenants++}`;
    const { hub, calls } = hubOf([200]);
    const publish = publishTo(hub);
    publish(tenant, 1);
    await vi.advanceTimersByTimeAsync(50);
    calls[0]!.settle();
    await flush();
    await vi.advanceTimersByTimeAsync(149);
    publish(tenant, 2);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    publish(tenant, 3);
    expect(calls).toHaveLength(2);
  });

  it('keeps tenants apart', () => {
    const { hub, calls } = hubOf([]);
    const publish = publishTo(hub);
    publish(`t${tenants++}`, 1);
    publish(`t${tenants++}`, 2);
    expect(calls).toHaveLength(2);
  });
});
