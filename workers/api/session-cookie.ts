/** The cookies of somebody who is signed in: the session, out of reach of scripts, and the company for the next time. */
import { cookieNameAt, SESSION_COOKIE } from '#workers/door/platform-cookies';

const COMPANY_COOKIE = 'wf_company';
const A_YEAR = 365 * 24 * 3600;

export function sessionCookie(request: Request, token: string, maxAge: number): string {
  return `${cookieNameAt(request.url, SESSION_COOKIE)}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure(request)}`;
}

export function companyCookie(request: Request, company: string): string {
  return `${COMPANY_COOKIE}=${company}; Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age=${A_YEAR}${secure(request)}`;
}

function secure(request: Request): string {
  return new URL(request.url).protocol === 'https:' ? '; Secure' : '';
}
