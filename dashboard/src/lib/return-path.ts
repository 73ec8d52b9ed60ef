/**
 * Where somebody wanted to go before signing in. Signing in always ends at `/executions`, so the way on is kept in a
 * cookie of ten minutes by the sign-in page and taken once by the first page behind it.
 */
import type { Cookie } from '@builder.io/qwik-city';

const NAME = 'wf_next';

/** Only ever a page of ours: a path, and not one that browsers read as another host. */
export function safePath(text: string | null | undefined): string {
  return text && /^\/(?![/\\])/.test(text) && !/[\r\n]/.test(text) ? text : '';
}

export function keepReturnPath(cookie: Cookie, path: string): void {
  if (path) cookie.set(NAME, path, { path: '/', httpOnly: true, sameSite: 'lax', maxAge: [10, 'minutes'] });
}

/** The kept path when `url` is where signing in ends; it is forgotten either way. */
export function takeReturnPath(cookie: Cookie, url: URL): string {
  const kept = safePath(cookie.get(NAME)?.value);
  if (kept) cookie.delete(NAME, { path: '/' });
  return url.pathname === '/executions' && url.search === '' ? kept : '';
}
