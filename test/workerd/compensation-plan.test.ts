/** The preview of a cancel over the API, on the real object. */
import { beforeAll, expect, it } from 'vitest';
import { compensationPlanSchema } from '#contracts/api-compensation-plan';
import { call } from './api-client';
import { effects } from './api-effects';
import { twoCompanies } from './companies';

const TRIP = `name: trips
pipelines:
  trip:
    trigger: { type: manual }
    saga: { enabled: true }
    steps:
      - name: flight
        type: step.http_call
        config: { method: POST, url: "https://flights.test/book", body: { to: "{{ .to }}" } }
        compensate: { type: step.http_call, config: { method: DELETE, url: "https://flights.test/{{ .steps.flight.id }}", headers: { Authorization: "Bearer \${AIRLINE_KEY}" } } }
      - { name: think, type: step.delay, config: { duration: 48h } }
`;

beforeAll(async () => {
  await twoCompanies();
  const stored = await call('POST', '/workflows?deploy=production', { body: TRIP, headers: { 'content-type': 'application/yaml' } });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
});

it('names what is undone with its payload, no secret in it, and nothing goes out', async () => {
  const started = await call('POST', '/executions?wait=1s', { body: { workflow: 'trips', data: { to: 'LIS' } } });
  const path = `/executions/${started.body.execution_id}`;
  effects.calls = [];
  const { status, body } = await call('GET', `${path}/compensation-plan`);
  expect(status, JSON.stringify(body)).toBe(200);
  const plan = compensationPlanSchema.parse(body);
  expect(plan).toMatchObject({ action: 'cancel', status: 'waiting', ends_as: 'compensated', order: 'reverse', under_way: [] });
  expect(plan.waits.map((wait) => wait.step)).toEqual(['think']);
  expect(plan.steps).toMatchObject([
    { step: 'flight', status: 'planned', secrets: ['AIRLINE_KEY'], input: { method: 'DELETE', url: expect.stringMatching(/flights\.test\/flight-\d/) } },
  ]);
  expect(JSON.stringify(plan)).toContain(`Bearer \${AIRLINE_KEY}`);
  expect(effects.calls).toEqual([]);
  expect((await call('GET', path)).body.status).toBe('waiting');
  expect((await call('GET', `${path}/compensation-plan`, { headers: { 'x-tenant': 'globex' } })).body.code).toBe('unknown_execution');
  expect((await call('GET', '/executions/exec_1/compensation-plan')).status).toBe(400);
});
