/** `wf keys`, against a platform that is made up. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Surroundings } from '#cli/command';
import { main } from '#cli/main';

const row = (key: string, more: object = {}) => ({
  scope: 'pipeline',
  key,
  environment: 'production',
  workflow: 'shop',
  pipeline: 'order',
  execution_id: 'exec_1',
  state: 'answered',
  expires_at: '2026-02-16T14:30:00.000Z',
  ...more,
});

afterEach(() => vi.unstubAllGlobals());

/** `pages`: what the list answers, one after the other; `answers`: what somebody at the terminal says. */
async function wf(words: string[], pages: object[][], ask?: boolean) {
  const out: string[] = [];
  const notes: string[] = [];
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push(`${init.method} ${url.replace('http://127.0.0.1:8787/api/v1', '')}${init.body ? ` ${init.body}` : ''}`);
    if (init.method === 'POST') return Response.json({ key: 'k' });
    const items = pages.shift() ?? [];
    return Response.json({ items, next_cursor: pages.length > 0 ? 'next' : null });
  });
  const around: Surroundings = {
    out: (line) => out.push(line),
    note: (line) => notes.push(line),
    env: { WORKFLOW_API_KEY: 'key' },
    cwd: '/',
    colours: false,
    ...(ask === undefined ? {} : { ask: async () => ask }),
  };
  return { code: await main(['keys', ...words], around), out, notes: notes.join('\n'), calls };
}

it('prints the keys of all pages, without control characters', async () => {
  const step = row('b', { scope: 'step', step: 'charge', environment: 'staging', state: 'running' });
  const { code, out, calls } = await wf(['order_', '--scope', 'step', '--limit', '300'], [[row('a\u001b[31m')], [], [step]]);
  expect(code).toBe(0);
  expect(out).toHaveLength(2);
  expect(out[0]).toMatch(/^answered {2}a.* {2}shop\.order {2}exec_1 {2}until 2026-02-16T14:30:00\.000Z$/);
  expect(out[0]).not.toContain('\u001b');
  expect(out[1]).toContain('running   b  shop.order/charge (staging)');
  expect(calls[0]).toBe('GET /idempotency-keys?scope=step&prefix=order_&limit=200');
  expect(calls[2]).toBe('GET /idempotency-keys?scope=step&prefix=order_&limit=200&cursor=next');
});

it('releases the one that fits exactly and holds, once it has been asked', async () => {
  const pages = () => [[row('k', { state: 'expired', execution_id: 'exec_0' }), row('k'), row('k2')]];
  const done = await wf(['k', '--release', '--reason', 'by mistake'], pages(), true);
  expect([done.code, done.out]).toEqual([0, ['k is free.']]);
  expect(done.calls.at(-1)).toBe('POST /executions/exec_1/release-key {"reason":"by mistake"}');
  expect((await wf(['k', '--release'], pages(), false)).calls).toHaveLength(1);
  expect((await wf(['k', '--release', '--yes'], pages(), false)).calls).toHaveLength(2);
});

it('releases a key of a step in its environment', async () => {
  const { calls } = await wf(['a/b', '--scope', 'step', '--release'], [[row('a/b', { scope: 'step', phase: 'run', environment: 'staging' })]]);
  expect(calls.at(-1)).toBe('POST /idempotency-keys/a%2Fb/release?environment=staging&phase=run {}');
});

it.each<[words: string[], rows: object[], code: number, says: string]>([
  [['--release'], [], 2, 'Name the KEY'],
  [['k', '--limit', '0'], [], 2, '--limit 0'],
  [['k', '--pages', '1001'], [], 2, '--pages 1001'],
  [['k', '--release'], [row('k2')], 1, 'Nothing holds the key k.'],
  [['k', '--release'], [row('k'), row('k', { pipeline: 'refund' })], 1, 'Several hold it'],
  [['k'], [], 0, 'No key fits.'],
])('%j says what is to be done', async (words, rows, code, says) => {
  const called = await wf(words, [rows]);
  expect([called.code, called.out]).toEqual([code, []]);
  expect(called.notes).toContain(says);
});

describe('a search that stopped', () => {
  const empty = (pages: number, ...found: object[]) => [...Array.from({ length: pages - 1 }, () => []), found, []];

  it.each<[words: string[], pages: object[][], says: string]>([
    [
      ['--release'],
      empty(20),
      'Whether anything holds the key k is not known: the search stopped after 20 pages of the list. Look through more with --pages 200.',
    ],
    [['--release'], empty(20, row('k')), 'Whether only this one holds the key k is not known'],
    [['--release', '--pages', '1'], empty(1), 'stopped after 1 page of'],
    [['--release', '--pages', '21'], empty(20), 'Nothing holds the key k.'],
  ])('releases nothing and says so: %j', async (words, pages, says) => {
    const { code, notes, calls } = await wf(['k', ...words, '--yes'], pages);
    expect([code, calls.filter((call) => call.startsWith('POST'))]).toEqual([1, []]);
    expect(notes).toContain(says);
  });

  it('is told beside what it found', async () => {
    const { code, out, notes } = await wf(['k'], empty(20, row('k')));
    expect([code, out.length, notes]).toEqual([0, 1, expect.stringContaining('There may be more: the search stopped after 20 pages')]);
    expect((await wf(['k', '--limit', '1'], empty(20, row('k')))).notes).toBe('');
  });
});
