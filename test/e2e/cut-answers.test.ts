/**
 * A region is lost in the middle of its answer: who was to get it sees that it is cut. Before its answer: it is asked again.
 * The router alone, before regions that end half-way.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIRST_SENT_HEADER, SENT_HEADER } from '#workers/door/arrivals';
import { buildWorkers } from '../../scripts/local/build.mjs';
import { startInstance } from '../../scripts/local/instances.mjs';
import { migrate } from '../../scripts/local/migrations.mjs';
import { freePort } from '../../scripts/local/ports.mjs';

const ROOT = join(import.meta.dirname, '../..');
const HALF = 'x'.repeat(50_000);
const EVENT = 'id: 1\ndata: {"seq":1}\n\n';

const stateDir = mkdtempSync(join(tmpdir(), 'workflow-cut-'));
/** Ends its connection in the middle of each answer, as a process does that is killed. */
const region = createServer((request, response) => {
  if (request.url!.endsWith('/ended')) return endedFirst(request, response);
  if (request.url!.endsWith('/whole')) return void response.write(EVENT, () => response.end(EVENT));
  if (request.url!.endsWith('/told')) response.setHeader('content-length', 2 * HALF.length);
  const half = { told: HALF, streamed: EVENT, much: HALF.repeat(20) }[request.url!.split('/').at(-1)!];
  response.write(half, () => response.destroy());
});
/** As a connection that had ended when the request came to it; the next one stands. */
const met: IncomingMessage[] = [];
function endedFirst(request: IncomingMessage, response: ServerResponse): void {
  if (met.push(request) === 1) request.socket.destroy();
  else request.pipe(response);
}
let router: Awaited<ReturnType<typeof startInstance>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => region.listen(0, '127.0.0.1', resolve));
  const { port } = region.address() as AddressInfo;
  router = await startInstance({
    name: 'router',
    config: join(ROOT, 'wrangler.toml'),
    env: 'router',
    script: (await buildWorkers(() => {})).router,
    port: await freePort(),
    stateDir: join(stateDir, 'router'),
    logDir: join(stateDir, 'logs'),
    bindings: { MODE: 'local', DOMAIN: 'localhost', ADMIN_API_KEY: 'operator' },
    services: { REGION_US: port, REGION_EU: port },
  });
  const directory = await router.d1('DIRECTORY');
  await migrate(directory, join(ROOT, 'migrations', 'router'));
  await directory.prepare("INSERT INTO tenants (slug, region) VALUES ('acme', 'us')").run();
});
afterAll(async () => {
  await router?.dispose();
  region.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${router.port}/in/acme/shop/${path}`, init);

it('breaks off an answer whose length is told', async () => {
  const answer = await ask('told');
  expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(2 * HALF.length)]);
  await expect(answer.text()).rejects.toThrow();
});

it.each([
  ['a short', 'streamed', EVENT],
  ['a long', 'much', HALF.repeat(20)],
])('breaks off %s stream behind what came of it', async (_what, path, came) => {
  const answer = await ask(path);
  let heard = '';
  const read = async () => {
    for await (const bytes of answer.body!) heard += Buffer.from(bytes).toString();
  };
  await expect(read()).rejects.toThrow();
  expect([answer.status, heard === came]).toEqual([200, true]);
});

it('ends a stream that is whole', async () => {
  const answer = await ask('whole');
  expect([answer.status, await answer.text()]).toEqual([200, EVENT + EVENT]);
});

it('sends a request whose connection had ended once more, and says that it does', async () => {
  const order = 'order'.repeat(200_000);
  const answer = await ask('ended', { method: 'POST', body: order });
  expect([answer.status, (await answer.text()) === order]).toEqual([200, true]);
  const [first, second] = met.map(({ headers }) => headers);
  expect([first![FIRST_SENT_HEADER], second![SENT_HEADER]]).toEqual([undefined, first![SENT_HEADER]]);
  expect(Number(second![FIRST_SENT_HEADER])).toBeGreaterThan(0);
});
