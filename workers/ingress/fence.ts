/**
 * What an application may do to browsers by its answers.
 *
 * 1. Under `/in/…` it answers at the origin where the pages and the API of all companies are. There a document of it gets an
 *    origin of its own, which has no cookies and reads nothing of the platform: `Content-Security-Policy: sandbox`.
 * 2. A cookie of it goes to it alone: none has a name of the platform's, none reaches the applications of another company,
 *    none is sent outside of its path under `/in/…`.
 * 3. It has nothing cleared from the browser that is not its own.
 */
import { isPlatformCookie } from '#workers/door/platform-cookies';
import type { AppAddress } from '#workers/ingress/address';

const SANDBOX = 'sandbox allow-scripts allow-forms allow-modals allow-downloads allow-popups allow-popups-to-escape-sandbox';
const OF_THE_ORIGIN = ['clear-site-data', 'service-worker-allowed'];

/** The answer as it may go out: itself where it can be changed, for a copy is a stream and two objects more. */
export function fenced(response: Response, { hostname }: URL, address: AppAddress): Response {
  const { headers } = response;
  const cookies = headers.getSetCookie();
  if (!address.isShared && cookies.length === 0 && !headers.has('clear-site-data')) return response;
  try {
    fence(headers, cookies, hostname, address);
    return response;
  } catch (error) {
    // Headers of what was fetched take no change, not the first one.
    if (!(error instanceof TypeError)) throw error;
    const copy = new Headers(headers);
    fence(copy, cookies, hostname, address);
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers: copy });
  }
}

function fence(headers: Headers, cookies: readonly string[], hostname: string, address: AppAddress): void {
  if (address.isShared) {
    headers.append('content-security-policy', SANDBOX);
    for (const name of OF_THE_ORIGIN) headers.delete(name);
  }
  // All cookies of the domain would go, those of the platform and of other companies too.
  if (/cookies|\*/i.test(headers.get('clear-site-data') ?? '')) headers.delete('clear-site-data');
  if (cookies.length === 0) return;
  headers.delete('set-cookie');
  for (const cookie of cookies) {
    const own = ownCookie(cookie, hostname, address);
    if (own !== undefined) headers.append('set-cookie', own);
  }
}

/** `undefined` for one that is not the application's to set. */
function ownCookie(cookie: string, hostname: string, address: AppAddress): string | undefined {
  const [pair = '', ...attributes] = cookie.split(';');
  const name = pair.split('=', 1)[0]!.trim();
  // One without a name is sent back as its value alone, which could be written like any cookie.
  if (name === '' || !pair.includes('=') || isPlatformCookie(name)) return undefined;
  const kept = attributes.filter((attribute) => {
    const [key = '', value = ''] = attribute.split('=', 2).map((part) => part.trim().toLowerCase());
    if (key === 'domain') return !address.isShared && isOfCompany(value, hostname);
    return key !== 'path' || !address.isShared;
  });
  const path = address.isShared ? [` Path=/in/${address.tenant}/${address.workflow}`] : [];
  return [pair, ...kept, ...path].join(';');
}

/** The host itself, or that of all applications of the same company. */
function isOfCompany(domain: string, hostname: string): boolean {
  const name = domain.replace(/^\./, '');
  return name === hostname || name === hostname.slice(hostname.indexOf('.') + 1);
}
