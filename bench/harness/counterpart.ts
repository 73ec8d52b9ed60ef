/**
 * The service that workloads call: a process of its own that answers every POST at once and counts what it was asked.
 * Paths that end in `/refuse` get 422. `GET /hits` gives the counts by path and forgets them.
 *
 * Started with an IPC channel; sends `{port}` when it listens and ends with its parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ANSWER = JSON.stringify({ ok: true, reference: 'ref-000123', amount: 36 });
const REFUSAL = JSON.stringify({ ok: false, reason: 'none left' });
let hits: Record<string, number> = {};

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  if (request.method === 'GET') {
    response.end(JSON.stringify(hits));
    hits = {};
    return;
  }
  request.resume();
  request.on('end', () => {
    hits[path] = (hits[path] ?? 0) + 1;
    const refuse = path.endsWith('/refuse');
    const body = refuse ? REFUSAL : ANSWER;
    response.writeHead(refuse ? 422 : 200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
