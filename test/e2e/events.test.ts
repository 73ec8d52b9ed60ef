/** The event bus over a crash: what was published reaches every subscriber, once; what cannot be delivered waits to be looked at. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Started, started } from './started.ts';

const EVENTS = 6;
const DOCUMENT = `
name: bus
pipelines:
  announce:
    trigger: { type: manual }
    steps:
      - { name: free, type: step.publish, config: { topic: parcel.sent, payload: { n: "{{ .n }}" } } }
      - { name: ordered, type: step.publish, config: { topic: parcel.moved, key: "{{ .n }}", payload: { n: "{{ .n }}" } } }
  note:
    trigger: { type: event, topic: "parcel.*" }
    steps: [{ name: a, type: step.log, config: { message: "{{ .trigger.type }}" } }]
  strict:
    trigger: { type: event, topic: parcel.sent }
    concurrency: { max: 1, key: "{{ .trigger.data.customer }}" }
    steps: [{ name: a, type: step.log, config: { message: sent } }]
`;

let platform: Started;
beforeAll(async () => {
  platform = await started({ deployments: [] });
});
afterAll(() => platform?.stop());

it('delivers at least once, and starts once, whenever the region dies', async () => {
  await deployYaml(platform, DOCUMENT);
  await Promise.all(
    Array.from({ length: EVENTS }, (_, n) => platform.api('POST', '/executions?wait=20s', { workflow: 'bus', pipeline: 'announce', data: { n: String(n) } })),
  );
  await platform.regions.us.kill();
  await platform.regions.us.start();
  const noted = await platform.until(
    () => platform.api('GET', '/executions?workflow=bus&pipeline=note&status=completed&limit=50'),
    ({ body }) => body.items.length >= 2 * EVENTS,
  );
  expect(noted.body.items).toHaveLength(2 * EVENTS);

  const letters = await platform.until(
    () => platform.api('GET', '/dlq/pipelines/bus.strict'),
    ({ body }) => body.items?.length >= EVENTS,
  );
  expect(letters.body.items).toHaveLength(EVENTS);
  await platform.regions.us.kill();
  await platform.regions.us.start();
  const [{ id }] = letters.body.items;
  expect((await platform.api('GET', `/dlq/pipelines/bus.strict/${id}`)).body).toMatchObject({ status: 'waiting', event: { topic: 'parcel.sent' } });
  expect((await platform.api('GET', '/executions?workflow=bus&pipeline=note&limit=50')).body.items).toHaveLength(2 * EVENTS);
});
