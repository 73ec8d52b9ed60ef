/** The dialect's own module types are all there, each in a file of its own, with ports that say what it is, and an example that compiles. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { PORTS } from '#contracts/module';
import { compile } from '#language/compile';
import { moduleCatalog, modules } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';
import { APPS, ELSEWHERE } from '../../modules/shows';

const DIALECT = `
http.server http.router http.handler http.middleware.auth http.middleware.cors http.middleware.requestid http.middleware.ratelimit
http.middleware.logging http.middleware.securityheaders api.handler static.fileserver auth.jwt storage.sqlite database.workflow
persistence.store nosql.memory cache.modular storage.s3 storage.artifact storage.local messaging.broker messaging.broker.eventbus
messaging.handler messaging.kafka messaging.nats processing.step data.transformer statemachine.engine state.tracker state.connector
scheduler.modular webhook.sender notification.slack metrics.collector health.checker log.collector openapi openapi.generator
jsonschema.modular eventlogger.modular featureflag.service secrets.vault secrets.aws workflow.registry actor.system actor.pool
dynamic.component observability.otel reverseproxy http.simple_proxy authz.enforcer platform.context license.validator api.command
`
  .trim()
  .split(/\s+/);

it.each(DIALECT)('%s', (type) => {
  expect(modules.get(type)).toMatchObject({ type, summary: expect.stringMatching(/\w/), example: expect.stringContaining(type) });
});

it('are sixty-five and more', () => {
  expect(modules.size).toBeGreaterThanOrEqual(65);
});

const FOLDER = join(import.meta.dirname, '../../../modules');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((file) => file.split(/[\\/]/).at(-1));

describe.each([...modules.values()])('$type', (module) => {
  const { type, ports, database, door, lower, guard, flags } = module;

  it('has a file of its own, which is called as it is', () => {
    expect(files.filter((file) => file === `${type.replace(/[._]/g, '-')}.ts`)).toHaveLength(1);
  });

  it('offers what it does, and nothing else', () => {
    const offers = new Set(ports.offers);
    expect(offers.has('database')).toBe(database === true);
    expect(offers.has('guard')).toBe(guard !== undefined);
    expect(offers.has('flags')).toBe(flags === true);
    expect(offers.has('schemas')).toBe(module.schemas !== undefined);
    expect(offers.has('connector')).toBe(module.links !== undefined);
    if (door) expect(offers).toContain('requests');
    if (offers.has('requests')) expect(door !== undefined || lower !== undefined).toBe(true);
    if (lower) expect([...offers].some((port) => port === 'requests' || port === 'messages')).toBe(true);
    if (offers.has('messages')) expect(lower).toBeDefined();
  });

  it('names only settings that it has', () => {
    const shape = 'shape' in module.config ? Object.keys(module.config.shape as object) : undefined;
    const named = [
      ...(ports.takes ?? []).flatMap(({ by, unless = [] }) => (by === undefined ? unless : [by, ...unless])),
      ...(module.files ?? []),
      ...(module.pipelines ?? []),
      ...(module.unheeded ?? []),
      ...Object.keys(module.onlyAs ?? {}),
    ];
    for (const name of named) if (shape) expect(shape).toContain(name);
  });

  it('stands in a document as its example shows', async () => {
    const own = parse(module.example) as { name: string };
    const document = { name: 'example', modules: [own, ...NEIGHBOURS.filter(({ name }) => name !== own.name)], pipelines: {} };
    const { diagnostics } = await compile(stringify(document), { steps: stepCatalog, modules: moduleCatalog });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

/** What examples name beside themselves. */
const NEIGHBOURS = [
  { name: 'server', type: 'http.server' },
  { name: 'orders-db', type: 'storage.sqlite' },
  { name: 'inventory-checker', type: 'dynamic.component', config: { code: 'function transform(ctx) { return ctx; }' } },
  { name: 'order-tracker', type: 'state.tracker' },
];

describe('each type is shown in a test', () => {
  const shown = new Set(Object.values(APPS).flatMap(({ shows }) => Object.keys(shows)));

  it.each([...modules.keys()])('%s', (type) => {
    const file = ELSEWHERE[type];
    expect(shown.has(type) !== (file !== undefined), 'Give it a place in test/modules/shows.ts, or name there the test that shows it.').toBe(true);
    if (file !== undefined) expect(readFileSync(join(FOLDER, '..', file), 'utf8')).toContain(type);
  });

  it('and no other', () => {
    for (const type of [...shown, ...Object.keys(ELSEWHERE)]) expect([...modules.keys()]).toContain(type);
  });
});

it('are all told apart by what they offer to each other and to steps', () => {
  const offered = new Set([...modules.values()].flatMap(({ ports }) => ports.offers));
  expect([...offered].sort()).toEqual(Object.keys(PORTS).sort());
  const taken = [...modules.values()].flatMap(({ ports }) => (ports.takes ?? []).map(({ port }) => port));
  for (const port of taken) expect(offered).toContain(port);
});

it('have what steps name', () => {
  const named = [...steps.values()].flatMap(({ config }) =>
    Object.values('shape' in config ? (config.shape as Record<string, { meta?(): { names?: string } }>) : {}),
  );
  const kinds = named.flatMap((setting) => setting.meta?.()?.names ?? []).filter((kind) => kind !== 'schema');
  expect(kinds).toContain('cache');
  for (const kind of kinds) expect(Object.keys(PORTS)).toContain(kind);
});

it.each([
  ['localhost:4318', 'http://localhost:4318/v1/traces'],
  ['collector.example:4318', 'https://collector.example:4318/v1/traces'],
  ['https://collector.example/own/', 'https://collector.example/own/'],
  ['HTTP://collector.example', 'HTTP://collector.example/v1/traces'],
  ['ftp://collector.example/x', 'ftp://collector.example/x'],
])('a collector at %s is called at %s', (endpoint, called) => {
  const module = modules.get('observability.otel')!;
  expect(module.observes!(module.config.parse({ endpoint }) as never, 'tracing')).toMatchObject({ traces: { endpoint: called } });
});
