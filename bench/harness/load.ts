/**
 * The load generator, a process of its own: so many clients, each with one connection kept open, each sending its
 * next request when the last was answered, until the asked number of executions is done or the time is over.
 *
 * Takes one `LoadOrder` over IPC and answers with one `LoadResult`.
 */
import { Agent } from 'node:http';
import { post } from './post.ts';

export interface LoadOrder {
  url: string;
  /** JSON text. */
  body: string;
  clients: number;
  executions: number;
  /** Status that counts as success. */
  status: number;
  /** The run ends after so many ms, done or not. */
  within: number;
}

export interface LoadResult {
  /** Answered as expected. */
  executions: number;
  /** Answered otherwise, or not at all. */
  failures: number;
  /** What the first failure was. */
  failure?: string;
  seconds: number;
  /** Milliseconds. */
  latency: { p50: number; p95: number; p99: number; mean: number };
}

process.on('message', async (order: LoadOrder) => {
  process.send?.(await run(order));
});
process.on('disconnect', () => process.exit(0));

async function run(order: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.clients });
  const latencies: number[] = [];
  let sent = 0;
  let failures = 0;
  let failure: string | undefined;
  const begin = performance.now();
  const client = async () => {
    while (sent < order.executions && performance.now() - begin < order.within) {
      sent++;
      const at = performance.now();
      const { status, text } = await post(agent, order.url, order.body).catch((error: Error) => ({ status: 0, text: error.message }));
      if (status === order.status) {
        latencies.push(performance.now() - at);
      } else {
        failures++;
        failure ??= `${status} ${text.slice(0, 500)}`;
      }
    }
  };
  await Promise.all(Array.from({ length: order.clients }, client));
  const seconds = (performance.now() - begin) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? Number.NaN;
  const mean = latencies.reduce((sum, value) => sum + value, 0) / latencies.length;
  return { executions: latencies.length, failures, failure, seconds, latency: { p50: at(0.5), p95: at(0.95), p99: at(0.99), mean } };
}
