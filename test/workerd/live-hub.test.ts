/** The hub on the real runtime: filters, and no gap between a confirmed subscription and what is published after it. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { LiveHubRpc, LiveMessage } from '#contracts/live-rpc';
import type { LogLine } from '#contracts/log-line';
import type { LiveHubObject } from '#objects/live-hub';

const hub = (name: string) => env.LIVE_HUB.getByName(name) as unknown as LiveHubRpc;

const message = (pipeline: string, seq: number): LiveMessage => ({
  event: 'step.completed',
  execution_id: 'exec_1',
  seq,
  at: 0,
  tenant: 'acme',
  workflow: 'shop',
  workflow_id: 'wf_1',
  environment: 'production',
  attributes: { customer: pipeline },
  pipeline,
  status: 'running',
  data: { step: 'a' },
});

/** Text of the stream until it holds `until`. */
async function read(stream: ReadableStream<Uint8Array> | null, until: string): Promise<string> {
  const reader = stream!.getReader();
  let text = '';
  while (!text.includes(until)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  await reader.cancel();
  return text;
}

it('tells publishers to be quiet while nobody listens, and not once somebody does', async () => {
  expect((await hub('quiet').publish([message('p', 1)])).quiet_ms).toBeGreaterThan(0);
  const stream = await hub('quiet').subscribe({});
  expect((await hub('quiet').publish([message('p', 2)])).quiet_ms).toBe(0);
  expect(await read(stream, 'exec_1:2')).toContain('event: step.completed');
});

it.each<[Parameters<LiveHubRpc['subscribe']>[0], number[]]>([
  [{ workflow_ids: ['wf_2'] }, [3]],
  [{ workflow_ids: ['wf_1', 'wf_9'], pipeline: 'orders' }, [1]],
  [{}, [1, 2, 3]],
  [{ pipeline: 'orders' }, [1, 3]],
  [{ pipeline: 'shop.orders' }, [1]],
  [{ pipeline: 'other.orders' }, [3]],
  [{ workflow: 'shop' }, [1, 2]],
  [{ status: 'failed' }, [3]],
  [{ execution_id: 'exec_1' }, [1, 2]],
  [{ attr: { customer: 'refunds' } }, [2]],
  [{ attr: { customer: 'orders' }, workflow: 'shop' }, [1]],
  [{ environment: 'staging' }, [3]],
])('%j', async (filter, expected) => {
  const name = JSON.stringify(filter);
  const stream = await hub(name).subscribe(filter);
  await hub(name).publish([message('orders', 1), message('refunds', 2)]);
  await hub(name).publish([
    { ...message('orders', 3), execution_id: 'exec_3', workflow: 'other', workflow_id: 'wf_2', environment: 'staging', status: 'failed' },
  ]);
  const last = expected.at(-1)!;
  const text = await read(stream, `:${last}\n`);
  expect([...text.matchAll(/^id: exec_\d:(\d)$/gm)].map((match) => Number(match[1]))).toEqual(expected);
});

it('has lines for those who follow lines: those that fit, and nothing of events that say nothing', async () => {
  const line = (level: LogLine['level'], text: string, seq: number): LiveMessage => ({
    ...message('orders', seq),
    line: {
      timestamp: '2026-02-15T14:30:00.000Z',
      level,
      message: text,
      execution_id: 'exec_1',
      workflow: 'shop',
      environment: 'production',
      pipeline: 'orders',
      tenant: 'acme',
      trace_id: 't',
      sequence_num: seq,
    },
  });
  const stream = await hub('lines').subscribe({ workflow: 'shop', attr: { customer: 'orders' }, lines: { level: 'warn', text: 'STOCK' } });
  await hub('lines').publish([message('orders', 1), line('info', 'no stock', 2), line('warn', 'late', 3), line('error', 'No stock', 4)]);
  const text = await read(stream, 'exec_1:4');
  expect([...text.matchAll(/^event: (\w+)$/gm)].map(([, event]) => event)).toEqual(['log']);
  expect(JSON.parse(/^data: (.*)$/m.exec(text)![1]!)).toMatchObject({ level: 'error', message: 'No stock', sequence_num: 4 });
});

it('ends a stream after a quarter of an hour, so that whoever watches is asked anew', async () => {
  const stream = await hub('ends').subscribe({});
  const beat = (ms: number) => runInDurableObject(env.LIVE_HUB.getByName('ends'), (object) => (object as unknown as LiveHubObject).beat(Date.now() + ms));
  await beat(14 * 60_000);
  await beat(15 * 60_000);
  expect(await read(stream, 'never said')).toMatch(/: still here\n\n$/);
  expect((await hub('ends').publish([message('p', 1)])).quiet_ms).toBeGreaterThan(0);
});
