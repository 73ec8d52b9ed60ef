/** Webhooks at the door of an application: signed deliveries run once, and what was recorded and sent again runs nothing. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { hmacHex } from '#steps/webhook-schemes';
import { call } from './api-client';
import { ask, deploy } from './application';
import { settle } from './settle';

const SECRET = 'a-secret-of-the-tests-and-long';
const hook = (name: string, settings: string) => `
  ${name}:
    trigger: {type: webhook, path: /${name}, secret: "\${HOOK_SECRET}", ${settings}}
    steps:
      - {name: answer, type: step.json_response, config: {body: {run: "{{ .meta.execution_id }}"}}}`;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await call('PUT', '/secrets/HOOK_SECRET', { body: { value: SECRET } });
  const hooks = [
    hook('github', 'provider: github'),
    hook('stripe', 'provider: stripe'),
    hook('slack', 'provider: slack'),
    hook('generic', 'provider: generic'),
  ];
  await deploy('hooks', `pipelines:${[...hooks, hook('named', 'delivery_header: X-Delivery')].join('')}\n`);
});

const sign = (text: string) => hmacHex('sha256', SECRET, text);
const seconds = (ago = 0) => String(Math.floor(Date.now() / 1000) - ago);

/** The headers of a good delivery of each sender: `time` in seconds, `id` where the sender names it outside of the body. */
const SENDERS: { [name: string]: (body: string, time: string, id: string) => Promise<Record<string, string>> } = {
  github: async (body, _, id) => ({ 'x-hub-signature-256': `sha256=${await sign(body)}`, 'x-github-delivery': id }),
  stripe: async (body, time) => ({ 'stripe-signature': `t=${time},v1=${await sign(`${time}.${body}`)}` }),
  slack: async (body, time) => ({ 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${await sign(`v0:${time}:${body}`)}` }),
  generic: async (body) => ({ 'x-signature': await sign(body) }),
  named: async (body, _, id) => ({ 'x-signature': await sign(body), 'x-delivery': id }),
};

const runs = async (pipeline: string) => {
  await settle();
  return (await call('GET', `/executions?workflow=hooks&pipeline=${pipeline}`)).body.items.length;
};

describe.each(Object.entries(SENDERS))('%s', (name, headersOf) => {
  it('a delivery that is sent again is the execution of the first; another is another', async () => {
    const body = '{"id": "evt_1"}';
    const headers = await headersOf(body, seconds(), 'delivery-1');
    const first = await ask('hooks', 'POST', `/${name}`, { body, headers });
    expect(first).toMatchObject({ status: 200, body: { run: first.headers.get('x-execution-id') } });
    const again = await ask('hooks', 'POST', `/${name}`, { body, headers });
    expect(again.headers.get('x-execution-id')).toBe(first.headers.get('x-execution-id'));
    const other = '{"id": "evt_2"}';
    const second = await ask('hooks', 'POST', `/${name}`, { body: other, headers: await headersOf(other, seconds(), 'delivery-2') });
    expect(second.headers.get('x-execution-id')).not.toBe(first.headers.get('x-execution-id'));
    expect(await runs(name)).toBe(2);
  });

  it('a signature of another body is refused', async () => {
    const headers = await headersOf('{"id": "evt_3"}', seconds(), 'delivery-3');
    expect((await ask('hooks', 'POST', `/${name}`, { body: '{"id": "evt_4"}', headers })).status).toBe(401);
  });

  it('a request without a signature is refused, and makes no execution', async () => {
    const before = await runs(name);
    const answer = await ask('hooks', 'POST', `/${name}`, { body: '{"id": "evt_6"}' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    expect(answer.headers.get('x-execution-id')).toBeNull();
    expect(await runs(name)).toBe(before);
  });

  it('who claims to be a delivery gets nothing of its answer, and takes nothing from the genuine one', async () => {
    const body = '{"id": "evt_7"}';
    const good = await headersOf(body, seconds(), 'delivery-7');
    const forged = await headersOf('{"id": "another"}', seconds(), 'delivery-7');
    const attempt = () => ask('hooks', 'POST', `/${name}`, { body, headers: forged });
    expect((await attempt()).status).toBe(401);
    expect((await ask('hooks', 'POST', `/${name}`, { body, headers: good })).status).toBe(200);
    expect(await attempt()).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
  });
});

it('a delivery that its sender has not named is known by its signature', async () => {
  const body = '{"id": "evt_8"}';
  const headers = { 'x-hub-signature-256': `sha256=${await sign(body)}` };
  const first = await ask('hooks', 'POST', '/github', { body, headers });
  const again = await ask('hooks', 'POST', '/github', { body, headers });
  expect([first.status, again.headers.get('x-execution-id')]).toEqual([200, first.headers.get('x-execution-id')]);
});

it.each(['stripe', 'slack'])('%s: what was signed ten minutes ago is refused', async (name) => {
  const body = '{"id": "evt_old"}';
  const answer = await ask('hooks', 'POST', `/${name}`, { body, headers: await SENDERS[name]!(body, seconds(600), '') });
  expect(answer).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
});

it('another spelling of the same signature is no other delivery', async () => {
  const body = '{"id": "evt_5"}';
  const signature = await sign(body);
  const first = await ask('hooks', 'POST', '/generic', { body, headers: { 'x-signature': signature } });
  for (const spelling of [signature.toUpperCase(), `sha256=${signature}`, `SHA256=${signature}`]) {
    const again = await ask('hooks', 'POST', '/generic', { body, headers: { 'x-signature': spelling } });
    expect([again.status, again.headers.get('x-execution-id')]).toEqual([200, first.headers.get('x-execution-id')]);
  }
});
