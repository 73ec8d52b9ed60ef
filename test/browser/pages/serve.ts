/** Serves the built dashboard on top of the fixture API: `tsx test/browser/pages/serve.ts [port]`, on 127.0.0.1 only. */

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '#contracts/json';
import { editorSchemaAnswer } from '#workers/api/editor-schema';
import { renderDashboard } from '#workers/dashboard';
import { fixtureApi, type Replay } from './fixture-api';
import type { FixtureDebugging } from './fixture-debugging';
import { extremeAnswer } from './fixture-extremes';
import type { FixtureIdempotency } from './fixture-idempotency';
import type { FixtureRegions } from './fixture-regions';
import type { FixtureWorkflows } from './fixture-workflows';

const here = fileURLToPath(new URL('../../../dashboard/', import.meta.url));
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};
/** As `_headers` of the build has it: what carries a hash in its name is loaded once. */
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' };

export interface DevServer {
  origin: string;
  /** Sends a live message to whoever listens. */
  emit(event: string, data: Record<string, unknown>): void;
  /** Starts the scripted execution without a listener. */
  begin(): void;
  /** The scripted execution does not come to its first failure before what this gives is called. */
  hold(): () => void;
  /** The replays that were asked for. */
  replays: Replay[];
  /** What was started by hand. */
  starts: JsonObject[];
  debugging: FixtureDebugging;
  idempotency: FixtureIdempotency;
  regions: FixtureRegions;
  workflows: FixtureWorkflows;
  /** Everything is as it was when the server began. */
  reset(): void;
  close(): Promise<void>;
}

export async function serve(port = 0): Promise<DevServer> {
  let api = fixtureApi();
  const env = { REGION: 'eu', MODE: 'local', ASSETS: { fetch: asset } };
  const server = createServer(async (incoming, outgoing) => {
    const request = toRequest(incoming);
    const { pathname, searchParams } = new URL(request.url);
    const ours =
      pathname.startsWith('/api/') || pathname === '/sign-out' || (pathname === '/sign-in' && (request.method === 'POST' || searchParams.has('key')));
    const context = { waitUntil() {} };
    const answer = (inner: Request) => extremeAnswer(inner, (usual) => api.fetch(usual));
    if (pathname === '/dialect.schema.json') return send(editorSchemaAnswer(), outgoing);
    await send(ours ? await answer(request) : await renderDashboard(request, env as never, context, answer), outgoing);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    emit: (event, data) => api.emit(event, data),
    begin: () => api.begin(),
    hold: () => api.hold(),
    get replays() {
      return api.replays;
    },
    get starts() {
      return api.starts;
    },
    get debugging() {
      return api.debugging;
    },
    get idempotency() {
      return api.idempotency;
    },
    get regions() {
      return api.regions;
    },
    get workflows() {
      return api.workflows;
    },
    reset() {
      api = fixtureApi();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function asset(request: Request): Promise<Response> {
  const path = normalize(new URL(request.url).pathname);
  try {
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    const headers = { 'content-type': type, ...(/^\/(?:build|assets)\//.test(path) ? FOR_EVER : {}) };
    return new Response(await readFile(join(here, 'dist', path)), { headers });
  } catch {
    return new Response('Not found', { status: 404 });
  }
}

/** Nothing is packed for the pages of tests: they share one thread with the browser's driver. */
function toRequest(incoming: IncomingMessage): Request {
  delete incoming.headers['accept-encoding'];
  const body = incoming.method === 'GET' || incoming.method === 'HEAD' ? undefined : (Readable.toWeb(incoming) as ReadableStream);
  return new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method,
    headers: incoming.headers as Record<string, string>,
    body,
    duplex: 'half',
  } as RequestInit);
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (!response.body) return void outgoing.end();
  const reader = response.body.getReader();
  outgoing.on('close', () => reader.cancel().catch(() => {}));
  for (let part = await reader.read(); !part.done; part = await reader.read()) outgoing.write(part.value);
  outgoing.end();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(Number(process.argv[2] ?? 0));
  console.log(`${server.origin}/sign-in?key=dev-key`);
}
