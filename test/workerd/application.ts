/** Applications as their clients see them: deployed by the API, asked at their own door. */
import { expect } from 'vitest';
import type { RegionEnv } from '#workers/env';
import { receive } from '#workers/events/receive';
import { appAddress } from '#workers/ingress/address';
import { serveApplication } from '#workers/ingress/ingress';
import { storesOf } from '#workers/stores';
import { call } from './api-client';
import { published, region } from './published';
import { settle } from './settle';

/** Delivers what is published until nothing is; the topics, in their order. */
export async function deliverAll(): Promise<string[]> {
  const topics: string[] = [];
  await settle();
  for (let message = published.shift(); message; message = published.shift()) {
    topics.push(message.type);
    await receive(message, region);
    await settle();
  }
  return topics;
}

export async function deploy(name: string, config: string, files: Record<string, string> = {}): Promise<void> {
  const made = await call('POST', `/workflows?deploy=production&name=${name}`, { body: { config, files } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
}

export interface Asked {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: any answer of an application.
  body: any;
}

export async function ask(
  application: string,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string>; tenant?: string; bindings?: Partial<RegionEnv> } = {},
): Promise<Asked> {
  const { body, headers = {}, tenant = 'acme', bindings } = options;
  const asked = bindings ? { ...region, ...bindings } : region;
  const url = new URL(`http://localhost:8787/in/${tenant}/${application}${path}`);
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const request = new Request(url, {
    method,
    headers: { ...(text !== undefined && typeof body !== 'string' ? { 'content-type': 'application/json' } : {}), ...headers },
    body: text,
    redirect: 'manual',
  });
  const response = await serveApplication(request, url, appAddress(url, undefined)!, asked, storesOf(asked));
  const content = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (response.headers.get('content-type') ?? '').includes('json') && content !== '' ? JSON.parse(content) : content,
  };
}
