import { describe, expect, it } from 'vitest';
import { isKeyFiltered, keysPage, readKeyFilters } from '../../../dashboard/src/lib/key-filters';

const read = (query: string) => readKeyFilters(new URLSearchParams(query));

describe('the filters of keys', () => {
  it('are those of starts where nothing is said, or what is said is not known', () => {
    expect(read('')).toEqual({ scope: 'pipeline' });
    expect(read('scope=other&state=lost&q=+')).toEqual({ scope: 'pipeline' });
    expect(isKeyFiltered(read('scope=step'))).toBe(false);
  });

  it.each(['/idempotency-keys', '/idempotency-keys?scope=step&q=a%2Fb&state=answered&workflow=orders&pipeline=pay&environment=staging'])(
    'stand in the URL: %s',
    (path) => expect(keysPage(readKeyFilters(new URL(path, 'http://page').searchParams))).toBe(path),
  );

  it('stay when the scope changes', () => expect(keysPage(read('q=a'), { scope: 'step' })).toBe('/idempotency-keys?scope=step&q=a'));
});
