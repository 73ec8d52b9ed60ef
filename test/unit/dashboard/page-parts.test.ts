/** Small parts of the pages: highlighting, commands, session, theme, sign-in links, the page of last resort. */
import { describe, expect, it } from 'vitest';
import { asProblem, signInPath } from '../../../dashboard/src/lib/api';
import { deployedOf } from '../../../dashboard/src/lib/api-types';
import { crashPage } from '../../../dashboard/src/lib/crash-page';
import { curlFor } from '../../../dashboard/src/lib/curl';
import { safePath } from '../../../dashboard/src/lib/return-path';
import { sessionToken, tenantOfSession } from '../../../dashboard/src/lib/session';
import { themeFromCookie } from '../../../dashboard/src/lib/theme';
import { yamlTokens } from '../../../dashboard/src/lib/yaml-tokens';

describe('YAML', () => {
  it.each([
    ['name: orders', ['key name', 'plain :', 'string  orders']],
    ['  - name: a-b # why', ['plain   - ', 'key name', 'plain :', 'string  a-b ', 'comment # why']],
    ['retries: 3', ['key retries', 'plain :', 'number  3']],
    ['on: true', ['key on', 'plain :', 'word  true']],
    ['url: "http://x/#y"', ['key url', 'plain :', 'string  "http://x/#y"']],
    ['# note: x', ['comment # note: x']],
    ['  - plain item', ['plain   - ', 'string plain item']],
    ['', []],
  ])('%s', (line, expected) => {
    expect(yamlTokens(line).map((token) => `${token.kind ?? 'plain'} ${token.text}`)).toEqual(expected);
  });

  it('loses no character', () => {
    for (const line of ['a: {b: c} # d', '"k: k": v', '- - x', ':::', '  key:    "v"   ', '- {a: 1}', "'q': |"])
      expect(
        yamlTokens(line)
          .map((token) => token.text)
          .join(''),
      ).toBe(line);
  });
});

it.each([
  ['GET', '/orders/{id}', "curl 'http://a.b/orders/ID'"],
  ['DELETE', '/files/{rest...}', "curl -X DELETE 'http://a.b/files/REST'"],
  ['POST', '/orders', "curl -X POST 'http://a.b/orders' \\\n  -H 'content-type: application/json' \\\n  -d '{}'"],
])('curl for %s %s', (method, path, expected) => expect(curlFor('http://a.b', { method, path, pipeline: 'p' })).toBe(expected));

describe('session', () => {
  const token = `e30.${btoa(JSON.stringify({ tenant: 'acme' })).replaceAll('=', '')}.sig`;
  it.each([
    [`wf_session=${token}`, 'acme'],
    [`theme=dark; wf_session=${token}; x=1`, 'acme'],
    ['wf_session=garbage', undefined],
    ['wf_session=a.!!.c', undefined],
    [null, undefined],
  ])('%s', (cookie, tenant) => expect(tenantOfSession(cookie)).toBe(tenant));

  it('is not another cookie of a similar name', () => expect(sessionToken('xwf_session=a')).toBeUndefined());

  it.each([
    ['/executions', '/sign-in'],
    ['/executions/exec_1?step=a', '/sign-in?next=%2Fexecutions%2Fexec_1%3Fstep%3Da'],
    ['/applications/q-data.json', '/sign-in?next=%2Fapplications'],
  ])('%s leads to %s and back', (path, expected) => expect(signInPath(new URL(path, 'http://h'))).toBe(expected));
});

it.each([
  ['/executions/exec_1?step=a', '/executions/exec_1?step=a'],
  ['//elsewhere.example', ''],
  ['/\\elsewhere.example', ''],
  ['https://elsewhere.example', ''],
  ['/a\r\nb', ''],
  [null, ''],
])('the way back to %j is %j', (text, path) => expect(safePath(text)).toBe(path));

it.each([
  ['theme=dark', 'dark'],
  ['a=b; theme=light', 'light'],
  ['theme=blue', undefined],
  ['mytheme=dark', undefined],
  [undefined, undefined],
])('theme of %s', (cookie, theme) => expect(themeFromCookie(cookie)).toBe(theme));

it('takes a problem as it is, and makes one of anything else', () => {
  expect(asProblem({ type: 't', title: 'No', status: 404, code: 'not_found' }, 404, 'req_1')).toMatchObject({ code: 'not_found', request_id: 'req_1' });
  expect(asProblem('<html>', 502, 'req_1')).toMatchObject({ code: 'internal', status: 502, request_id: 'req_1' });
});

it('escapes the request id of the page of last resort', () => {
  expect(crashPage('<script>"', 'abc')).toContain('<code>&lt;script&gt;&quot;</code>');
});

it('lists environments by name', () => {
  const environments = { staging: { version: 3, deployment_id: 'd1' }, production: { version: 2, deployment_id: 'd2' } };
  expect(deployedOf({ environments } as never)).toEqual([
    { environment: 'production', version: 2 },
    { environment: 'staging', version: 3 },
  ]);
});
