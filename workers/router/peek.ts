/** Looks into the few bodies that name a tenant. A clone is read, and no further than a bound, so that the original still streams to the region. */
import { readStart, utf8 } from '#workers/door/request-body';
import type { RequestFacts } from '#workers/router/destination';

const PEEK_BYTES = 64 * 1024;

/** `tenant` and `key` from the body of the calls that carry them there; nothing for all others. */
export async function peekBody(request: Request, url: URL): Promise<RequestFacts['body']> {
  if (request.method !== 'POST' || !request.body) return undefined;
  const form = url.pathname === '/sign-in' || url.pathname.startsWith('/sign-in/');
  if (!form && url.pathname !== '/api/v1/api-keys' && !url.pathname.startsWith('/api/v1/auth/')) return undefined;
  if (Number(request.headers.get('content-length') ?? 0) > PEEK_BYTES) return undefined;
  const reader = request.clone().body!.getReader();
  const bytes = await readStart(reader, PEEK_BYTES);
  // Not awaited: cancelling one branch of a clone ends only when the other does.
  if (!bytes) reader.cancel().catch(() => undefined);
  const text = bytes && utf8(bytes);
  if (text === undefined) return undefined;
  if (form && !text.startsWith('{')) {
    const fields = new URLSearchParams(text);
    return { tenant: fields.get('tenant') || undefined, key: fields.get('key') || undefined };
  }
  try {
    const value = JSON.parse(text) as { tenant?: unknown; company?: unknown; key?: unknown; refresh_token?: unknown } | null;
    return { tenant: textOf(value?.tenant) ?? textOf(value?.company), key: textOf(value?.key) ?? textOf(value?.refresh_token) };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
