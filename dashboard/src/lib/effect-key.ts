/** The key of a step that its page is asked for, from its URL and to the API. Pure. */
import { environmentOf, PRODUCTION } from './environment';

export interface AskedKey {
  key: string;
  environment: string;
  phase: 'run' | 'compensate';
}

/** An empty key asks for nothing. */
export function askedKey(query: URLSearchParams): AskedKey {
  return {
    key: query.get('key')?.trim() ?? '',
    environment: environmentOf(query),
    phase: query.get('phase') === 'compensate' ? 'compensate' : 'run',
  };
}

/** `part`: below the key, such as `/release`. */
export function keyApi({ key, environment, phase }: AskedKey, part = ''): string {
  return `/api/v1/idempotency-keys/${encodeURIComponent(key)}${part}?${new URLSearchParams({ environment, phase })}`;
}

/** The page that says what is known of it. */
export function keyPage({ key, environment, phase }: AskedKey): string {
  const query = new URLSearchParams({ key });
  if (environment !== PRODUCTION) query.set('environment', environment);
  if (phase !== 'run') query.set('phase', phase);
  return `/idempotency-keys/step?${query}`;
}
