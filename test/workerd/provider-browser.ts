/** Somebody at the platform and at the identity provider of the tests. */
import { ORIGIN, send } from './api-client';

export const path = (response: Response) => response.headers.get('location');

/** A browser with a cookie jar for each origin, which follows redirects only as far as it is told. */
export class ProviderBrowser {
  readonly #jars = new Map<string, Map<string, string>>();

  async open(url: string, init: { method?: string; body?: string; headers?: Record<string, string>; crossSite?: boolean } = {}): Promise<Response> {
    const { origin, pathname, search } = new URL(url);
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    // A form that another site posts comes without what is SameSite=Lax.
    const cookie = init.crossSite ? '' : [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, cookie };
    const response =
      origin === ORIGIN
        ? await send(init.method ?? 'GET', pathname + search, { key: null, headers: { accept: 'text/html', ...headers }, body: init.body })
        : await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') jar.delete(name!);
      else jar.set(name!, value!);
    }
    return response;
  }

  cookie(name: string, origin = ORIGIN): string | undefined {
    return this.#jars.get(origin)?.get(name);
  }

  /** Signs in at the provider; the address that it sends the browser back to. */
  async signInAtProvider(start: Response, login: string): Promise<string> {
    let response = start;
    let at: string = ORIGIN;
    for (let hops = 0; hops < 10; hops++) {
      const location = response.headers.get('location');
      if (location === null) {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        response = await this.open(at, { method: 'POST', body: `prompt=login&login=${login}&password=any`, headers });
        continue;
      }
      await response.body?.cancel();
      at = new URL(location, at).href;
      if (at.startsWith(ORIGIN)) return at;
      response = await this.open(at);
    }
    throw new Error('the provider sends the browser round and round');
  }
}
