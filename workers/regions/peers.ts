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
import { callRouter, passToRouter, type RouterCall, type RouterLink } from '#workers/regions/router-link';

const PREFIX = '/peer/v1';
const JSON_BODY = { 'content-type': 'application/json' };

export type PeerEnv = RouterLink & Pick<RegionEnv, 'REGION' | 'SESSION_SECRET'>;

/** One region, as another one speaks to it for a tenant. Throws Problem. */
export class Peer {
  constructor(
    private readonly env: PeerEnv,
    readonly region: string,
    private readonly tenant: string,
  ) {}

  /** A call under `/peer/v1` with a JSON body whose answer is bytes. Throws Problem. */
  async open(path: string, body: unknown): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#call('POST', path, { headers: JSON_BODY, body: JSON.stringify(body) });
    if (!response.ok || !response.body) throw await problemOf(response, this.region);
    return response.body;
  }

  /** A call under `/peer/v1`, with a JSON body, or with bytes as they are; gives the JSON of the answer, `undefined` when there is none. */
  async ask<T>(method: string, path: string, body?: unknown, { patienceMs }: { patienceMs?: number } = {}): Promise<T> {
    const response = await this.#call(method, path, {
      ...(body instanceof Uint8Array
        ? { body: body as Uint8Array<ArrayBuffer> }
        : body === undefined
          ? {}
          : { headers: JSON_BODY, body: JSON.stringify(body) }),
      ...(patienceMs === undefined ? {} : { signal: AbortSignal.timeout(patienceMs) }),
    });
    if (!response.ok) throw await problemOf(response, this.region);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** A request of one of the tenant's own people, as it came; its answer goes back as it is. */
  async forward(request: Request, actor: Actor): Promise<Response> {
    const headers = new Headers(request.headers);
    for (const name of ['authorization', 'cookie', 'x-tenant', 'x-region']) headers.delete(name);
    const papers = await this.#papers(request.method, new URL(request.url).pathname, actor);
    for (const [name, value] of Object.entries(papers)) headers.set(name, value);
    return passToRouter(this.env, new Request(request, { headers, redirect: 'manual' }), (cause) => this.#lost(cause));
  }

  async #call(method: string, path: string, call: RouterCall): Promise<Response> {
    const headers = { ...call.headers, ...(await this.#papers(method, PREFIX + path)) };
    return callRouter(this.env, PREFIX + path, { ...call, method, headers }).catch((cause) => {
      throw this.#lost(cause);
    });
  }

  /** What the router and the other region have to see. */
  async #papers(method: string, pathname: string, actor?: Actor): Promise<Record<string, string>> {
    const passport = await passportFor(this.region, method, pathname, { tenant: this.tenant, actor }, this.env);
    return { [TO_REGION_HEADER]: this.region, [PASSPORT_HEADER]: passport };
  }

  #lost(cause: unknown): Problem {
    const detail = `The region ${this.region} does not answer. Nothing was changed there; try again.`;
    return new Problem('region_unavailable', detail, { extra: { region: this.region }, cause });
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
