/** Leases of a shared bucket from which calls of different cost are taken. */
import { describe, expect, it } from 'vitest';
import { TokenBuckets } from '#objects/token-buckets';
import { type LeasePorts, type SharedBucket, TokenLeases } from '#workers/quota/token-leases';

function world(rate = { per_minute: 60, burst: 40 }) {
  const clock = { now: 1_000_000 };
  const asked: number[] = [];
  const buckets = new TokenBuckets(() => clock.now);
  const bucket = (name = 'acme/calls'): SharedBucket => ({
    name,
    rate,
    async ask({ wanted, least }) {
      asked.push(wanted);
      return buckets.takeUpTo(name, rate, wanted, least);
    },
  });
  const ports: LeasePorts = { now: () => clock.now, failed: (error) => expect.unreachable(String(error)) };
  const leases = new TokenLeases();
  const take = (cost: number, name?: string) => leases.take(bucket(name), cost, ports);
  return { clock, asked, leases, take, bucket };
}

describe('a lease', () => {
  it('lets small calls go by parts of a token', async () => {
    const { take, asked } = world();
    for (let i = 0; i < 8; i++) expect(await take(0.25)).toBeUndefined();
    expect(asked).toEqual([1, 2]);
  });

  it('goes towards a call that needs more than it holds, and no token of it is lost', async () => {
    const { take, leases, clock, bucket } = world();
    await take(1);
    await take(0.5);
    await take(20);
    expect(leases.left(bucket(), clock.now)).toBe(18);
    expect(await take(18)).toBeUndefined();
    expect(await take(1)).toBe(1);
  });

  it('stays when a larger call is refused, which is told when it has enough', async () => {
    const { take, clock } = world();
    await take(20);
    await take(15);
    expect(await take(20)).toBe(15);
    clock.now += 1000;
    for (let i = 0; i < 6; i++) expect(await take(1)).toBeUndefined();
    expect(await take(1)).toBe(1);
  });

  it('is larger where more is taken, so that one call in many asks', async () => {
    const { take, clock, asked } = world({ per_minute: 6000, burst: 1200 });
    for (let i = 0; i < 300; i++) {
      clock.now += 50;
      expect(await take(i % 3 === 0 ? 5 : 1)).toBeUndefined();
    }
    expect(asked.length).toBeLessThan(60);
  });

  it('knows what is left without asking, as time goes by, and never more than there can be', async () => {
    const { take, clock, leases, bucket } = world();
    expect(leases.left(bucket(), clock.now)).toBe(40);
    await take(20);
    expect(leases.left(bucket(), clock.now)).toBe(20);
    clock.now += 5000;
    expect(leases.left(bucket(), clock.now)).toBe(25);
    clock.now += 3_600_000;
    expect(leases.left(bucket(), clock.now)).toBe(40);
  });

  it('is forgotten when nothing was taken for a while', async () => {
    const { take, clock, leases } = world();
    for (let i = 0; i < 3; i++) await take(1, `address-${i}`);
    clock.now += 30_000;
    await take(1, 'address-2');
    expect(leases.size).toBe(3);
    clock.now += 30_000;
    await take(1, 'another');
    expect(leases.size).toBe(2);
  });

  it('is of one bucket, and there are no more of them than an isolate has room for', async () => {
    const { take, asked } = world();
    await take(1, 'first');
    await take(1, 'first');
    for (let i = 0; i < 5000; i++) await take(1, `company-${i}`);
    asked.length = 0;
    await take(1, 'first');
    expect(asked).toEqual([1]);
  });
});
