/** Reads a body no further than a bound. Used on a clone, so that the original still streams to the region. */
import type { RequestFacts } from '#workers/router/destination';

const PEEK_BYTES = 64 * 1024;

/** The text, or `undefined` when it is longer than `limit` bytes. */
export async function boundedText(message: Request, limit: number): Promise<string | undefined> {
  if (!message.body) return '';
  const reader = message.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      // Not awaited: cancelling one branch of a clone ends only when the other does.
      reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(value);
  }
  return new Blob(chunks).text();
}

/** `tenant` and `key` from the body of the calls that carry them there; nothing for all others. */
export async function peekBody(request: Request, url: URL): Promise<RequestFacts['body']> {
  if (request.method !== 'POST' || !request.body) return undefined;
  const form = url.pathname === '/sign-in' || url.pathname.startsWith('/sign-in/');
  if (!form && url.pathname !== '/api/v1/api-keys') return undefined;
  if (Number(request.headers.get('content-length') ?? 0) > PEEK_BYTES) return undefined;
  const text = await boundedText(request.clone(), PEEK_BYTES);
  if (text === undefined) return undefined;
  if (form && !text.startsWith('{')) {
    const fields = new URLSearchParams(text);
    return { tenant: fields.get('tenant') || undefined, key: fields.get('key') || undefined };
  }
  try {
    const value = JSON.parse(text) as { tenant?: unknown; key?: unknown } | null;
    return { tenant: textOf(value?.tenant), key: textOf(value?.key) };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
