/** How many hostile inputs are tried, by what they are meant for; the lists are run by the tests beside this one. */
import { expect, it } from 'vitest';
import { INPUTS } from './inputs.ts';

it('are sixty at the least', () => {
  const counts = Object.entries(INPUTS).map(([what, inputs]): [string, number] => [what.replaceAll('_', ' '), new Set<string>(inputs).size]);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  console.log([...counts, ['in all', total]].map(([what, count]) => `${String(count).padStart(4)} ${what}`).join('\n'));
  expect(total).toBeGreaterThanOrEqual(60);
});
