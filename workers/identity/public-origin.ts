/** The address of the platform in links that it mails: never taken from a request in hosted mode, where a Host header could be anybody's. */
import type { RegionEnv } from '#workers/env';
import { isHosted } from '#workers/mode';

export function publicOrigin(env: Pick<RegionEnv, 'MODE' | 'DOMAIN'>, request: Request): string {
  return isHosted(env) && env.DOMAIN ? `https://${env.DOMAIN}` : new URL(request.url).origin;
}
