/** Calls to identity providers: their addresses come from the owners of companies, so they leave by the same guarded way as any step's. */
import { Problem } from '#contracts/problems';
import { createHttp } from '#workers/egress/http';
import { wayOutOfPlatform } from '#workers/egress/way-out';
import type { RegionEnv } from '#workers/env';

const PATIENCE_MS = 10_000;
const ANSWER_BYTES = 512 * 1024;

export type ProviderEnv = Pick<RegionEnv, 'MODE' | 'DOMAIN' | 'HOST_ALIASES' | 'DNS_RESOLVER'>;

/** A `fetch` for libraries. Throws Problem('provider_failed') that says why there is no answer. */
export function providerFetch(env: ProviderEnv): (url: string, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    const http = createHttp({ ...wayOutOfPlatform(env), secure: true }, AbortSignal.timeout(PATIENCE_MS));
    const reply = await http
      .fetch({
        url,
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.body == null ? {} : { body: String(init.body) }),
        max_response_bytes: ANSWER_BYTES,
      })
      .catch((cause: unknown) => {
        throw new Problem('provider_failed', cause instanceof Problem ? cause.message : 'The identity provider did not answer in time.', { cause });
      });
    return new Response(reply.status === 204 || reply.status === 304 ? null : reply.body, { status: reply.status, headers: plainHeaders(reply.headers) });
  };
}

/** The body has been decoded already. */
function plainHeaders(headers: Record<string, string>): Headers {
  const plain = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) plain.delete(name);
  return plain;
}
