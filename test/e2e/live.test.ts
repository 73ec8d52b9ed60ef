/** Server-sent events: what is started after the stream opened is seen, through its filters, and by its own tenant only. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Started, started } from './started.ts';

const DOCUMENT = `
name: watched
pipelines:
  good:
    trigger: { type: manual }
    steps:
      - { name: first, type: step.set, config: { values: { a: 1 } } }
      - { name: wait, type: step.delay, config: { duration: 50ms } }
      - { name: last, type: step.set, config: { values: { b: 2 } } }
  says:
    trigger: { type: manual }
    attributes: { customer: "{{ .customer }}" }
    steps:
      - { name: quiet, type: step.log, config: { message: "nothing to see" } }
      - { name: loud, type: step.log, config: { level: warn, message: "{{ .customer }} is out of stock", fields: { sku: S-1 } } }
  bad:
    trigger: { type: manual }
    steps:
      - { name: fail, type: step.validate, config: { required_fields: [never] } }
`;

let platform: Started;
const open: AbortController[] = [];

beforeAll(async () => {
  platform = await started({ deployments: [] });
  for (const tenant of ['acme', 'globex']) await deployYaml(platform, DOCUMENT, tenant);
});
afterAll(() => platform?.stop());
afterEach(() => {
  for (const each of open.splice(0)) each.abort();
});

interface LiveEvent {
  event: string;
  id: string;
  data: { execution_id: string; seq: number; at: number; tenant: string; pipeline: string; execution_status: string };
}

/** Events of a stream as they come; ends with it. */
async function* watch(query = '', tenant = 'acme', path = '/executions/live'): AsyncGenerator<LiveEvent> {
  const abort = new AbortController();
  open.push(abort);
  const response = await fetch(`${platform.origin}/api/v1${path}${query}`, {
    headers: { authorization: `Bearer ${platform.adminKey}`, 'x-tenant': tenant },
    signal: abort.signal,
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: ?(.*)/s) as [string, string]),
      );
      text = text.slice(end + 2);
      if (!fields.data) continue;
      const data = JSON.parse(fields.data) as LiveEvent['data'];
      yield { event: fields.event!, id: fields.id!, data };
    }
  }
}

/** Opens a stream, then acts, then reads until an event satisfies `last`. */
async function seen(last: (event: LiveEvent) => boolean, act: () => Promise<unknown>, query = '', tenant = 'acme', path?: string): Promise<LiveEvent[]> {
  const opening = Promise.withResolvers<void>();
  const events: LiveEvent[] = [];
  const reading = (async () => {
    const stream = watch(query, tenant, path);
    const first = stream.next();
    opening.resolve();
    for (let next = await first; !next.done; next = await stream.next()) {
      events.push(next.value);
      if (last(next.value)) return;
    }
  })();
  await opening.promise;
  // The stream sends nothing by itself, so executions are started until one of them is seen.
  const marker = await platform.until(act as () => ReturnType<Started['api']>, () => events.length > 0, 10_000);
  expect(marker.status).toBe(200);
  await reading;
  return events;
}

const run = (pipeline: string, tenant = 'acme') => platform.api('POST', '/executions?wait=10s', { workflow: 'watched', pipeline }, { 'x-tenant': tenant });
const isEnd = (event: LiveEvent) => event.event === 'execution.completed' || event.event === 'execution.failed';

it('brings every event of the log, in order', async () => {
  const events = await seen(isEnd, () => run('good'));
  const id = events.at(-1)!.data.execution_id;
  const mine = events.filter((event) => event.data.execution_id === id);
  const log = (await platform.api('GET', `/executions/${id}/events?limit=1000`)).body.items as { event_type: string; sequence_num: number }[];
  expect(mine.map((event) => [event.data.seq, event.event])).toEqual(log.map((event) => [event.sequence_num, event.event_type]));
});

it.each([
  ['?pipeline=bad', (event: LiveEvent) => event.data.pipeline === 'bad'],
  ['?pipeline=watched.bad', (event: LiveEvent) => event.data.pipeline === 'bad'],
  ['?status=failed', (event: LiveEvent) => event.data.execution_status === 'failed'],
])('%s leaves out what it does not name', async (query, fits) => {
  const both = async () => {
    await run('good');
    return run('bad');
  };
  const events = await seen(isEnd, both, query);
  expect(events.filter((event) => !fits(event))).toEqual([]);
});

const say = (customer: string) => platform.api('POST', '/executions?wait=10s', { workflow: 'watched', pipeline: 'says', data: { customer } });

it('brings what has a search attribute, and nothing else', async () => {
  const both = async () => {
    await say('globex');
    return say('initech');
  };
  const events = await seen(isEnd, both, '?attr.customer=initech');
  const ids = [...new Set(events.map(({ data }) => data.execution_id))];
  for (const id of ids) expect((await platform.api('GET', `/executions/${id}`)).body.attributes).toEqual({ customer: 'initech' });
});

it('brings log lines as they are written, those that fit', async () => {
  const lines = await seen(
    () => true,
    () => say('initech'),
    '?level=warn&q=STOCK&pipeline=says&attr.customer=initech',
    'acme',
    '/logs/live',
  );
  expect(lines).toMatchObject([
    {
      event: 'log',
      data: { level: 'warn', message: 'initech is out of stock', step: 'loud', fields: { sku: 'S-1' }, environment: 'production', tenant: 'acme' },
    },
  ]);
});

it('shows nothing of another tenant', async () => {
  const both = async () => {
    await run('good', 'globex');
    return run('good');
  };
  const events = await seen(isEnd, both);
  expect([...new Set(events.map((event) => event.data.tenant))]).toEqual(['acme']);
});

it.each([
  ['?status=nonsense', 400, 'invalid_request'],
  ['?execution_id=nonsense', 400, 'invalid_id'],
  ['?colour=red', 400, 'unknown_query_key'],
  ['?workflow=wf_00000000000000000000', 404, 'unknown_workflow'],
])('%s is refused', async (query, status, code) => {
  expect(await platform.api('GET', `/executions/live${query}`)).toMatchObject({ status, body: { code } });
});
