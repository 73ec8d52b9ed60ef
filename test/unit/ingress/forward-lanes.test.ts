/** A proxy in the lanes of its company: places, bytes in both directions, and a stream that is held back and not broken. */
import { describe, expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import type { ForwardInit } from '#modules/door';
import { Bulkhead } from '#workers/egress/bulkhead';
import { type EgressBounds, Passage } from '#workers/egress/passage';
import { forwarder } from '#workers/ingress/doors/forward';
import { settled, Time } from '../egress/time.ts';

const never = () => ({ signal: new AbortController().signal, stop: () => undefined });

/** One isolate, and a service that answers each request with `count` parts of `size` bytes; `read` counts what was asked of it. */
function isolate({ size = 60, count = 3 } = {}) {
  const time = new Time();
  const lanes = new Bulkhead(() => time.now, time.sleep);
  const service = { read: 0, asked: 0, let_go: 0 };
  const answer = (async (_url: string, init: RequestInit) => {
    service.asked++;
    if (init.body) for await (const _ of init.body as unknown as AsyncIterable<Uint8Array>);
    let left = count;
    const source: UnderlyingSource<Uint8Array> = {
      pull(controller: ReadableStreamDefaultController<Uint8Array>) {
        if (left-- === 0) return controller.close();
        service.read++;
        controller.enqueue(new Uint8Array(size));
      },
      cancel: () => void service.let_go++,
    };
    return new Response(new ReadableStream(source, { highWaterMark: 0 }));
  }) as unknown as typeof fetch;
  const proxyOf = (tenant: string, bounds: Partial<EgressBounds>) => {
    const passage = (turn: Parameters<typeof Passage.begin>[3]) => Passage.begin(lanes, tenant, { calls: null, bytes_per_s: null, ...bounds }, turn);
    const { forward } = forwarder({ hosted: false, aliases: new Map() }, { fetch: answer, deadline: never, passage, log: () => undefined });
    return (init: Partial<ForwardInit> = {}) =>
      forward('http://a.example/', { method: 'GET', headers: new Headers(), body: null, timeout_ms: 10_000, ...init });
  };
  return { time, service, proxyOf };
}

/** Reads on and on; `bytes` says how far it has come. */
function reading(answer: Promise<Response>) {
  const state = { bytes: 0, done: false };
  void (async () => {
    const reader = (await answer).body!.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) state.bytes += part.value.byteLength;
    state.done = true;
  })();
  return state;
}

describe('bytes', () => {
  it('are held back part by part where the company has had more than it may, and come in the end', async () => {
    const { time, service, proxyOf } = isolate({ size: 150, count: 4 });
    const seen = reading(proxyOf('acme', { bytes_per_s: 100 })());
    await time.pass(0);
    // 100 were saved up, and the first part goes with the head: 50 are owed.
    expect([seen.bytes, service.read]).toEqual([150, 2]);
    await time.pass(499);
    expect(seen.bytes).toBe(150);
    await time.pass(1);
    expect([seen.bytes, service.read]).toEqual([300, 3]);
    await time.pass(3000);
    expect([seen.bytes, seen.done]).toEqual([600, true]);
  });

  it('of one company hold no other back', async () => {
    const { time, proxyOf } = isolate({ size: 500, count: 4 });
    const flood = reading(proxyOf('flood', { bytes_per_s: 100 })());
    const steady = reading(proxyOf('steady', { bytes_per_s: 100_000 })());
    const free = reading(proxyOf('free', {})());
    await time.pass(0);
    expect([flood.done, steady.done, free.done]).toEqual([false, true, true]);
  });

  it('of several streams of a company are paid for together', async () => {
    const { time, proxyOf } = isolate({ size: 100, count: 10 });
    const ask = proxyOf('acme', { bytes_per_s: 1000 });
    const streams = [reading(ask()), reading(ask()), reading(ask())];
    await time.pass(1000);
    // A second's worth was saved up and another has come; each may owe one part.
    expect(streams.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(2300);
    await time.pass(2000);
    expect(streams.every(({ done }) => done)).toBe(true);
  });

  it.each([
    ['that says how long it is', { 'content-length': '5000' }],
    ['that does not', {}],
  ])('of a request %s are paid for by the next call', async (_name, headers) => {
    const { time, service, proxyOf } = isolate({ count: 1 });
    const ask = proxyOf('acme', { bytes_per_s: 1000 });
    const body = new Response('x'.repeat(5000)).body;
    const first = reading(ask({ method: 'POST', headers: new Headers(headers), body }));
    await time.pass(0);
    await settled();
    expect(first.done).toBe(true);
    const next = reading(ask());
    await time.pass(3900);
    expect([service.asked, next.done]).toEqual([1, false]);
    await time.pass(300);
    expect([service.asked, next.done]).toEqual([2, true]);
  });

  it('that are owed for too long refuse the next call, which is not made', async () => {
    const { time, service, proxyOf } = isolate({ count: 1 });
    const ask = proxyOf('acme', { bytes_per_s: 1000 });
    await ask({ method: 'POST', headers: new Headers({ 'content-length': '60000' }), body: new Response('x').body });
    const refused = ask().catch((error: Problem) => error.code);
    await time.pass(5100);
    expect([await refused, service.asked]).toEqual(['egress_busy', 1]);
  });

  it('are not waited for by a client that has gone', async () => {
    const { time, service, proxyOf } = isolate({ size: 500 });
    const reader = (await proxyOf('acme', { bytes_per_s: 100 })()).body!.getReader();
    await reader.read();
    const held = reader.read();
    await time.pass(100);
    await reader.cancel();
    expect([(await held).done, service.let_go]).toEqual([true, 1]);
  });
});

describe('places', () => {
  it('are taken until the answer has ended', async () => {
    const { time, service, proxyOf } = isolate();
    const ask = proxyOf('acme', { calls: 1 });
    const first = (await ask()).body!.getReader();
    const second = reading(ask());
    await time.pass(1000);
    expect(service.asked).toBe(1);
    while (!(await first.read()).done);
    await time.pass(100);
    expect(second.done).toBe(true);
  });

  it('are free again where the call fails, or the client goes', async () => {
    const { proxyOf, time } = isolate();
    const ask = proxyOf('acme', { calls: 1 });
    await expect(ask({ max_response_bytes: 10 }).then((answer) => answer.text())).rejects.toBeInstanceOf(Problem);
    await (await ask()).body!.cancel();
    const last = reading(ask());
    await time.pass(0);
    expect(last.done).toBe(true);
  });

  it('of a stream that is quiet are free until it goes on', async () => {
    const { time, service, proxyOf } = isolate();
    const ask = proxyOf('acme', { calls: 1 });
    const quiet = (await ask()).body!.getReader();
    await quiet.read();
    const other = reading(ask({ timeout_ms: 60_000 }));
    await time.pass(9000);
    expect(service.asked).toBe(1);
    await time.pass(1100);
    expect(other.done).toBe(true);
    expect((await quiet.read()).value?.byteLength).toBe(60);
  });
});
