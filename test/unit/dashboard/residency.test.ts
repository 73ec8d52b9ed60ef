/** Where executions live, as the page of an application says it. */
import { expect, it } from 'vitest';
import { residencyLines } from '../../../dashboard/src/lib/residency.ts';

it('names pipelines that say it themselves, then the rules', () => {
  const definition = {
    pipelines: { 'sign-up': { name: 'sign-up', residency: '{{ .region }}' }, greet: { name: 'greet' } },
    residency: [
      { name: 'swiss', match: { fields: [{ path: 'country', values: ['CH', 'LI'] }] }, region: 'eu', replication: 'none' },
      { name: 'large', match: { expression: 'amount > 10' }, region: 'us', replication: 'cross-region' },
      { name: 'rest', match: {}, region: 'us' },
    ],
  };
  expect(residencyLines(definition as never).map(({ name, when, region, leaves }) => [name, when, region, leaves])).toEqual([
    ['sign-up', 'every start of this pipeline', '{{ .region }}', 'as the company lets it'],
    ['swiss', 'country is CH or LI', 'eu', 'to no other region'],
    ['large', 'amount > 10', 'us', 'to every region'],
    ['rest', 'every start', 'us', 'as the company lets it'],
  ]);
});

it('is nothing where nothing is said', () => {
  expect(residencyLines(undefined)).toEqual([]);
  expect(residencyLines({ pipelines: {} })).toEqual([]);
});
