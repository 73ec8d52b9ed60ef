/** Each module type, at the door of a small application: what stands in `test/modules/shows.ts`. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { isJsonObject } from '#contracts/json';
import { receive } from '#workers/events/receive';
import { APPS, type Tools } from '../modules/shows';
import { call } from './api-client';
import { effects } from './api-effects';
import { ask, deliverAll, deploy } from './application';
import { region } from './published';
import { observe } from './settle';

const { url } = inject('collectorOfModules');

async function settle(): Promise<void> {
  await deliverAll();
  await observe();
}

let events = 0;

const toolsOf = (workflow: string): Tools => ({
  ask: (method, path, options) => ask(workflow, method, path, options),
  api: (method, path, options) => call(method, path, options),
  workflow,
  async publish(topic, data) {
    await receive(
      {
        specversion: '1.0',
        id: `evt_${++events}`,
        type: topic,
        source: 'test',
        time: new Date().toISOString(),
        data: data as never,
        tenant: 'acme',
        environment: 'production',
      } as never,
      region,
    );
  },
  settle,
  sent: () =>
    effects.calls
      .splice(0)
      .flatMap(({ input }) =>
        isJsonObject(input) ? [{ url: String(input.url), body: typeof input.body === 'string' ? JSON.parse(input.body) : input.body }] : [],
      ),
  taken: async () => (await fetch(`${url}/taken`)).json(),
  async runs(pipeline) {
    const { items } = (await call('GET', `/executions?workflow=${workflow}&pipeline=${pipeline}`)).body;
    return items.map(({ status }: { status: string }) => status);
  },
  expect,
});

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await call('PUT', '/secrets/JWT_SECRET', { body: { value: 'a-secret-of-the-tests-and-long' } });
  await call('PUT', '/secrets/LICENSE_KEY', { body: { value: 'good-key' } });
});

describe.each(Object.entries(APPS))('%s', (name, { document, files, shows }) => {
  beforeAll(() => deploy(name, document.replaceAll('SERVER', url), files));

  it.each(Object.keys(shows))('%s', (type) => shows[type]!(toolsOf(name)));
});
