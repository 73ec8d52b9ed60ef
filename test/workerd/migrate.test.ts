/** What a new version means for executions that run, and moving them, over the API on the real object, D1 and R2. */
import { beforeAll, describe, expect, it } from 'vitest';
import { impactSchema, migratedAllSchema } from '#contracts/migration';
import { call } from './api-client';
import { twoCompanies } from './companies';

const yaml = { 'content-type': 'application/yaml' };
const document = (steps: string, more = '') => `name: parcels
pipelines:
  send:
    trigger: { type: manual }
    steps:
      - { name: pack, type: step.set, config: { values: { packed: "{{ .id }}" } } }
${steps}
${more}`;
const WAIT = '      - { name: rest, type: step.delay, config: { duration: 48h } }';
const V1 = document(
  `${WAIT}\n      - { name: tell, type: step.set, config: { values: { told: one } } }`,
  '  gone:\n    steps:\n      - { name: rest, type: step.delay, config: { duration: 48h } }',
);
const V2 = document(
  `${WAIT}\n      - { name: weigh, type: step.set, config: { values: { grams: 5 } } }\n      - { name: tell, type: step.set, config: { values: { told: two } } }`,
);
const V3 = document(`      - { name: check, type: step.set, config: { values: { ok: 1 } } }\n${WAIT}`);

let workflow: string;
const start = async (pipeline: string) =>
  (await call('POST', '/executions?wait=20ms', { body: { workflow: 'parcels', pipeline, data: { id: 7 } } })).body.execution_id as string;

beforeAll(async () => {
  await twoCompanies();
  const stored = await call('POST', '/workflows?deploy=production', { body: V1, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
  workflow = stored.body.id;
});

const impact = async (version: number, query = '') => impactSchema.parse((await call('GET', `/workflows/${workflow}/versions/${version}/impact${query}`)).body);
const stored = async (source: string, query = '') => (await call('PUT', `/workflows/${workflow}${query}`, { body: source, headers: yaml })).body;

describe('a new version', () => {
  let first: string;
  let second: string;
  let other: string;

  it('is looked at before it is deployed: who goes on, who could move, who is blocked and why', async () => {
    [first, second, other] = [await start('send'), await start('send'), await start('gone')];
    expect((await stored(V2)).version).toBe(2);
    const report = await impact(2);
    expect(report).toMatchObject({
      workflow: 'parcels',
      environment: 'production',
      version: 2,
      counts: { running: 3, current: 0, movable: 2, blocked: 1 },
      next_cursor: null,
    });
    expect(report.pipelines).toContainEqual({ pipeline: 'send', version: 1, running: 2, current: 0, movable: 2, blocked: 0 });
    const blocked = report.executions.find((one) => one.execution_id === other)!;
    expect(blocked).toMatchObject({ verdict: 'blocked', obstacles: [{ code: 'pipeline_gone' }], status: 'waiting', current_step: 'rest' });
    expect((await stored(V3)).version).toBe(3);
    const third = await impact(3);
    expect(third.counts).toMatchObject({ movable: 0, blocked: 3 });
    expect(third.executions.find((one) => one.execution_id === first)!.obstacles).toMatchObject([{ code: 'passed_differs', step: 'check' }]);
  });

  it('is looked at page by page', async () => {
    const seen = new Set<string>();
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof impact>> = await impact(2, `?limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      expect(page.executions.length).toBeLessThanOrEqual(1);
      for (const one of page.executions) seen.add(one.execution_id);
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(new Set([first, second, other]));
  });

  it('takes over a single execution, which goes on there', async () => {
    const moved = await call('POST', `/executions/${first}/migrate`, { body: { version: 2 } });
    expect([moved.status, moved.body], JSON.stringify(moved.body)).toMatchObject([200, { execution_id: first, status: 'waiting', version: 2 }]);
    const { body } = await call('GET', `/executions/${first}/timeline`);
    expect(body).toMatchObject({ version: 2, definition: moved.body.definition, migrations: [{ from: { version: 1 }, to: { version: 2 } }] });
    expect(body.steps.map((step: { name: string }) => step.name)).toEqual(['pack', 'rest', 'weigh', 'tell']);
    expect((await call('GET', `/executions/${first}/events?type=execution.migrated`)).body.items[0].event_data.by).toMatch(/./);
    expect((await call('POST', `/executions/${first}/rebuild`, { body: {} })).body.equal).toBe(true);
    expect((await call('GET', `/executions?q=${first}`)).body.items[0].version).toBe(2);
    expect(
      (await call('GET', '/executions?status=waiting&workflow=parcels')).body.items.find((row: { execution_id: string }) => row.execution_id === first).version,
    ).toBe(2);
    // Once more changes nothing.
    expect((await call('POST', `/executions/${first}/migrate`, { body: { version: 2 } })).status).toBe(200);
    expect((await call('GET', `/executions/${first}/events?type=execution.migrated`)).body.items).toHaveLength(1);
    const replay = await call('POST', `/executions/${first}/replay`, { body: {} });
    expect(replay.body.version).toBe(2);
    await call('POST', `/executions/${replay.body.execution_id}/cancel`, { body: {} });
  });

  it('takes over all that can move, and says why the others cannot', async () => {
    const { status, body } = await call('POST', `/workflows/${workflow}/versions/2/migrate`, { body: {} });
    expect(status).toBe(200);
    const answer = migratedAllSchema.parse(body);
    expect(answer.moved).toEqual([second]);
    expect(answer.blocked.map((one) => one.execution_id)).toEqual([other]);
    expect((await impact(2)).counts).toMatchObject({ running: 3, current: 2, movable: 0, blocked: 1 });
  });

  it('is reported of its deployment too, with the overrides of it', async () => {
    const { body } = await call('POST', '/deployments', {
      body: { workflow_id: workflow, version: 2, config_overrides: { 'pipelines.send.steps.tell.config.values.told': 'three' } },
    });
    const report = impactSchema.parse((await call('GET', `/deployments/${body.id}/impact`)).body);
    expect(report).toMatchObject({ version: 2, definition: body.hash, counts: { movable: 2, blocked: 1 } });
    const moved = await call('POST', `/executions/${first}/migrate`, { body: { deployment_id: body.id } });
    expect(moved.body.definition).toBe(body.hash);
    expect((await impact(2)).counts).toMatchObject({ current: 1, movable: 1 });
  });

  it('refuses what cannot be, and changes nothing', async () => {
    const before = (await call('GET', `/executions/${other}`)).body;
    const cases: [string, object, number, string][] = [
      [`/executions/${other}/migrate`, { version: 2 }, 409, 'not_movable'],
      [`/executions/${other}/migrate`, { version: 99 }, 404, 'unknown_workflow'],
      [`/executions/${other}/migrate`, {}, 400, 'invalid_request'],
      [`/executions/${other}/migrate`, { version: 2, deployment_id: 'dep_1' }, 400, 'invalid_request'],
      [`/executions/${other}/migrate`, { deployment_id: 'dep_1' }, 404, 'unknown_deployment'],
      ['/executions/exec_1/migrate', { version: 2 }, 400, 'invalid_id'],
      [`/workflows/${workflow}/versions/x/migrate`, {}, 404, 'unknown_workflow'],
      [`/workflows/${workflow}/versions/2/migrate`, { cursor: 'abc' }, 400, 'invalid_cursor'],
      ['/workflows/nothing/versions/2/migrate', {}, 404, 'unknown_workflow'],
    ];
    for (const [path, body, status, code] of cases) {
      const refused = await call('POST', path, { body });
      expect([path, refused.status, refused.body.code]).toEqual([path, status, code]);
    }
    expect((await call('POST', `/executions/${other}/migrate`, { body: { version: 2 } })).body.obstacles).toMatchObject([{ code: 'pipeline_gone' }]);
    expect((await call('POST', `/executions/${first}/migrate`, { body: { version: 1 }, headers: { 'x-tenant': 'globex' } })).body.code).toBe(
      'unknown_execution',
    );
    expect((await call('GET', `/deployments/dep_1/impact`)).body.code).toBe('unknown_deployment');
    await call('POST', `/executions/${other}/cancel`, { body: {} });
    expect((await call('POST', `/executions/${other}/migrate`, { body: { version: 2 } })).body.code).toBe('execution_finished');
    expect(before.version).toBe(1);
  });
});
