/** Lines of many executions: in their order, so many objects at a time, and one that breaks keeps nobody from the others. */
import { expect, it, vi } from 'vitest';
import { executionIdFromHex } from '#contracts/ids';
import type { LinePage, LineQuery } from '#contracts/log-line';
import type { RegionEnv } from '#workers/env';
import { linesHere } from '#workers/logs/lines-here';

const hexOf = (n: number) => n.toString(16).padStart(64, '0');
const ids = (count: number) => Array.from({ length: count }, (_, n) => ({ id: executionIdFromHex(hexOf(n + 1)) }));

/** Each execution says its number, in the order of which the answers come. */
function region(lines: (n: number, query: LineQuery) => Promise<LinePage | null>) {
  const EXECUTION = {
    idFromString: (hex: string) => Number.parseInt(hex, 16),
    get: (n: number) => ({ lines: (_: string, query: LineQuery) => lines(n, query) }),
  };
  return { EXECUTION, MODE: 'local', PLACEMENT: '' } as unknown as RegionEnv;
}
const page = (n: number): LinePage => ({ items: [{ message: String(n) } as never], next: null });

it('asks so many at a time, and answers in the order of the executions', async () => {
  let [under, most] = [0, 0];
  const env = region(async (n) => {
    most = Math.max(most, ++under);
    await Promise.resolve();
    under--;
    return n === 3 ? null : page(n);
  });
  const pages = await linesHere(env, 'acme', { executions: ids(25), limit: 5 });
  expect(pages.map(({ items }) => items.map(({ message }) => Number(message)))).toEqual(Array.from({ length: 25 }, (_, n) => (n === 2 ? [] : [n + 1])));
  expect(most).toBe(10);
});

it('goes on in each where it is told to, and says which could not be read', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const asked: LineQuery[] = [];
  const env = region(async (n, query) => {
    asked.push(query);
    if (n === 1) throw new Error('the object is overloaded');
    return page(n);
  });
  const [first, second] = ids(2);
  expect(await linesHere(env, 'acme', { executions: [first!, { ...second!, before: 7 }], limit: 5, level: 'warn' })).toEqual([
    { items: [], next: null, unread: true },
    page(2),
  ]);
  expect(asked).toEqual([
    { level: 'warn', limit: 5, before: undefined },
    { level: 'warn', limit: 5, before: 7 },
  ]);
  expect(JSON.parse(said.mock.calls[0]![0] as string)).toMatchObject({ code: 'log_unread', execution_id: first!.id });
  said.mockRestore();
});
