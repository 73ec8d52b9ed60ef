/**
 * Whose request is it? Pure: from what a request says to the tenant that it is for.
 *
 * Invariants
 * 1. Nothing here decides on access. Credentials are read for the tenant they name; the region verifies them.
 * 2. A credential that is bound to a tenant wins over every other hint: no header can carry it elsewhere.
 */
import { SLUG } from '#contracts/ids';
import { cookieNameAt, SESSION_COOKIE } from '#workers/door/platform-cookies';

/** Tenant of an operator's call that names none. */
export const DEFAULT_TENANT = 'acme';

export type Destination =
  /**
   * `by` says what named the tenant: the address of an application, a credential that is bound to the tenant, a header
   * or field that the request sent along, or nothing (then it is the default).
   */
  | { kind: 'tenant'; tenant: string; by: 'address' | 'credential' | 'hint' | 'default' }
  /** Belongs to no tenant (assets, documentation, requests without credentials): any region can answer. */
  | { kind: 'any' }
  /** The host name is below our domain, but is not that of an application. */
  | { kind: 'no_such_host' };

/** Everything of a request that can name a tenant. */
export interface RequestFacts {
  url: URL;
  headers: Headers;
  /** `tenant` or `company` (and `key` or `refresh_token`) of a form or JSON body, for the few calls that name the tenant there. */
  body?: { tenant?: string; key?: string };
}

/** API keys and refresh tokens. */
const BOUND_KEY = /^wf[kr]_([a-z0-9-]+)_/;

export function destinationOf({ url, headers, body }: RequestFacts, domain: string): Destination {
  const byHost = tenantOfHost(url.hostname, [domain, 'localhost']);
  if (byHost === 'unknown') return { kind: 'no_such_host' };
  if (byHost) return { kind: 'tenant', tenant: byHost, by: 'address' };

  const [first, second, third, fourth] = url.pathname.split('/').slice(1);
  if (first === 'in' && second) return { kind: 'tenant', tenant: second, by: 'address' };

  const signIn = first === 'sign-in' || (first === 'api' && second === 'v1' && third === 'auth');
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1]?.trim();
  const entered = signIn ? (body?.key ?? url.searchParams.get('key')) : null;
  // Signing in to a company is about that company, whatever the browser was signed in to before.
  const company = signIn ? (body?.tenant ?? url.searchParams.get('company') ?? (second === 'callback' || second === 'saml' ? third : undefined)) : undefined;
  const credential = bearer ?? entered ?? (company ? undefined : cookie(headers, cookieNameAt(url, SESSION_COOKIE)));
  if (!credential && !signIn) return { kind: 'any' };

  const bound = credential ? tenantOfCredential(credential) : undefined;
  if (bound) return { kind: 'tenant', tenant: bound, by: 'credential' };

  const inPath = first === 'api' && second === 'v1' && third === 'tenants' ? fourth : undefined;
  const hint = company || inPath || body?.tenant || headers.get('x-tenant') || url.searchParams.get('tenant');
  return hint ? { kind: 'tenant', tenant: hint, by: 'hint' } : { kind: 'tenant', tenant: DEFAULT_TENANT, by: 'default' };
}

/** The tenant that a key (`wfk_{tenant}_…`) or a session (JWT, claim `tenant`) is bound to. Not verified. */
export function tenantOfCredential(credential: string): string | undefined {
  const byKey = BOUND_KEY.exec(credential)?.[1];
  if (byKey) return byKey;
  const tenant = claimsOf(credential)?.tenant;
  return typeof tenant === 'string' && SLUG.test(tenant) ? tenant : undefined;
}

/** What a JWT says of itself. Not verified. */
export function claimsOf(token: string): Record<string, unknown> | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const payload: unknown = JSON.parse(
      new TextDecoder().decode(Uint8Array.from(atob(parts[1]!.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))),
    );
    return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `{workflow}.{tenant}.{domain}` names a tenant; the domain itself and foreign names (previews, addresses) are the platform's. */
function tenantOfHost(hostname: string, domains: string[]): string | 'unknown' | undefined {
  for (const domain of domains) {
    if (!hostname.endsWith(`.${domain}`)) continue;
    const labels = hostname.slice(0, -domain.length - 1).split('.');
    return labels.length === 2 ? labels[1]! : 'unknown';
  }
  return undefined;
}

function cookie(headers: Headers, name: string): string | undefined {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=') || undefined;
  }
  return undefined;
}
