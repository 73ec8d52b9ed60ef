/**
 * Cookies of the platform, by their names.
 *
 * 1. Over https the names of those that sign somebody in begin with `__Host-`: a browser takes such a cookie from this very
 *    host alone, so no application below the platform's domain can put one of its own in its place.
 * 2. Applications neither see the platform's cookies nor set them.
 */

export const SESSION_COOKIE = 'wf_session';
/** Of a sign-in under way at an identity provider. */
export const FLOW_COOKIE = 'wf_sign_in';

const OF_THE_PLATFORM = /^(?:__(?:host|secure)-)?wf_/i;
/** Of a Cloudflare Access in front of the platform, which is as good as being signed in. */
const OF_ACCESS = /^cf_(?:authorization|appsession|binding)/i;
const ACCESS_HEADERS = /^cf-access-/;

/** What the cookie is called at this address. */
export function cookieNameAt(url: string | URL, name: string): string {
  return String(url).startsWith('https:') ? `__Host-${name}` : name;
}

export function isPlatformCookie(name: string): boolean {
  return OF_THE_PLATFORM.test(name) || OF_ACCESS.test(name);
}

/** The headers of a request as an application may see them: without what signs its visitor in here. */
export function headersForApplication(headers: Headers): Headers {
  const cookies = headers.get('cookie');
  const hidden = [...headers.keys()].filter((name) => ACCESS_HEADERS.test(name));
  const kept = cookies?.split(';').filter((cookie) => !isPlatformCookie(nameOf(cookie)));
  if (hidden.length === 0 && kept?.length === cookies?.split(';').length) return headers;
  const seen = new Headers(headers);
  for (const name of hidden) seen.delete(name);
  if (kept?.length) seen.set('cookie', kept.join(';').trim());
  else seen.delete('cookie');
  return seen;
}

function nameOf(cookie: string): string {
  return cookie.split('=', 1)[0]!.trim();
}
