/** What the top bar shows of the session. Nothing is decided on it: the API verifies the cookie on every call. */

/** The tenant that the session cookie (a JWT) says it is for. Not verified. */
export function tenantOfSession(cookieHeader: string | null): string | undefined {
  const token = sessionToken(cookieHeader);
  const payload = token?.split('.')[1];
  if (!payload) return undefined;
  try {
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { tenant?: unknown };
    return typeof claims.tenant === 'string' ? claims.tenant : undefined;
  } catch {
    return undefined;
  }
}

export function sessionToken(cookieHeader: string | null): string | undefined {
  return /(?:^|;\s*)(?:__Host-)?wf_session=([^;]+)/.exec(cookieHeader ?? '')?.[1];
}
