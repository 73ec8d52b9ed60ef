/** How long after a step a watcher hears of it: from the time of the event in the log until its message has arrived, ms. */
import type { Region } from './harness/region.ts';
import { quantile } from './harness/statistics.ts';

export interface LiveDelay {
  events: number;
  p50: number;
  p95: number;
}

const EXECUTIONS = 30;

export async function measureLive(region: Region): Promise<LiveDelay> {
  const yaml =
    'name: bench-live\npipelines:\n  run:\n    trigger: { type: manual }\n    steps:\n      - { name: first, type: step.set, config: { values: { a: 1 } } }\n      - { name: last, type: step.set, config: { values: { b: 2 } } }\n';
  await region.api('POST', '/workflows?deploy=production', yaml, 'application/yaml');
  const watching = new AbortController();
  const response = await fetch(`${region.origin}/api/v1/executions/live?workflow=bench-live`, {
    headers: { authorization: `Bearer ${region.adminKey}`, 'x-tenant': region.tenant },
    signal: watching.signal,
  });
  if (!response.ok || !response.body) throw new Error(`The live stream answered ${response.status}.`);
  const delays: number[] = [];
  let ended = 0;
  const all = (async () => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body!) {
      const arrived = Date.now();
      text += decoder.decode(chunk, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (!data) continue;
        delays.push(arrived - (JSON.parse(data) as { at: number }).at);
        if (part.includes('event: execution.completed') && ++ended === EXECUTIONS) return;
      }
    }
  })();
  for (let turn = 0; turn < EXECUTIONS; turn++) await region.api('POST', '/executions?wait=30s', JSON.stringify({ workflow: 'bench-live' }));
  await all;
  watching.abort();
  return { events: delays.length, p50: quantile(delays, 0.5), p95: quantile(delays, 0.95) };
}
