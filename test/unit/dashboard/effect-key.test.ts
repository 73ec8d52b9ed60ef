import { describe, expect, it } from 'vitest';
import { askedKey, keyApi, keyPage } from '../../../dashboard/src/lib/effect-key';

describe('the key that a page is asked for', () => {
  it('is of the step, in production, where nothing else is said', () =>
    expect(askedKey(new URLSearchParams('key=+a%2Fb+'))).toEqual({ key: 'a/b', environment: 'production', phase: 'run' }));

  it('is of an undoing, and of an environment', () =>
    expect(askedKey(new URLSearchParams('key=a&environment=staging&phase=compensate'))).toEqual({ key: 'a', environment: 'staging', phase: 'compensate' }));

  it('is none where the URL has none', () => expect(askedKey(new URLSearchParams('phase=other'))).toMatchObject({ key: '', phase: 'run' }));

  it('goes to the API whole, whatever is in it', () =>
    expect(keyApi({ key: 'a/b ?#é', environment: 'staging', phase: 'run' })).toBe(
      '/api/v1/idempotency-keys/a%2Fb%20%3F%23%C3%A9?environment=staging&phase=run',
    ));

  it('has a page, which is asked for the same', () => {
    const asked = { key: 'a/b ?#é', environment: 'staging', phase: 'compensate' as const };
    expect(askedKey(new URL(keyPage(asked), 'http://page').searchParams)).toEqual(asked);
    expect(keyPage({ key: 'a', environment: 'production', phase: 'run' })).toBe('/idempotency-keys/step?key=a');
  });
});
