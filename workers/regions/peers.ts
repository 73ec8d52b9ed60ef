/**
 * Speaking to another region: through the router, which knows where it is.
 *
 * 1. What the other region refuses is thrown here as the same problem; a region that is down is `region_unavailable`.
 * 2. Nothing of the tenant is in a URL or a header but names and ids, so that nothing of it is in anybody's request log.
 */
import { PASSPORT_HEADER, TO_REGION_HEADER } from '#contracts/peer';
import { PROBLEMS, Problem, type ProblemBody, type ProblemCode } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import { passportFor } from '#workers/regions/passport';

const ORIGIN = 'https://region.internal';

export type PeerEnv = Pick<RegionEnv, 'ROUTER' | 'REGION' | 'SESSION_SECRET'>;

/** One region, as another one speaks to it for a tenant. Throws Problem. */
export class Peer {
  constructor(
    private readonly env: PeerEnv,
    readonly region: string,
    private readonly tenant: string,
  ) {}

  /** A call under `/peer/v1` with a JSON body whose answer is bytes. Throws Problem. */
  async open(path: string, body: unknown): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send(
      new Request(`${ORIGIN}/peer/v1${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    );
    if (!response.ok || !response.body) throw await problemOf(response, this.region);
    return response.body;
  }

  /** A call under `/peer/v1`, with a JSON body, or with bytes as they are; gives the JSON of the answer, `undefined` when there is none. */
  async ask<T>(method: string, path: string, body?: unknown, { patienceMs }: { patienceMs?: number } = {}): Promise<T> {
    const isBinary = body instanceof ReadableStream || body instanceof Uint8Array;
    const response = await this.#send(
      new Request(`${ORIGIN}/peer/v1${path}`, {
        method,
        headers: body === undefined || isBinary ? {} : { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: isBinary ? (body as BodyInit) : JSON.stringify(body) }),
        ...(patienceMs === undefined ? {} : { signal: AbortSignal.timeout(patienceMs) }),
      }),
    );
    if (!response.ok) throw await problemOf(response, this.region);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** A request of one of the tenant's own people, as it came; its answer goes back as it is. */
  async forward(request: Request, actor: Actor): Promise<Response> {
    const headers = new Headers(request.headers);
    for (const name of ['authorization', 'cookie', 'x-tenant', 'x-region']) headers.delete(name);
    return this.#send(new Request(request, { headers, redirect: 'manual' }), actor);
  }

  async #send(request: Request, actor?: Actor): Promise<Response> {
    const { method, url } = request;
    request.headers.set(TO_REGION_HEADER, this.region);
    request.headers.set(PASSPORT_HEADER, await passportFor(this.region, method, new URL(url).pathname, { tenant: this.tenant, actor }, this.env));
    try {
      return await this.env.ROUTER.fetch(request);
    } catch (cause) {
      throw new Problem('region_unavailable', `The region ${this.region} does not answer. Nothing was changed there; try again.`, {
        extra: { region: this.region },
        cause,
      });
    }
  }
}

async function problemOf(response: Response, region: string): Promise<Problem> {
  const body = (await response.json().catch(() => null)) as ProblemBody | null;
  if (!body || !Object.hasOwn(PROBLEMS, body.code)) {
    return new Problem('region_unavailable', `The region ${region} answered ${response.status}. Try again.`, { extra: { region } });
  }
  const { type: _, title: __, status, detail, code, errors, ...extra } = body;
  return new Problem(code as ProblemCode, detail, { extra: { ...extra, status }, ...(errors ? { errors } : {}) });
}
