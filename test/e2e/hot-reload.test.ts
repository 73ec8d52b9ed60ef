/** A new version goes live under load: no request is dropped, nobody is thrown back, and what runs stays on its version. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Started, started } from './started.ts';

const CLIENTS = 6;
const VERSIONS = 5;

const document = (version: number) => `
name: reloaded
pipelines:
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

it('every request is answered, by the version of its moment', async () => {
  const { id } = await deployYaml(platform, document(1));
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
  }
  done = true;

  for (const seen of await Promise.all(clients)) {
    expect(seen.filter(({ status }) => status !== 200)).toEqual([]);
    const versions = seen.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  }
  const timeline = await platform.until(
    () => platform.api('GET', `/executions/${patient}/timeline`),
    ({ body }) => body.status === 'completed',
  );
  expect(timeline.body.version).toBe(1);
  expect(timeline.body.steps.find((step: { name: string }) => step.name === 'mark').output).toEqual({ version: 1 });
});
