/** What browsers get to see of an application's answer, at its own origin and at the platform's. */
import { describe, expect, it } from 'vitest';
import { appAddress } from '#workers/ingress/address';
import { fenced } from '#workers/ingress/fence';

const OWN = 'https://shop.acme.workflow.example/cart';
const SHARED = 'https://workflow.example/in/acme/shop/cart';

function sent(at: string, headers: [string, string][], status = 200): Response {
  const url = new URL(at);
  return fenced(new Response(status === 204 ? null : 'page', { status, headers }), url, appAddress(url, 'workflow.example')!);
}

const cookies = (at: string, ...given: string[]) =>
  sent(
    at,
    given.map((cookie) => ['set-cookie', cookie]),
  ).headers.getSetCookie();

describe('a document at the origin of the platform', () => {
  it.each([200, 204, 404, 500])('has an origin of its own, whatever the status: %s', async (status) => {
    const response = sent(SHARED, [['content-type', 'text/html']], status);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox /);
    expect(response.headers.get('content-security-policy')).not.toContain('allow-same-origin');
    expect(await response.text()).toBe(status === 204 ? '' : 'page');
  });

  it('keeps the rules of the application beside it', () => {
    const rules = sent(SHARED, [['content-security-policy', "default-src 'self'"]]).headers.get('content-security-policy');
    expect(rules).toMatch(/^default-src 'self', sandbox /);
  });

  it('cannot loosen it', () => {
    const rules = sent(SHARED, [['content-security-policy', 'sandbox allow-same-origin allow-scripts']]).headers.get('content-security-policy');
    // Of two policies a browser keeps both.
    expect(rules!.split(', ')).toHaveLength(2);
    expect(rules!.split(', ')[1]).not.toContain('allow-same-origin');
  });

  it.each(['clear-site-data', 'service-worker-allowed'])('says nothing for the origin: %s', (name) => {
    expect(sent(SHARED, [[name, '"cache"']]).headers.has(name)).toBe(false);
  });
});

describe('the answer itself', () => {
  const url = new URL(SHARED);
  const address = appAddress(url, 'workflow.example')!;

  it('goes out where it can be changed', () => {
    const response = new Response('page', { headers: { 'set-cookie': 'seen=1; Path=/' } });
    expect(fenced(response, url, address)).toBe(response);
    expect(response.headers.getSetCookie()).toEqual(['seen=1; Path=/in/acme/shop']);
  });

  it('is copied where it cannot, as what was fetched', async () => {
    const fetched = await fetch('data:text/html,page');
    const response = fenced(fetched, url, address);
    expect(response).not.toBe(fetched);
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox /);
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/html', 'page']);
  });
});

describe('a document at an origin of its own', () => {
  it('is as the application says', () => {
    const response = sent(OWN, [['service-worker-allowed', '/']]);
    expect([response.headers.has('content-security-policy'), response.headers.get('service-worker-allowed')]).toEqual([false, '/']);
  });

  it.each([
    ['"cache", "storage"', true],
    ['"cookies"', false],
    ['"*"', false],
  ])('clears what is its own alone: %s', (value, stays) => {
    expect(sent(OWN, [['clear-site-data', value]]).headers.has('clear-site-data')).toBe(stays);
  });
});

describe('cookies', () => {
  it.each([
    'wf_session=x',
    ' wf_session=x',
    'WF_SESSION=x',
    '__Host-wf_session=x; Secure; Path=/',
    '__Secure-wf_sign_in=x',
    'CF_Authorization=x',
    '=wf_session=x',
    'wf_session',
  ])('none is one of the platform: %s', (cookie) => {
    expect([...cookies(OWN, cookie), ...cookies(SHARED, cookie)]).toEqual([]);
  });

  it('at an origin of its own stay as they are', () => {
    expect(cookies(OWN, 'cart=1; Path=/; HttpOnly', 'seen=2; Domain=shop.acme.workflow.example')).toEqual([
      'cart=1; Path=/; HttpOnly',
      'seen=2; Domain=shop.acme.workflow.example',
    ]);
  });

  it.each([
    ['acme.workflow.example', true],
    ['.acme.workflow.example', true],
    ['workflow.example', false],
    ['.workflow.example', false],
    ['globex.workflow.example', false],
    ['example', false],
    ['', false],
  ])('reach the applications of the same company and no others: %s', (domain, stays) => {
    expect(cookies(OWN, `a=1; Domain=${domain}`)).toEqual([stays ? `a=1; Domain=${domain}` : 'a=1']);
  });

  it('at the origin of the platform go to the application alone', () => {
    expect(cookies(SHARED, 'a=1; Path=/; Domain=workflow.example; HttpOnly', 'b=2')).toEqual(['a=1; HttpOnly; Path=/in/acme/shop', 'b=2; Path=/in/acme/shop']);
  });
});
