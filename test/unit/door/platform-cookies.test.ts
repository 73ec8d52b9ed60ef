/** Whose cookies are whose. */
import { describe, expect, it } from 'vitest';
import { cookieNameAt, headersForApplication, SESSION_COOKIE } from '#workers/door/platform-cookies';

describe('the cookie of a session', () => {
  it('is bound to its host where the connection is safe', () => {
    expect(cookieNameAt('https://workflow.example/executions', SESSION_COOKIE)).toBe('__Host-wf_session');
    expect(cookieNameAt(new URL('http://127.0.0.1:8787/executions'), SESSION_COOKIE)).toBe('wf_session');
  });
});

describe('headers for an application', () => {
  const seen = (headers: Record<string, string>) => Object.fromEntries(headersForApplication(new Headers(headers)));

  it.each([
    ['wf_session=s; cart=1', 'cart=1'],
    ['cart=1;wf_session=s', 'cart=1'],
    ['cart=1; __Host-wf_session=s; seen=2', 'cart=1; seen=2'],
    ['cart=1; WF_SESSION=s', 'cart=1'],
    ['CF_Authorization=s; cart=1', 'cart=1'],
    ['not_wf_session=1', 'not_wf_session=1'],
    ['cart=wf_session=s', 'cart=wf_session=s'],
  ])('have the cookies of the application: %s', (cookie, kept) => {
    expect(seen({ cookie, accept: '*/*' })).toEqual({ cookie: kept, accept: '*/*' });
  });

  it('have no cookie where all are the platform’s', () => {
    expect(seen({ cookie: 'wf_session=s; wf_company=acme' })).toEqual({});
  });

  it('have nothing of an Access in front', () => {
    expect(seen({ 'cf-access-jwt-assertion': 'e30.e30.x', 'cf-ray': '1' })).toEqual({ 'cf-ray': '1' });
  });

  it('are the same ones where there is nothing to hide', () => {
    const headers = new Headers({ cookie: 'cart=1' });
    expect(headersForApplication(headers)).toBe(headers);
  });
});
