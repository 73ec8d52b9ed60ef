/**
 * Which application a request is for: by its own origin `{workflow}.{tenant}.<domain>`, or under
 * `/in/{tenant}/{workflow}/…` of the platform's host.
 */
import { SLUG } from '#contracts/ids';

export interface AppAddress {
  tenant: string;
  workflow: string;
  /** Path inside the application, beginning with `/`. */
  path: string;
  /** It is at the platform's own origin, as all other applications are. */
  isShared: boolean;
}

/** `undefined` when the request is for the platform itself. */
export function appAddress(url: URL, domain: string | undefined): AppAddress | undefined {
  const byHost = fromHost(url.hostname, domain);
  if (byHost) return { ...byHost, path: url.pathname, isShared: false };
  const match = /^\/in\/([^/]+)\/([^/]+)(\/.*)?$/.exec(url.pathname);
  if (!match || !SLUG.test(match[1]!) || !SLUG.test(match[2]!)) return undefined;
  return { tenant: match[1]!, workflow: match[2]!, path: match[3] ?? '/', isShared: true };
}

function fromHost(hostname: string, domain: string | undefined): { tenant: string; workflow: string } | undefined {
  for (const base of ['localhost', domain]) {
    if (!base || !hostname.endsWith(`.${base}`)) continue;
    const labels = hostname.slice(0, -base.length - 1).split('.');
    if (labels.length === 2 && labels.every((label) => SLUG.test(label))) return { workflow: labels[0]!, tenant: labels[1]! };
  }
  return undefined;
}
