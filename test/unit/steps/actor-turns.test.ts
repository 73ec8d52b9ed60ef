/** Whose turn it is in a pool: one after the other, each pool for itself, and never again for a message that has its actor. */
import { expect, it } from 'vitest';
import type { Scope } from '#contracts/step';
import { actorInput } from '#steps/actor-settings';
import { actorInTurn } from '#steps/actor-turns';

const context = (workflow: string) => ({ meta: { tenant: 'acme', workflow, environment: 'production' } });
const numbers = (pool: string, workflow: string, times: number) =>
  Array.from({ length: times }, () => Number(actorInTurn(pool, 3, context(workflow)).split('-').at(-1)));

it('goes round', () => {
  const [first = 0, ...rest] = numbers('jobs', 'round', 7);
  expect(rest).toEqual([1, 2, 3, 4, 5, 6].map((more) => (first + more) % 3));
});

it('is counted for each pool of each application', () => {
  const [one = 0] = numbers('jobs', 'one', 1);
  numbers('jobs', 'other', 2);
  numbers('mail', 'one', 2);
  expect(numbers('jobs', 'one', 1)).toEqual([(one + 1) % 3]);
});

it.each([
  ['an identity goes before a turn', { identity: 'me', in_turn: 3 }, 'me'],
  ['an empty one is none', { identity: '', in_turn: 1 }, 'jobs-0'],
  ['without turns nobody is named', {}, undefined],
])('%s', (_, more, identity) => {
  const input = actorInput({ pool: 'jobs', message: { type: 'Do' }, ...more }, { context: context('names') } as unknown as Scope);
  expect(input.identity).toBe(identity);
});
