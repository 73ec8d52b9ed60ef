/** Look-ups of companies that there are not: bounded for an address, also where nobody but the router can say which. */
import { expect, it } from 'vitest';
import type { RouterEnv } from '#workers/router/env';
import { assertMaySearch, countMiss } from '#workers/router/strangers';

const env = (mode: string) => ({ MODE: mode, ADDRESS_RATE: '50', REGION_US: {} }) as unknown as RouterEnv;
const from = (address?: string) => new Request('http://x/', address === undefined ? {} : { headers: { 'cf-connecting-ip': address } });
let minute = 0;

/** How many a minute are searched for. */
function searched(mode: string, request: (n: number) => Request): number {
  const now = ++minute * 60_000;
  for (let n = 0; n < 100; n++) {
    try {
      assertMaySearch(request(n), env(mode), now);
    } catch {
      return n;
    }
    countMiss(request(n), env(mode), now);
  }
  return 100;
}

it.each([
  ['of one address', 'hosted', () => from('203.0.113.1'), 10],
  ['of many', 'hosted', (n: number) => from(`203.0.113.${n}`), 100],
  ['on one machine, where none stands in the request', 'local', () => from(), 10],
  ['on one machine, whatever is claimed', 'local', (n: number) => from(`203.0.113.${n}`), 10],
])('%s', (_, mode, request, most) => {
  expect(searched(mode, request)).toBe(most);
});
