/** What is old goes by the cron trigger, at home and in a region where only some executions of the company live; a region that is killed goes on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '#contracts/retention';
import { type Started, started } from './started.ts';
import { filesWith } from './stored-files.ts';

const MARK = 'kept-for-a-day-5b1e';
const DOCUMENT = `
name: notes
pipelines:
  take:
    residency: '{{ .region }}'
    trigger: { type: http, config: { method: POST, path: /notes } }
    steps:
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}" } } }
  wait:
    trigger: { type: manual }
    steps:
      - { name: hold, type: step.wait_for_event, config: { event: go, timeout: 30d } }
`;

let platform: Started;
const own = { 'x-tenant': 'acme' };
const api = (method: string, path: string, body?: unknown) => platform.api(method, path, body, own);
const statusOf = async (id: string) => (await api('GET', `/executions/${id}`)).status;

beforeAll(async () => {
  platform = await started({ deployments: [] });
  expect((await api('POST', '/workflows?deploy=production', DOCUMENT)).status).toBe(201);
});
afterAll(() => platform?.stop());

async function take(region: string): Promise<string> {
  const answer = await platform.call('POST', '/in/acme/notes/notes', { region, note: MARK + 'x'.repeat(100_000) });
  expect(answer.body).toEqual({ region });
  return answer.headers.get('x-execution-id')!;
}

it('goes where it lies, when its time is over, and nothing that waits', async () => {
  const [home, away] = [await take('us'), await take('eu')];
  const waits = (await api('POST', '/executions', { workflow: 'notes', pipeline: 'wait', data: {} })).body.execution_id;
  expect((await api('PUT', '/tenants/acme/retention', { executions: 1 })).status).toBe(200);
  // The other region hears of it with the next start there, at the latest.
  const second = await take('eu');
  // What has not been handed to the list yet would go a day later.
  await platform.until(
    () => api('GET', '/executions?pipeline=take'),
    ({ body }) => body.items.length === 3,
  );
  const now = Date.now();
  const { us, eu } = platform.regions;
  for (const region of [us, eu]) await region.scheduled(now);
  expect([await statusOf(home), await statusOf(away)]).toEqual([200, 200]);

  await eu.kill();
  await eu.start();
  for (const region of [us, eu]) await region.scheduled(now + 3 * DAY_MS);
  // A region that has just come back may not be reached at once.
  for (const id of [home, away, second])
    await platform.until(
      () => api('GET', `/executions/${id}`),
      ({ status }) => status === 404,
    );
  expect((await api('GET', `/executions/${waits}`)).body.status).toBe('waiting');
  for (const region of [us, eu]) expect(filesWith(region.dir, MARK)).toEqual([]);
  expect((await api('GET', '/tenants/acme/retention')).body.last_sweep).toMatchObject({ removed: { executions: 1 } });
});
