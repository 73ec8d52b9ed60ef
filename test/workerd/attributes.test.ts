/** Search attributes, from the document to the list: declared, filled in at the start, found by the API, shown. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { executionPage } from '#contracts/api-executions';
import { call } from './api-client';
import { settle } from './settle';

const yaml = { 'content-type': 'application/yaml' };
const SHOP = `name: shop
pipelines:
  order:
    trigger: { type: manual }
    attributes:
      customer_id: "{{ .customer.id }}"
      channel: web
    steps:
      - { name: done, type: step.set, config: { values: { ok: true } } }
  plain:
    trigger: { type: manual }
    steps:
      - { name: done, type: step.set, config: { values: { ok: true } } }
`;
const start = async (pipeline: string, data: object) =>
  (await call('POST', '/executions?wait=30s', { body: { workflow: 'shop', pipeline, data } })).body.execution_id as string;
const found = async (query: string) => executionPage.parse((await call('GET', `/executions?${query}`)).body).items.map(({ execution_id }) => execution_id);

let first: string;
let second: string;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  const stored = await call('POST', '/workflows?deploy=production', { body: SHOP, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  first = await start('order', { customer: { id: 'c-1' } });
  second = await start('order', { customer: {} });
  await start('plain', { customer: { id: 'c-1' } });
  await settle();
  expect(await found('status=completed')).toHaveLength(3);
});

describe('an execution', () => {
  it('is found by its attributes, all of them', async () => {
    expect(await found('attr.customer_id=c-1')).toEqual([first]);
    expect(await found('attr.channel=web')).toEqual([second, first]);
    expect(await found('attr.channel=web&attr.customer_id=c-1&status=completed')).toEqual([first]);
    expect(await found('attr.customer_id=c-2')).toEqual([]);
  });

  it('has them in its line and in its metadata; one that could not be told is left out', async () => {
    expect((await call('GET', `/executions/${first}`)).body.attributes).toEqual({ customer_id: 'c-1', channel: 'web' });
    expect((await call('GET', `/executions/${second}`)).body.attributes).toEqual({ channel: 'web' });
    expect((await call('GET', `/executions/${first}/timeline`)).body.metadata).toMatchObject({ customer_id: 'c-1', channel: 'web' });
  });

  it('has them cut where they are too long, and never as half a character', async () => {
    const id = await start('order', { customer: { id: '😀'.repeat(200) } });
    const { attributes } = (await call('GET', `/executions/${id}`)).body;
    expect([...attributes.customer_id]).toHaveLength(64);
    expect(attributes.customer_id.isWellFormed()).toBe(true);
  });
});

it.each([
  ['a name that is none', 'attr.Customer=x', 'invalid_request'],
  ['no value', 'attr.customer_id=', 'invalid_request'],
  ['a name of prototypes', 'attr.__proto__=x', 'invalid_request'],
  ['one twice', 'attr.channel=a&attr.channel=b', 'invalid_request'],
  ['too many', Array.from({ length: 9 }, (_, at) => `attr.a${at}=x`).join('&'), 'invalid_request'],
])('refuses %s', async (_title, query, code) => expect((await call('GET', `/executions?${query}`)).body.code).toBe(code));

it('an order to many is not for all where it names none', async () => {
  const body = { action: 'cancel', filter: { attr: {} }, preview: true };
  expect((await call('POST', '/executions/bulk', { body })).body.code).toBe('invalid_request');
});

it('an order to many takes them', async () => {
  const { body } = await call('POST', '/executions/bulk', { body: { action: 'cancel', filter: { attr: { customer_id: 'c-1' } }, preview: true } });
  expect(body.total).toBe(1);
});

it.each([
  ['a name', 'attributes: { CustomerId: "{{ .id }}" }'],
  ['too many', `attributes: { ${Array.from({ length: 9 }, (_, at) => `a${at}: x`).join(', ')} }`],
  ['no map', 'attributes: customer_id'],
  ['an empty one', 'attributes: { customer_id: "" }'],
])('a document with %s that is wrong is told so, with its place', async (_title, wrong) => {
  const config = `name: wrong\npipelines:\n  p:\n    trigger: { type: manual }\n    ${wrong}\n    steps:\n      - { name: a, type: step.set, config: { values: { x: 1 } } }\n`;
  const { body } = await call('POST', '/workflows/validate', { body: config, headers: yaml });
  expect(body.valid).toBe(false);
  expect(body.errors[0]).toMatchObject({ line: 5 });
});
