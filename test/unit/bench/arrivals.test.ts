/** The bench's sender, against a server that closes connections under requests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ArrivalsOrder, ArrivalsResult } from '../../../bench/harness/arrivals.ts';
import { type Child, startChild } from '../../../bench/harness/channel.ts';

/** How often each delivery has come. */
const seen = new Map<string, number>();
/** So many times a delivery finds its connection closed. */
let closes = 0;

const server = createServer((request, response) => {
  const delivery = String(request.headers['x-delivery']);
  const times = (seen.get(delivery) ?? 0) + 1;
  seen.set(delivery, times);
  if (times <= closes) return request.socket.destroy();
  request.resume();
  response.end('{}');
});
let sender: Child;

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  sender = startChild('./arrivals.ts');
});
afterAll(async () => {
  await sender.end();
  server.close();
});

it.each([
  ['is lost where it may be sent once', 1, 1, { sent: 5, answers: { 0: 5 }, repeated: {} }],
  ['is sent once more, and counted', 1, 2, { sent: 5, answers: { 200: 5 }, repeated: { connection: 5 } }],
  ['is lost where that is in vain', 2, 2, { sent: 5, answers: { 0: 5 }, repeated: { connection: 5 } }],
])('a start whose connection is closed %s', async (_name, closed, sends, expected) => {
  seen.clear();
  closes = closed;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const order: ArrivalsOrder = { urls: [url], body: '{}', perSecond: 1000, ms: 5, connections: 2, sends };
  expect(await sender.ask<ArrivalsResult>(order)).toMatchObject(expected);
  expect([...seen.values()]).toEqual(Array.from({ length: 5 }, () => sends));
});
