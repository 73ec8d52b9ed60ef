/**
 * A server for the tests of the runtime that keeps what it is sent: a collector of traces at `/v1/traces`, which refuses
 * what is no OTLP; any other service elsewhere. `GET /taken` answers what came since it was asked last.
 * `/busy/…` answers 503; `/license/validate` says of a licence key what it is good for; `/graphql` answers as such a service.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CollectorPeer {
  /** `http://127.0.0.1:…` */
  url: string;
}

interface Taken {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

export async function startCollector(): Promise<{ peer: CollectorPeer; stop(): Promise<void> }> {
  const taken: Taken[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const path = request.url ?? '/';
      const answer = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      if (request.method === 'GET' && path === '/taken') return answer(200, taken.splice(0));
      const body = parsed(text);
      taken.push({ method: request.method ?? '', path, headers: request.headers as Record<string, string>, body });
      if (path.startsWith('/busy')) return answer(503, {});
      if (path.startsWith('/v1/traces')) return isTraces(body) ? answer(200, {}) : answer(400, { message: 'no traces' });
      if (path === '/license/validate') return answer(200, licence(body));
      if (path === '/graphql') return answer(200, { data: { ok: true } });
      return answer(200, { method: request.method, path });
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    peer: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    stop: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function licence(body: unknown) {
  const { license_key: key } = body as { license_key?: string };
  return key === 'good-key'
    ? { valid: true, tier: 'enterprise', features: ['premium'], expires_at: '2099-01-01T00:00:00Z' }
    : { valid: false, error: 'unknown key' };
}

interface Spans {
  resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string; startTimeUnixNano: string; endTimeUnixNano: string; kind: number }[] }[] }[];
}

/** As the proto's JSON has it: ids in hexadecimal digits, times as text. */
function isTraces(body: unknown): boolean {
  const spans = (body as Spans | undefined)?.resourceSpans?.flatMap((each) => each.scopeSpans.flatMap((scope) => scope.spans)) ?? [];
  return (
    spans.length > 0 &&
    spans.every(
      ({ traceId, spanId, startTimeUnixNano, endTimeUnixNano, kind }) =>
        /^[0-9a-f]{32}$/.test(traceId) &&
        /^[0-9a-f]{16}$/.test(spanId) &&
        /^\d{19}$/.test(startTimeUnixNano) &&
        /^\d{19}$/.test(endTimeUnixNano) &&
        kind >= 1 &&
        kind <= 5,
    )
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
