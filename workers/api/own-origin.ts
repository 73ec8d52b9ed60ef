/** What sets a cookie is taken from pages of this origin only: a form of another site would sign its visitor in as somebody else. */
import { Problem } from '#contracts/problems';
import { isSameOrigin } from '#workers/api/auth';

/** Throws Problem('forbidden'). */
export function requireOwnOrigin(request: Request): void {
  if (!isSameOrigin(request)) throw new Problem('forbidden', 'Cookies are set for pages of this origin only. Programs take POST /auth/login.');
}
