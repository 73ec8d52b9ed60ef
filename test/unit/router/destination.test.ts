import { describe, expect, it } from 'vitest';
import { destinationOf } from '#workers/router/destination';

const jwt = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.sig`;
const at = (url: string, headers: Record<string, string> = {}, body?: { tenant?: string; key?: string }) =>
  destinationOf({ url: new URL(url), headers: new Headers(headers), body }, 'flows.example');
const tenant = (name: string, by: string) => ({ kind: 'tenant', tenant: name, by });
const HOME = 'http://127.0.0.1:8787';

describe('the tenant of a request', () => {
  const cases: [what: string, got: object, expected: object][] = [
    ['an application host, locally', at('http://orders.acme.localhost:8787/api'), tenant('acme', 'address')],
    ['an application host, hosted', at('https://orders.globex.flows.example/x'), tenant('globex', 'address')],
    ['a host with one label too few', at('http://acme.localhost:8787/'), { kind: 'no_such_host' }],
    ['a host with one label too many', at('https://a.b.c.flows.example/'), { kind: 'no_such_host' }],
    ['the platform host', at('https://flows.example/docs'), { kind: 'any' }],
    ['a foreign name of the platform', at('https://router.workers.dev/docs'), { kind: 'any' }],
    ['a path of an application', at(`${HOME}/in/acme/orders/api/x`), tenant('acme', 'address')],
    ['/in without a tenant', at(`${HOME}/in`), { kind: 'any' }],
    ['a key of a tenant', at(`${HOME}/api/v1/workflows`, { authorization: 'Bearer wfk_globex_abc' }), tenant('globex', 'credential')],
    [
      'a key of a tenant is not carried away by X-Tenant',
      at(`${HOME}/api/v1/workflows`, { authorization: 'Bearer wfk_globex_abc', 'x-tenant': 'acme' }),
      tenant('globex', 'credential'),
    ],
    ['a token', at(`${HOME}/api/v1/workflows`, { authorization: `Bearer ${jwt({ tenant: 'globex' })}` }), tenant('globex', 'credential')],
    ['a session', at(`${HOME}/executions`, { cookie: `a=b; wf_session=${jwt({ tenant: 'globex' })}` }), tenant('globex', 'credential')],
    ['a session that is no token', at(`${HOME}/executions`, { cookie: 'wf_session=a.b.c' }), tenant('acme', 'default')],
    ['a token whose tenant is no slug', at(`${HOME}/executions`, { cookie: `wf_session=${jwt({ tenant: '../x' })}` }), tenant('acme', 'default')],
    ['the operator, by default', at(`${HOME}/api/v1/workflows`, { authorization: 'Bearer secret' }), tenant('acme', 'default')],
    ['the operator with X-Tenant', at(`${HOME}/api/v1/workflows`, { authorization: 'Bearer secret', 'x-tenant': 'globex' }), tenant('globex', 'hint')],
    ['the operator with a query', at(`${HOME}/api/v1/executions/live?tenant=globex`, { authorization: 'Bearer secret' }), tenant('globex', 'hint')],
    [
      'the operator with a body: the body is what the call is about',
      at(`${HOME}/api/v1/api-keys`, { authorization: 'Bearer secret', 'x-tenant': 'acme' }, { tenant: 'globex' }),
      tenant('globex', 'hint'),
    ],
    ['the operator with a path', at(`${HOME}/api/v1/tenants/globex/usage`, { authorization: 'Bearer secret' }), tenant('globex', 'hint')],
    ['sign-in with a key', at(`${HOME}/sign-in?key=wfk_globex_abc`), tenant('globex', 'credential')],
    ['sign-in with the operator key and a tenant', at(`${HOME}/sign-in?key=secret&tenant=globex`), tenant('globex', 'hint')],
    ['sign-in by form', at(`${HOME}/sign-in`, {}, { key: 'wfk_globex_abc' }), tenant('globex', 'credential')],
    ['sign-in with nothing', at(`${HOME}/sign-in`), tenant('acme', 'default')],
    [
      'sign-in with a new key beats the old session',
      at(`${HOME}/sign-in?key=wfk_globex_abc`, { cookie: `wf_session=${jwt({ tenant: 'acme' })}` }),
      tenant('globex', 'credential'),
    ],
    ['sign-in to a company', at(`${HOME}/sign-in?company=globex`), tenant('globex', 'hint')],
    [
      'sign-in to a company, whatever the browser was signed in to',
      at(`${HOME}/sign-in/invitation?company=globex`, { cookie: `wf_session=${jwt({ tenant: 'acme' })}` }),
      tenant('globex', 'hint'),
    ],
    ['coming back from an identity provider', at(`${HOME}/sign-in/callback/globex?code=1`), tenant('globex', 'hint')],
    ['an answer of a SAML provider', at(`${HOME}/sign-in/saml/globex/idp_1`), tenant('globex', 'hint')],
    ['sign-in over the API', at(`${HOME}/api/v1/auth/login`, {}, { tenant: 'globex' }), tenant('globex', 'hint')],
    ['a refresh token', at(`${HOME}/api/v1/auth/refresh`, {}, { key: 'wfr_globex_ses_1_x' }), tenant('globex', 'credential')],
    ['the own account', at(`${HOME}/api/v1/auth/me`, { cookie: `wf_session=${jwt({ tenant: 'globex' })}` }), tenant('globex', 'credential')],
    ['a company named elsewhere', at(`${HOME}/executions?company=globex`, { cookie: `wf_session=${jwt({ tenant: 'acme' })}` }), tenant('acme', 'credential')],
    ['no credential', at(`${HOME}/api/v1/workflows`, { 'x-tenant': 'globex' }), { kind: 'any' }],
  ];
  it.each(cases)('%s', (_what, got, expected) => {
    expect(got).toEqual(expected);
  });
});
