/**
 * What streams through a region, from a service behind a proxy or from another region, and fails half-way: whoever reads it sees
 * that it is cut, and nothing keeps it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, started } from './started.ts';

const HALF = 'x'.repeat(50_000);

/** Ends its connection in the middle of each answer, but of `/whole`. */
const service = createServer((request, response) => {
  const way = request.url!.split('/').at(-1)!;
  if (way === 'whole') return void response.write(HALF, () => response.end(HALF));
  if (way === 'told') response.setHeader('content-length', 2 * HALF.length);
  response.write(HALF, () => response.destroy());
});

const application = (origin: string) => `
name: behind
modules:
  - { name: proxy, type: http.proxy, config: { targets: { /proxied: "${origin}" } } }
  - { name: gateway, type: reverseproxy, config: { backend_services: { a: "${origin}" }, routes: { /gateway: a } } }
  - { name: lines, type: log.collector, config: { level: info } }
workflows:
  http:
    routes:
      - { method: GET, path: "/proxied/{rest...}", handler: proxy }
pipelines:
  whole:
    trigger: { type: http, config: { method: GET, path: "/step/{way}" } }
    steps:
      - { name: call, type: step.http_proxy, config: { backend_url: "${origin}" } }
      - { name: answer, type: step.raw_response, config: { status_from: steps.call.status_code, body_from: steps.call.body, content_type: text/plain } }
  there:
    residency: eu
    trigger: { type: http, config: { method: POST, path: /there } }
    steps:
      - { name: answer, type: step.json_response, config: { body: { region: "{{ .meta.region }}" } } }
`;

let platform: Started;

beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  platform = await started({ deployments: [] });
  const deployed = await platform.api('POST', '/workflows?deploy=production', application(`http://127.0.0.1:${(service.address() as AddressInfo).port}`));
  expect([deployed.status, deployed.text]).toEqual([201, deployed.text]);
});
afterAll(async () => {
  await platform?.stop();
  service.close();
});

/** What came, and whether it ended as if that was all. */
async function heard(url: string, headers: Record<string, string> = {}): Promise<{ status: number; bytes: number; ended: boolean }> {
  const answer = await fetch(url, { headers });
  let bytes = 0;
  try {
    for await (const part of answer.body!) bytes += part.byteLength;
    return { status: answer.status, bytes, ended: true };
  } catch {
    return { status: answer.status, bytes, ended: false };
  }
}

const PLACES: [string, () => string][] = [
  ['through the router', () => platform.origin],
  ['at its region', () => `http://127.0.0.1:${platform.regions.us.port}`],
  ['at another region, which hands on', () => `http://127.0.0.1:${platform.regions.eu.port}`],
];

describe.each(PLACES)('a service that dies in the middle of its answer, asked %s', (_place, origin) => {
  it.each([
    ['proxied', 'told'],
    ['proxied', 'streamed'],
    ['gateway', 'streamed'],
  ])('breaks off the connection: /%s/%s', async (module, way) => {
    expect(await heard(`${origin()}/in/acme/behind/${module}/${way}`)).toEqual({ status: 200, bytes: HALF.length, ended: false });
  });

  it('and one that does not, ends', async () => {
    expect(await heard(`${origin()}/in/acme/behind/proxied/whole`)).toEqual({ status: 200, bytes: 2 * HALF.length, ended: true });
  });
});

it('says in the log of the application what was cut', async () => {
  await heard(`${platform.origin}/in/acme/behind/proxied/streamed`);
  const { body } = await platform.api('GET', '/workflows/behind/logs');
  expect(body.items[0]).toMatchObject({
    level: 'error',
    message: expect.stringMatching(/broke its answer off/),
    fields: { module: 'proxy', bytes: HALF.length },
  });
});

it.each(['told', 'streamed'])('fails a step that gets half an answer: %s', async (way) => {
  const answer = await platform.call('GET', `/in/acme/behind/step/${way}`);
  expect(answer).toMatchObject({ status: 500, body: { code: 'execution_failed', cause: 'connection_failed' } });
});

it('breaks off what one region hands on from another that is lost', async () => {
  expect((await platform.call('POST', '/in/acme/behind/there')).body).toEqual({ region: 'eu' });
  const url = `http://127.0.0.1:${platform.regions.us.port}/api/v1/executions/live`;
  const reading = await fetch(url, { headers: { authorization: `Bearer ${platform.adminKey}`, 'x-region': 'eu' } });
  const text = expect(reading.text()).rejects.toThrow();
  await platform.regions.eu.kill();
  await text;
});
