/** A stand-in over HTTP, on a loopback port. `POST /stand-in` sets it: `{put?: {path: value}, down?, forget?}`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { SecretServer } from './server.ts';

export interface SecretPeer {
  settings: SecretServer['settings'];
  credential: string;
  /** Where it is set. */
  desk: string;
}

export async function serveSecrets<S extends SecretServer>(make: (address: string) => S): Promise<{ server: S; peer: SecretPeer; stop(): Promise<void> }> {
  let store: S | undefined;
  const http = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    const body = method === 'GET' ? undefined : (Readable.toWeb(incoming) as unknown as ReadableStream);
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const request = new Request(`http://${incoming.headers.host}${url}`, { method, headers, body, duplex: 'half' } as RequestInit);
    const response = url === '/stand-in' ? await set(store!, request) : await store!.answer(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  store = make(address);
  return {
    server: store,
    peer: { settings: store.settings, credential: store.credential, desk: `${address}/stand-in` },
    stop: () => new Promise((resolve) => http.close(() => resolve()).closeAllConnections()),
  };
}

async function set(store: SecretServer, request: Request): Promise<Response> {
  const order = (await request.json()) as { put?: Record<string, string | Record<string, string>>; down?: boolean; forget?: boolean };
  for (const [path, value] of Object.entries(order.put ?? {})) store.put(path, value);
  if (order.down !== undefined) store.down = order.down;
  if (order.forget) store.forget();
  return Response.json({ asked: store.asked });
}
