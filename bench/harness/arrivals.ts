/**
 * Load that comes when it comes: a request at each tick, whether those before were answered or not. A process of its own.
 *
 * Takes an `ArrivalsOrder` over IPC and answers it with an `ArrivalsResult`.
 *
 * 1. Latency counts from the tick at which a request was due, sent again or not, so that a generator that is held up hides
 *    nothing.
 * 2. What had to be sent again is counted, for it was an error of whoever was asked. Only a start that has a name of its own,
 *    and is one execution however often it comes, may be sent again.
 */
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { post } from './post.ts';
import { quantile } from './statistics.ts';

export interface ArrivalsOrder {
  /** Taken in turns. */
  urls: string[];
  /** JSON text. */
  body: string;
  perSecond: number;
  ms: number;
  /** Connections that are kept open. */
  connections: number;
  /**
   * How often a start is sent at most, once if absent: `x-delivery` names it, and one that nobody answered, or whose region
   * did not, is sent again under the same name.
   */
  sends?: number;
}

export interface ArrivalsResult {
  sent: number;
  /** Sent again, by the code of the answer before; `connection`: there was none. */
  repeated: { [code: string]: number };
  /** By status of the last answer; 0: no answer. */
  answers: { [status: string]: number };
  /** Answered with 2xx, by URL. */
  good: { [url: string]: number };
  /** Answers other than 2xx, by the code of their problem; `none` without one. */
  problems: { [code: string]: number };
  /** What the first answer said that was neither 2xx nor a refusal (429, 503). */
  failure?: string;
  /** Of answers with 2xx, milliseconds. */
  latency: { p50: number; p95: number; p99: number };
}

/** The runtime closes a connection that rests for five seconds; one that is let go of before is not closed under a request. */
const IDLE_MS = 2000;
/** What the router says when a region did not answer it. */
const UNANSWERED = 'region_unavailable';
/** How long is waited in between, ms. */
const PAUSE_MS = 50;
/** Requests after the last tick are waited for so long, ms. */
const GRACE_MS = 30_000;

process.on('message', async (order: ArrivalsOrder) => {
  process.send?.(await run(order));
});
process.on('disconnect', () => process.exit(0));

async function run({ urls, body, perSecond, ms, connections, sends: most = 1 }: ArrivalsOrder): Promise<ArrivalsResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: IDLE_MS });
  const latencies: number[] = [];
  const latency = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
  const result: ArrivalsResult = { sent: 0, repeated: {}, answers: {}, problems: {}, good: {}, latency };
  const count = (tally: { [name: string]: number }, name: string | number) => {
    tally[name] = (tally[name] ?? 0) + 1;
  };
  const send = async (url: string, due: number) => {
    const delivery = randomUUID();
    const once = (by: Agent | false) => post(by, url, body, { 'x-delivery': delivery }).catch((error: Error) => ({ status: 0, text: error.message }));
    let { status, text } = await once(agent);
    for (let sends = 1; (status === 0 || codeOf(text) === UNANSWERED) && sends < most; sends++) {
      count(result.repeated, status === 0 ? 'connection' : UNANSWERED);
      await pause(PAUSE_MS);
      // On a connection of its own, which nobody can have closed before.
      ({ status, text } = await once(false));
    }
    count(result.answers, status);
    if (status >= 200 && status < 300) {
      count(result.good, url);
      latencies.push(performance.now() - due);
      return;
    }
    count(result.problems, codeOf(text));
    if (status !== 429 && status !== 503) result.failure ??= `${status} ${text.slice(0, 500)}`;
  };
  const open = new Set<Promise<void>>();
  const begin = performance.now();
  const total = Math.round((ms / 1000) * perSecond);
  while (result.sent < total) {
    const due = begin + (result.sent / perSecond) * 1000;
    const early = due - performance.now();
    if (early > 0.5) {
      await pause(early);
      continue;
    }
    const sent = send(urls[result.sent % urls.length]!, due);
    open.add(sent);
    void sent.finally(() => open.delete(sent));
    result.sent++;
  }
  await Promise.race([Promise.all(open), pause(GRACE_MS)]);
  agent.destroy();
  result.latency = { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), p99: quantile(latencies, 0.99) };
  return result;
}

const codeOf = (text: string) => /"code":"(\w+)"/.exec(text)?.[1] ?? 'none';
