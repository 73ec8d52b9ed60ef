/** A new version goes live under load: no request is dropped, nobody is thrown back, and what runs stays on its version. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Started, started } from './started.ts';

const CLIENTS = 6;
const VERSIONS = 5;

const document = (version: number) => `
name: reloaded
modules:
  - { name: visits, type: storage.sqlite, config: { setup: ["CREATE TABLE IF NOT EXISTS visits (version INTEGER NOT NULL)"] } }
pipelines:
  visit:
    trigger: { type: http, config: { method: POST, path: /visits } }
    steps:
      - { name: write, type: step.db_exec, config: { database: visits, query: "INSERT INTO visits (version) VALUES (${version})" } }
      - { name: read, type: step.db_query, config: { database: visits, mode: list, query: "SELECT version FROM visits ORDER BY rowid" } }
      - { name: respond, type: step.json_response, config: { body_from: steps.read.rows } }
  announce:
    trigger: { type: manual }
    steps:
      - { name: tell, type: step.publish, config: { topic: parcel.sent, payload: { n: 1 } } }
  hear:
    trigger: { type: event, topic: parcel.sent }
    steps:
      - { name: wait, type: step.delay, config: { duration: 1s } }
      - { name: mark, type: step.set, config: { values: { version: ${version} } } }
  which:
    trigger: { type: http, config: { method: GET, path: /which } }
    steps:
      - { name: respond, type: step.json_response, config: { body: { version: ${version} } } }
  patient:
    trigger: { type: manual }
    steps:
      - { name: wait, type: step.delay, config: { duration: 1s } }
      - { name: mark, type: step.set, config: { values: { version: ${version} } } }
`;

let platform: Started;
beforeAll(async () => {
  platform = await started({ deployments: [] });
});
afterAll(() => platform?.stop());

it('every request is answered, by the version of its moment; data stay, and what runs stays on its version', async () => {
  const { id } = await deployYaml(platform, document(1));
  await platform.api('POST', '/executions?wait=10s', { workflow: 'reloaded', pipeline: 'announce' });
  const heard = await platform.until(
    () => platform.api('GET', '/executions?workflow=reloaded&pipeline=hear'),
    ({ body }) => body.items.length === 1,
  );
  const visits: unknown[] = [{ version: 1 }];
  expect((await platform.call('POST', '/in/acme/reloaded/visits')).body).toEqual(visits);
  const patient = (await platform.api('POST', '/executions', { workflow: 'reloaded', pipeline: 'patient' })).body.execution_id;

  let done = false;
  const client = async () => {
    const seen: { status: number; version: number }[] = [];
    while (!done) {
      const { status, body } = await platform.call('GET', '/in/acme/reloaded/which');
      seen.push({ status, version: body.version });
    }
    return seen;
  };
  const clients = Array.from({ length: CLIENTS }, client);
  for (let version = 2; version <= VERSIONS; version++) {
    expect(await platform.api('PUT', `/workflows/${id}?deploy=production`, document(version))).toMatchObject({ status: 200, body: { version } });
    expect((await platform.call('GET', '/in/acme/reloaded/which')).body).toEqual({ version });
    visits.push({ version });
    expect((await platform.call('POST', '/in/acme/reloaded/visits')).body).toEqual(visits);
  }
  done = true;

  for (const seen of await Promise.all(clients)) {
    expect(seen.filter(({ status }) => status !== 200)).toEqual([]);
    const versions = seen.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  }
  for (const execution of [patient, heard.body.items[0].execution_id]) {
    const timeline = await platform.until(
      () => platform.api('GET', `/executions/${execution}/timeline`),
      ({ body }) => body.status === 'completed',
    );
    expect(timeline.body.version).toBe(1);
    expect(timeline.body.steps.find((step: { name: string }) => step.name === 'mark').output).toEqual({ version: 1 });
  }
});
