/** How far `wf logs` looks, against a platform that is made up. */
import { afterEach, expect, it, vi } from 'vitest';
import { main } from '#cli/main';

const line = (message: string, sequence_num = 1) => ({
  timestamp: '2026-02-15T14:30:00.238Z',
  level: 'info',
  workflow: 'shop',
  pipeline: 'order',
  execution_id: 'exec_1',
  message,
  sequence_num,
});

afterEach(() => vi.unstubAllGlobals());

/** `pages`: what each request finds; the last has no next where `ends`. */
async function wf(words: string[], pages: object[][], ends: boolean) {
  const out: string[] = [];
  const notes: string[] = [];
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    calls.push(new URL(url).search);
    const items = pages[calls.length - 1] ?? [];
    const more = !ends || calls.length < pages.length;
    return Response.json({
      items,
      next_cursor: more ? `c${calls.length}` : null,
      looked: { executions: 900, back_to: '2026-02-14T00:00:00.000Z' },
    });
  });
  const around = { out: (text: string) => out.push(text), note: (text: string) => notes.push(text), env: { WORKFLOW_API_KEY: 'k' }, cwd: '/', colours: false };
  return { code: await main(['logs', ...words], around), out, notes: notes.join('\n'), calls };
}

it('each request looks on, until there is enough', async () => {
  const { out, notes, calls } = await wf(['--text', 'x', '--limit', '2'], [[], [line('second')], [line('first', 2)], [line('none')]], false);
  expect(out.map((text) => text.split('  ').at(-1))).toEqual(['first', 'second']);
  expect(calls).toEqual(['?q=x&within=10s&limit=2', '?q=x&within=10s&limit=2&cursor=c1', '?q=x&within=10s&limit=1&cursor=c2']);
  expect(notes).toBe('');
});

it('says how far it came where it stops, and goes on from there', async () => {
  const { notes, calls } = await wf(['--text', 'x', '--cursor', 'c0'], [], false);
  expect(calls[0]).toBe('?q=x&cursor=c0&within=10s&limit=50');
  expect(calls).toHaveLength(20);
  expect(notes).toContain('18000 executions looked through, back to 2026-02-14T00:00:00.000Z; there are more: go on with --cursor c20');
});

it('says that there is none', async () => {
  expect((await wf(['--text', 'x'], [[]], true)).notes).toBe(
    'No line fits: 900 executions looked through, back to 2026-02-14T00:00:00.000Z. Look at more with --since, or leave a filter out.',
  );
});

it('one execution is looked through page by page', async () => {
  expect((await wf(['--execution', 'exec_1'], [[line('a')]], true)).calls).toEqual(['?execution=exec_1&limit=50']);
});
