/** The filters of the page Idempotency keys: their place in its URL, and the query of the API that they make. Pure. */
import { KEY_SCOPES, type KeyScopeName } from '#contracts/api-idempotency';
import { KEY_STATES, type KeyState } from '#contracts/key-store';
import { paramsOf, textOf, withParams } from './page-params';

export interface KeyFilters {
  scope: KeyScopeName;
  q?: string;
  state?: KeyState;
  workflow?: string;
  pipeline?: string;
  environment?: string;
}

const CHOSEN = ['q', 'state', 'workflow', 'pipeline', 'environment'] as const;

export const KEY_STATE_WORDS: { readonly [state in KeyState]: string } = { running: 'Running', answered: 'Answered', expired: 'Free again' };

export function readKeyFilters(params: URLSearchParams): KeyFilters {
  const text = (name: string) => textOf(params, name);
  return {
    scope: KEY_SCOPES.find((scope) => scope === text('scope')) ?? 'pipeline',
    q: text('q'),
    state: KEY_STATES.find((state) => state === text('state')),
    workflow: text('workflow'),
    pipeline: text('pipeline'),
    environment: text('environment'),
  };
}

/** The page's own URL with some filters changed; it begins with the newest. */
export function keysPage(filters: KeyFilters, change: Partial<KeyFilters> = {}): string {
  const next = { ...filters, ...change };
  return withParams('/idempotency-keys', paramsOf({ ...next, scope: next.scope === 'pipeline' ? undefined : next.scope }, ['scope', ...CHOSEN]));
}

export function isKeyFiltered(filters: KeyFilters): boolean {
  return CHOSEN.some((name) => filters[name] !== undefined);
}
