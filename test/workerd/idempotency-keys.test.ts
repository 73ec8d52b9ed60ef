/** Idempotency keys over the API, on the real objects and D1: listed, looked up and released, by those who may. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { idempotencyKeyPage, keyReleasedSchema } from '#contracts/api-idempotency';
import type { KeyStoreRpc } from '#contracts/key-store';
import { keyShard } from '#workers/performer/shard';
import { call } from './api-client';
import { twoCompanies } from './companies';

const yaml = { 'content-type': 'application/yaml' };
const DOCUMENT = (name: string) => `name: ${name}
pipelines:
  note:
    trigger: { type: manual }
    steps:
      - { name: keep, type: step.set, config: { values: { seen: true } } }
  ask:
    trigger: { type: manual }
    steps:
      - { name: answer, type: step.wait_for_event, config: { event: answered } }
`;
/** Keys of the API: of the other company, of a viewer, and of an editor of one project. */
const keyOf: { [who: string]: string } = {};
const ids: { [workflow: string]: string } = {};
let project: string;

beforeAll(async () => {
  await twoCompanies();
  const organization = (await call('GET', '/organizations')).body.items[0].id;
  project = (await call('POST', '/projects', { body: { name: 'Side', organization } })).body.id;
  for (const [workflow, where] of Object.entries({ shop: 'prj_default', side: project })) {
    const stored = await call('POST', `/workflows?deploy=production&project=${where}`, { body: DOCUMENT(workflow), headers: yaml });
    expect(stored.status, JSON.stringify(stored.body)).toBe(201);
    ids[workflow] = stored.body.id;
  }
  const make = async (body: object) => (await call('POST', '/api-keys', { body: { name: 'key', ...body } })).body.key;
  keyOf.viewer = await make({ tenant: 'acme', role: 'viewer' });
  keyOf.other = await make({ tenant: 'globex', role: 'owner' });
  keyOf.side = await make({ tenant: 'acme', role: 'editor', project });
});

const start = async (key: string, workflow = 'shop', pipeline = 'note', wait = true) =>
  (await call('POST', `/executions${wait ? '?wait=30s' : ''}`, { body: { workflow, pipeline, data: {}, idempotency_key: key } })).body;
const list = async (query: string, key?: string) =>
  idempotencyKeyPage.parse((await call('GET', `/idempotency-keys?${query}`, { ...(key ? { key } : {}) })).body).items;
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
/** Waits for the projection. */
const listed = (query: string, wanted: object[]) => expect.poll(() => list(query)).toMatchObject(wanted);

describe('keys of starts', () => {
  it('are listed with their execution, and found by text, state and workflow; by no other company', async () => {
    const { execution_id } = await start('order-1');
    const waiting = await start('order-2', 'side', 'ask', false);
    await listed('prefix=order-', [
      { key: 'order-2', scope: 'pipeline', workflow: 'side', pipeline: 'ask', execution_id: waiting.execution_id, state: 'running', region: 'us' },
      { key: 'order-1', workflow: 'shop', pipeline: 'note', execution_id, execution_status: 'completed', state: 'answered' },
    ]);
    expect(await list('q=ER-1')).toMatchObject([{ key: 'order-1' }]);
    expect(await list('prefix=order-&workflow=shop')).toMatchObject([{ key: 'order-1' }]);
    expect(await list('prefix=order-&state=running')).toMatchObject([{ key: 'order-2' }]);
    expect(await list('prefix=order-&state=expired')).toEqual([]);
    expect(await list('prefix=order-', keyOf.side)).toMatchObject([{ key: 'order-2' }]);
    expect(await list('', keyOf.other)).toEqual([]);
    const first = (await call('GET', '/idempotency-keys?prefix=order-&limit=1')).body;
    expect(first.items).toMatchObject([{ key: 'order-2' }]);
    expect(await list(`prefix=order-&limit=1&cursor=${first.next_cursor}`)).toMatchObject([{ key: 'order-1' }]);
    await call('POST', `/executions/${waiting.execution_id}/cancel`, { body: {} });
  });

  it('are released once what holds them has ended, and the next start is another execution', async () => {
    const first = await start('again');
    expect(await start('again')).toMatchObject({ execution_id: first.execution_id, existing: true });
    const answer = await call('POST', `/executions/${first.execution_id}/release-key`, { body: { reason: 'sent by mistake' } });
    expect(keyReleasedSchema.parse(answer.body)).toMatchObject({ scope: 'pipeline', key: 'again', execution_id: first.execution_id });
    const second = await start('again');
    expect(second).toMatchObject({ existing: false });
    expect(second.execution_id).not.toBe(first.execution_id);
    expect(await start('again')).toMatchObject({ execution_id: second.execution_id });
    await listed('q=again', [{ state: 'answered' }, { state: 'expired', execution_id: first.execution_id }]);
    const { items } = (await call('GET', `/executions/${first.execution_id}/events?type=key.released`)).body;
    expect(items).toMatchObject([{ event_data: { reason: 'sent by mistake', by: expect.any(String) } }]);
    const audit = (await call('GET', `/audit?action=${encodeURIComponent('POST /executions/{execution}/release-key')}`)).body.items;
    expect(audit[0]).toMatchObject({ before: { idempotency_key: 'again' }, after: { released: true, reason: 'sent by mistake' } });
  });

  it('are not while their execution is at work, unless it is cancelled', async () => {
    const { execution_id } = await start('at-work', 'shop', 'ask', false);
    const release = () => call('POST', `/executions/${execution_id}/release-key`, { body: {} });
    expect(codeOf(await release())).toEqual([409, 'key_at_work']);
    expect(await start('at-work', 'shop', 'ask', false)).toMatchObject({ execution_id });
    await call('POST', `/executions/${execution_id}/cancel`, { body: {} });
    expect((await release()).status).toBe(200);
    expect(codeOf(await release())).toEqual([409, 'key_free']);
  });

  it('are not by those who may not, nor where there is none', async () => {
    const { execution_id } = await start('held');
    const as = (key: string, id = execution_id) => call('POST', `/executions/${id}/release-key`, { key, body: {} });
    expect(codeOf(await as(keyOf.viewer!))).toEqual([403, 'forbidden']);
    expect((await as(keyOf.other!)).status).toBe(404);
    expect((await as(keyOf.side!)).status).toBe(404);
    const plain = (await call('POST', '/executions?wait=30s', { body: { workflow: 'shop', pipeline: 'note' } })).body;
    expect(codeOf(await call('POST', `/executions/${plain.execution_id}/release-key`, { body: {} }))).toEqual([409, 'key_free']);
    expect(await start('held')).toMatchObject({ execution_id, existing: true });
  });
});

describe('keys of steps', () => {
  const shop = () => ({ workflow_id: ids.shop!, workflow: 'shop', pipeline: 'note' });
  /** As a step of the execution takes it. */
  const take = async (key: string, execution: string, { result = true, owner = shop(), environment = 'production' } = {}) => {
    const stored = `${environment}/run/${key}`;
    const store = env.KEY_STORE.getByName(keyShard('acme', stored)) as unknown as KeyStoreRpc;
    const holder = `${execution}/each/2/charge/run`;
    await store.claim({ key: stored, holder, lease_ms: 60_000, owner });
    if (result) await store.settle({ key: stored, holder, result: { output: { id: key } }, ttl_ms: 60_000 });
  };
  const release = (name: string, key?: string) => call('POST', `/idempotency-keys/${encodeURIComponent(name)}/release`, { body: {}, ...(key ? { key } : {}) });

  it('are listed over all shards, newest first, in pages, and not beyond the projects of the caller', async () => {
    const { execution_id } = await start('of-steps');
    const names = Array.from({ length: 12 }, (_, n) => `charge/${n}`);
    for (const name of names) await take(name, execution_id);
    await take('side/1', execution_id, { owner: { workflow_id: ids.side!, workflow: 'side', pipeline: 'ask' }, environment: 'staging', result: false });
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = (await call('GET', `/idempotency-keys?scope=step&prefix=charge/&limit=5${cursor}`)).body;
      seen.push(...page.items.map(({ key }: { key: string }) => key));
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor !== '');
    expect(seen.length).toBe(12);
    expect(new Set(seen)).toEqual(new Set(names));
    expect(await list('scope=step&prefix=charge/11')).toMatchObject([
      {
        scope: 'step',
        key: 'charge/11',
        environment: 'production',
        phase: 'run',
        step: 'each/2/charge',
        execution_id,
        workflow: 'shop',
        pipeline: 'note',
        state: 'answered',
      },
    ]);
    expect(await list('scope=step&state=running')).toMatchObject([{ key: 'side/1', environment: 'staging', workflow: 'side' }]);
    expect(await list('scope=step', keyOf.side)).toMatchObject([{ key: 'side/1' }]);
    expect(await list('scope=step', keyOf.other)).toEqual([]);
  });

  it('are released, so that the next step has its effect anew', async () => {
    const { execution_id } = await start('holds-a-step');
    await take('pay/1', execution_id);
    expect(codeOf(await release('pay/1', keyOf.viewer))).toEqual([403, 'forbidden']);
    expect(codeOf(await release('pay/1', keyOf.other))).toEqual([404, 'not_found']);
    expect(codeOf(await release('pay/1', keyOf.side))).toEqual([404, 'not_found']);
    const { status, body } = await release('pay/1');
    expect([status, keyReleasedSchema.parse(body)]).toMatchObject([200, { scope: 'step', key: 'pay/1', execution_id }]);
    expect(codeOf(await release('pay/1'))).toEqual([404, 'not_found']);
    expect(codeOf(await call('GET', `/idempotency-keys/${encodeURIComponent('pay/1')}`))).toEqual([404, 'not_found']);
    const [entry] = (await call('GET', `/audit?action=${encodeURIComponent('POST /idempotency-keys/{idempotency_key}/release')}`)).body.items;
    expect(entry).toMatchObject({ before: { execution_id, step: 'each/2/charge' }, after: { released: true } });
  });

  it('are not while their execution, or their step, is at work', async () => {
    const { execution_id } = await start('step-at-work', 'shop', 'ask', false);
    await take('pay/2', execution_id);
    expect(codeOf(await release('pay/2'))).toEqual([409, 'key_at_work']);
    await call('POST', `/executions/${execution_id}/cancel`, { body: {} });
    expect((await release('pay/2')).status).toBe(200);
    await take('pay/3', execution_id, { result: false });
    expect(codeOf(await release('pay/3'))).toEqual([409, 'key_at_work']);
  });
});

it.each(['scope=other', 'state=lost', 'prefix=', 'limit=0', 'cursor=nonsense', 'scope=step&cursor=nonsense', 'tenant=globex'])(
  'a wrong question is answered by its mistake: %s',
  async (query) => {
    const { status, body } = await call('GET', `/idempotency-keys?${query}`);
    expect([status, body.code]).toEqual([400, expect.stringMatching(/^(invalid_request|invalid_cursor|unknown_query_key)$/)]);
  },
);
