/** Dead letters over the API, on the real objects and D1: listed, looked at, replayed once, all at once, discarded. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deadLetterDetail, deadLetterPage, deadLetterReplayedSchema, deadLetterStats, replayAllSchema } from '#contracts/api-dead-letters';
import { call } from './api-client';
import { effects } from './api-effects';
import { keyOf, twoCompanies } from './companies';
import { handedOver } from './settle';

const yaml = { 'content-type': 'application/yaml' };
const shop = (name: string, more = '') => `name: ${name}
pipelines:
  pay:
    trigger: { type: manual }
    dead_letter: { retention: 3d, alert_threshold: 2 ${more} }
    steps:
      - { name: charge, type: step.http_call, config: { method: POST, url: "https://bank.test/charge", body: { order: "{{ .order }}" } } }
  silent:
    trigger: { type: manual }
    dead_letter: { enabled: false }
    steps:
      - { name: charge, type: step.http_call, config: { method: POST, url: "https://bank.test/charge" } }
`;
let other: string;
let viewer: string;

const deploy = async (text: string) => {
  const stored = await call('POST', '/workflows?deploy=production', { body: text, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  return stored.body as { id: string };
};

beforeAll(async () => {
  await twoCompanies();
  viewer = await keyOf('acme', 'viewer');
  other = await keyOf('globex', 'owner');
});
beforeEach(() => {
  effects.failing = undefined;
});

/** A letter of the pipeline: its execution has failed. */
async function fail(workflow: string, data: object = { order: 'o-1' }, pipeline = 'pay'): Promise<string> {
  effects.failing = 'charge';
  const { body } = await call('POST', '/executions?wait=30s', { body: { workflow, pipeline, data } });
  effects.failing = undefined;
  expect(body.status).toBe('failed');
  await handedOver(body.execution_id);
  return body.execution_id;
}

const of = (workflow: string) => `/dlq/pipelines/${workflow}.pay`;
const list = async (workflow: string, query = '') => deadLetterPage.parse((await call('GET', `${of(workflow)}${query}`)).body).items;
const depthOf = async (workflow: string) =>
  deadLetterStats.parse((await call('GET', '/dlq/stats')).body).pipelines.find((each) => each.workflow === workflow && each.pipeline === 'pay');
/** The answer, once it is as wanted: alarms fire of themselves here. */
const until = (path: string, wanted: object) => expect.poll(async () => (await call('GET', path)).body).toMatchObject(wanted);

describe('a letter', () => {
  it('is listed with what failed, and shown with what started it', async () => {
    await deploy(shop('shown'));
    const id = await fail('shown', { order: 'o-7' });
    const [letter] = await list('shown');
    expect(letter).toMatchObject({
      id,
      workflow: 'shown',
      pipeline: 'pay',
      environment: 'production',
      status: 'waiting',
      trigger: 'manual',
      step: 'charge',
      attempts: 1,
      error: { code: 'upstream_status' },
    });
    expect(Date.parse(letter!.expires_at) - Date.parse(letter!.failed_at)).toBe(3 * 86_400_000);
    const detail = deadLetterDetail.parse((await call('GET', `${of('shown')}/${id}`)).body);
    expect(detail).toMatchObject({ ...letter, version: 1, trigger_data: { order: 'o-7' }, error_details: { code: 'upstream_status', status: 422 } });
    expect(await depthOf('shown')).toMatchObject({ depth: 1, alert_threshold: 2, alerting: false });
    await fail('shown');
    expect(await depthOf('shown')).toMatchObject({ depth: 2, alerting: true });
  });

  it('is not left where the pipeline has none', async () => {
    await deploy(shop('silent'));
    const id = await fail('silent', {}, 'silent');
    expect(await call('GET', `/dlq/pipelines/silent.silent/${id}`)).toMatchObject({ status: 404, body: { code: 'unknown_dead_letter' } });
    expect((await call('GET', '/dlq/pipelines/silent.silent')).body.items).toEqual([]);
  });

  it('is replayed once, on what is deployed now, and says as what', async () => {
    const { id: workflow } = await deploy(shop('mended'));
    const id = await fail('mended', { order: 'o-8' });
    expect((await call('PUT', `/workflows/${workflow}?deploy=production`, { body: shop('mended', ', replayable: true'), headers: yaml })).status).toBe(200);
    const first = await call('POST', `${of('mended')}/${id}/replay`);
    expect(first.status, JSON.stringify(first.body)).toBe(202);
    const replayed = deadLetterReplayedSchema.parse(first.body);
    expect(replayed).toMatchObject({ dead_letter: id, existing: false });
    const again = await Promise.all([1, 2, 3].map(() => call('POST', `${of('mended')}/${id}/replay`)));
    for (const { status, body } of again) expect([status, body.execution_id, body.existing]).toEqual([202, replayed.execution_id, true]);
    await until(`/executions/${replayed.execution_id}`, { status: 'completed', version: 2 });
    const [letter] = await list('mended');
    expect(letter).toMatchObject({ status: 'replayed', replayed_as: replayed.execution_id, closed_by: 'admin' });
    expect(await depthOf('mended')).toMatchObject({ depth: 0 });
    const events = (await call('GET', `/executions/${id}/events?type=dead_letter.recorded,dead_letter.replayed`)).body.items;
    expect(events.map((each: { event_type: string }) => each.event_type)).toEqual(['dead_letter.recorded', 'dead_letter.replayed']);
    const timeline = (await call('GET', `/executions/${replayed.execution_id}/timeline`)).body;
    expect(timeline).toMatchObject({ trigger: { data: { order: 'o-8' } }, metadata: { replay_of: id, dead_letter: id } });
    expect(await call('DELETE', `${of('mended')}/${id}`)).toMatchObject({ status: 409, body: { code: 'dead_letter_closed' } });
  });

  it('whose replay fails too leaves another', async () => {
    await deploy(shop('still-broken'));
    const id = await fail('still-broken');
    effects.failing = 'charge';
    const { body } = await call('POST', `${of('still-broken')}/${id}/replay`);
    await until(`/executions/${body.execution_id}`, { status: 'failed' });
    await handedOver(body.execution_id);
    expect((await list('still-broken')).map((letter) => [letter.id, letter.status])).toEqual([
      [body.execution_id, 'waiting'],
      [id, 'replayed'],
    ]);
  });

  it('is discarded, and then not replayed', async () => {
    await deploy(shop('thrown-away'));
    const id = await fail('thrown-away');
    for (let i = 0; i < 2; i++) expect((await call('DELETE', `${of('thrown-away')}/${id}?reason=a%20test`)).status).toBe(204);
    expect(await call('POST', `${of('thrown-away')}/${id}/replay`)).toMatchObject({ status: 409, body: { code: 'dead_letter_closed' } });
    expect(await list('thrown-away', '?status=waiting')).toEqual([]);
    expect(await list('thrown-away', '?status=discarded')).toMatchObject([{ id, closed_by: 'admin' }]);
    expect(await depthOf('thrown-away')).toMatchObject({ depth: 0 });
  });

  it('of a pipeline that forbids it is not replayed', async () => {
    await deploy(shop('kept', ', replayable: false'));
    const id = await fail('kept');
    expect(await call('POST', `${of('kept')}/${id}/replay`)).toMatchObject({ status: 409, body: { code: 'dead_letter_not_replayable' } });
    expect(await list('kept', '?status=waiting')).toMatchObject([{ id, replayable: false }]);
  });

  it('outlives its workflow, but is not replayed without one', async () => {
    const { id: workflow } = await deploy(shop('gone'));
    const id = await fail('gone');
    expect((await call('DELETE', `/workflows/${workflow}`)).status).toBe(204);
    expect(await list('gone')).toMatchObject([{ id }]);
    expect(await call('POST', `${of('gone')}/${id}/replay`)).toMatchObject({ status: 409, body: { code: 'not_deployed' } });
  });
});

describe('replay of all', () => {
  it('replays each once, the oldest first, and tells how far it is', async () => {
    await deploy(shop('many'));
    const ids: string[] = [];
    for (let i = 0; i < 25; i++) ids.push(await fail('many', { order: `o-${i}` }));
    await call('DELETE', `${of('many')}/${ids[3]}`);
    expect(await call('GET', `${of('many')}/replay-all`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    effects.calls.length = 0;
    const begun = await call('POST', `${of('many')}/replay-all`);
    expect(begun.status, JSON.stringify(begun.body)).toBe(202);
    expect(replayAllSchema.parse(begun.body)).toMatchObject({ status: 'running', total: 24, replayed: 0, by: 'admin' });
    expect((await call('POST', `${of('many')}/replay-all`)).body.started_at).toBe(begun.body.started_at);
    await until(`${of('many')}/replay-all`, { status: 'completed' });
    const done = replayAllSchema.parse((await call('GET', `${of('many')}/replay-all`)).body);
    expect(done).toMatchObject({ status: 'completed', total: 24, replayed: 24, skipped: 0, failed: 0 });
    expect(await list('many', '?status=waiting')).toEqual([]);
    const orders = async (id: string) => (await call('GET', `/executions/${id}/timeline`)).body.trigger.data.order as string;
    const letters = (await list('many', '?status=replayed&limit=200')).reverse();
    expect(await Promise.all(letters.map((letter) => orders(letter.replayed_as!)))).toEqual(await Promise.all(letters.map((letter) => orders(letter.id))));
    await expect.poll(() => effects.calls.length).toBe(24);
  });

  it('replays at most what it is told to, and counts what cannot be started', async () => {
    const { id: workflow } = await deploy(shop('few'));
    for (let i = 0; i < 3; i++) await fail('few', { order: `o-${i}` });
    await call('POST', `${of('few')}/replay-all`, { body: { limit: 2 } });
    await until(`${of('few')}/replay-all`, { status: 'completed', total: 2, replayed: 2 });
    expect(await list('few', '?status=waiting')).toHaveLength(1);
    await call('DELETE', `/workflows/${workflow}`);
    await call('POST', `${of('few')}/replay-all`);
    await until(`${of('few')}/replay-all`, { status: 'completed', failed: 1, last_error: { code: 'not_deployed' } });
    expect(await list('few', '?status=waiting')).toHaveLength(1);
  });
});

describe('who asks for what is not his', () => {
  it('sees and changes nothing of another tenant', async () => {
    await deploy(shop('mine'));
    const id = await fail('mine');
    expect(await call('GET', of('mine'), { key: other })).toMatchObject({ status: 404, body: { code: 'unknown_pipeline' } });
    for (const [method, path] of [
      ['GET', `${of('mine')}/${id}`],
      ['POST', `${of('mine')}/${id}/replay`],
      ['DELETE', `${of('mine')}/${id}`],
    ] as const)
      expect(await call(method, path, { key: other })).toMatchObject({ status: 404, body: { code: 'unknown_dead_letter' } });
    expect((await call('GET', '/dlq/stats', { key: other })).body).toEqual({ depth: 0, alerting: 0, pipelines: [] });
    expect(await list('mine', '?status=waiting')).toHaveLength(1);
  });

  it('may look as a viewer, and no more', async () => {
    await deploy(shop('looked-at'));
    const id = await fail('looked-at');
    expect((await call('GET', `${of('looked-at')}/${id}`, { key: viewer })).status).toBe(200);
    for (const [method, path] of [
      ['POST', `${of('looked-at')}/${id}/replay`],
      ['POST', `${of('looked-at')}/replay-all`],
      ['DELETE', `${of('looked-at')}/${id}`],
    ] as const)
      expect(await call(method, path, { key: viewer })).toMatchObject({ status: 403 });
  });

  it.each<[string, string, string, unknown, number, string]>([
    ['no such pipeline', 'GET', '/dlq/pipelines/nothing', undefined, 404, 'unknown_pipeline'],
    ['no pipeline at all', 'GET', '/dlq/pipelines/%20', undefined, 404, 'unknown_pipeline'],
    ['no id', 'GET', '/dlq/pipelines/mine.pay/nonsense', undefined, 400, 'invalid_id'],
    ['an execution that is none', 'POST', `/dlq/pipelines/mine.pay/exec_${'0'.repeat(43)}/replay`, undefined, 404, 'unknown_dead_letter'],
    ['an unknown status', 'GET', '/dlq/pipelines/mine.pay?status=lost', undefined, 400, 'invalid_request'],
    ['an unknown key', 'GET', '/dlq/pipelines/mine.pay?state=waiting', undefined, 400, 'unknown_query_key'],
    ['a bad cursor', 'GET', '/dlq/pipelines/mine.pay?cursor=x', undefined, 400, 'invalid_cursor'],
    ['a limit of nothing', 'POST', '/dlq/pipelines/mine.pay/replay-all', { limit: 0 }, 400, 'invalid_request'],
    ['a body with more', 'POST', '/dlq/pipelines/mine.pay/replay-all', { all: true }, 400, 'invalid_request'],
    ['no JSON', 'POST', '/dlq/pipelines/mine.pay/replay-all', '{', 400, 'invalid_json'],
  ])('is told: %s', async (_, method, path, body, status, code) => {
    const reply = await call(method, path, { body, headers: { 'content-type': 'application/json' } });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  it('is told the candidates of an ambiguous name', async () => {
    await deploy(shop('twin-a'));
    await deploy(shop('twin-b'));
    const reply = await call('GET', '/dlq/pipelines/silent');
    expect(reply).toMatchObject({ status: 409, body: { code: 'ambiguous_pipeline' } });
    expect(reply.body.candidates).toEqual(expect.arrayContaining(['twin-a.silent', 'twin-b.silent']));
  });
});
