/** The key of a step that the page Idempotency keys is asked for, from its URL and to the API. Pure. */
import { environmentOf } from './machine-links';

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

export function keyApi({ key, environment, phase }: AskedKey): string {
  return `/api/v1/idempotency-keys/${encodeURIComponent(key)}?${new URLSearchParams({ environment, phase })}`;
}
