/** What modules take from each other: what is named has to be there and be the right thing; what is needed has to be found. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import type { DocumentFiles } from '#language/compile-document';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

/** Stands for a secret in a document; written whole it would be a template of the test. */
const filled = (text: string) => text.replaceAll('$SECRET', ['$', '{JWT_SECRET}'].join(''));

async function build(modules: string, pipelines = '{}', files: Record<string, string> = {}) {
  const source = `name: app\nmodules:\n${filled(modules)}\npipelines: ${pipelines}\n`;
  const given: DocumentFiles = { refs: {}, paths: new Set(Object.keys(files)), text: (path) => files[path] };
  const { definition, diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog }, { files: given });
  return { definition, told: diagnostics.map(({ code, severity, path, message, hint }) => ({ code, severity, path, message, hint })) };
}

const DB = '  - {name: orders-db, type: storage.sqlite}\n';
const STORE = '  - {name: store, type: persistence.store, config: {database: NAMED}}';

describe('a module that a setting names', () => {
  it('is as it should be', async () => {
    const { told } = await build(`${DB}${STORE.replace('NAMED', 'orders-db')}`);
    expect(told).toEqual([]);
  });

  it('is not there: the nearest is told', async () => {
    const { told, definition } = await build(`${DB}${STORE.replace('NAMED', 'order-db')}`);
    expect(definition).toBeNull();
    expect(told).toEqual([
      {
        code: 'unknown_module',
        severity: 'error',
        path: 'modules[1].config.database',
        message: 'No module is named "order-db"; store takes a SQL database there.',
        hint: expect.stringContaining('orders-db'),
      },
    ]);
  });

  it('offers something else: what it is is told, and what to write', async () => {
    const { told } = await build(`${DB}  - {name: web, type: http.server}\n${STORE.replace('NAMED', 'web')}`);
    expect(told).toMatchObject([
      { code: 'wrong_module', path: 'modules[2].config.database', message: '"web" is a http.server: it offers a web server, not a SQL database.' },
    ]);
    expect(told[0]!.hint).toBe('Write one of orders-db.');
  });

  it('has nobody who could do it: how to add one is told', async () => {
    const { told } = await build('  - {name: pool, type: actor.pool, config: {system: actors}}');
    expect(told).toMatchObject([{ code: 'unknown_module', hint: 'Add a module that does, such as: {name: my-actor-system, type: actor.system}.' }]);
  });

  it('may be a pipeline, where that does', async () => {
    const step = '  - {name: work, type: processing.step, config: {componentId: NAMED}}';
    const pipeline = '{charge: {steps: [{name: s, type: step.set, config: {values: {a: 1}}}]}}';
    expect((await build(step.replace('NAMED', 'charge'), pipeline)).told).toEqual([]);
    expect((await build(step.replace('NAMED', 'chargee'), pipeline)).told).toMatchObject([
      { code: 'unknown_reference', severity: 'warning', path: 'modules[0].config.componentId', hint: 'Did you mean "charge"?' },
    ]);
  });
});

describe('what a module cannot do without', () => {
  const AUTH = '  - {name: AUTH, type: auth.jwt, config: {secret: "$SECRET"}}\n';
  const GUARD = '  - {name: signed-in, type: http.middleware.auth, MORE}';
  const guard = (more = 'config: {}') => GUARD.replace('MORE', more);

  it('is found where there is one', async () => {
    expect((await build(AUTH.replace('AUTH', 'auth') + guard())).told).toEqual([]);
  });

  it('is not there', async () => {
    const { told } = await build(guard());
    expect(told).toMatchObject([
      {
        code: 'unknown_module',
        severity: 'error',
        message: '"signed-in" needs tokens, but no module of the application offers that and none of secretKey, secret is set.',
        hint: 'Add a module that does, such as: {name: my-issuer, type: auth.jwt}.',
      },
    ]);
  });

  it('is not needed with a secret of its own', async () => {
    expect((await build(guard('config: {secretKey: "$SECRET"}'))).told).toEqual([]);
  });

  it('is there twice: dependsOn has to say which', async () => {
    const two = AUTH.replace('AUTH', 'staff') + AUTH.replace('AUTH', 'customers');
    expect((await build(two + guard())).told).toMatchObject([
      { code: 'unknown_module', hint: 'Write dependsOn: [staff], or name another of staff, customers.' },
    ]);
    expect((await build(two + guard('dependsOn: [customers]'))).told).toEqual([]);
  });
});

describe('a module that a step names', () => {
  const get = (cache: string) => `{p: {steps: [{name: s, type: step.cache_get, config: {cache: ${cache}, key: k}}]}}`;

  it('offers something else', async () => {
    const { told } = await build(`${DB}  - {name: rates, type: cache.modular}`, get('orders-db'));
    expect(told).toMatchObject([{ code: 'wrong_module', message: '"orders-db" is a storage.sqlite: it offers a SQL database, not a cache.' }]);
    expect(told[0]!.hint).toBe('Write one of rates.');
  });

  it('is not there, and nothing like it', async () => {
    const { told } = await build(DB, get('rates'));
    expect(told).toMatchObject([{ code: 'unknown_name', hint: 'Add a module that does, such as: {name: my-cache, type: cache.modular}.' }]);
  });
});

it('a pipeline that a module names and that is not there is told', async () => {
  const { told } = await build('  - {name: handler, type: http.handler, config: {pipeline: missing}}');
  expect(told).toMatchObject([{ code: 'unknown_reference', severity: 'warning', path: 'modules[0].config.pipeline' }]);
});

describe('what a module hands on to the steps that name it', () => {
  const configOf = async (module: string, type: string, settings: string) => {
    const { definition, told } = await build(`  - ${module}`, `{p: {steps: [{name: s, type: ${type}, config: {${settings}}}]}}`);
    expect(told.filter(({ severity }) => severity === 'error')).toEqual([]);
    const [node] = definition!.pipelines.p!.nodes;
    return node?.kind === 'activity' ? node.config : undefined;
  };
  const CACHE = '{name: c, type: cache.modular, config: {defaultTTL: 5m, maxSize: 100}}';

  it.each<[string, string, string, string, object]>([
    ['the time and size of a cache', CACHE, 'step.cache_set', 'cache: c, key: k, value: 1', { ttl: '5m', max_values: 100 }],
    ['nothing that the step says itself', CACHE, 'step.cache_set', 'cache: c, key: k, value: 1, ttl: 1h', { ttl: '1h', max_values: 100 }],
    ['nothing that the step has no setting for', CACHE, 'step.cache_get', 'cache: c, key: k', { cache: 'c', key: 'k' }],
    [
      'the largest file of a store',
      '{name: f, type: storage.s3, config: {maxSize: 1KB}}',
      'step.artifact_upload',
      'store: f, key: k, content: x',
      { max_size: '1KB' },
    ],
    [
      'how long a tracker keeps',
      '{name: t, type: state.tracker, config: {retentionDays: 30}}',
      'step.state_set',
      'tracker: t, resource_type: a, resource_id: b, state: c',
      { keep: '30d' },
    ],
  ])('%s', async (_, module, type, settings, expected) => {
    const config = await configOf(module, type, settings);
    expect(config).toMatchObject(expected);
    if (type === 'step.cache_get') expect(config).toEqual(expected);
  });
});

describe('schemas of modules', () => {
  const MODULE = '  - {name: schemas, type: jsonschema.modular, config: {schemaDir: ./schemas, schemas: {note: {type: string}}}}';
  const ORDER = { type: 'object', required: ['id'] };
  const FILES = {
    'schemas/order.json': JSON.stringify(ORDER),
    'schemas/line.schema.yaml': 'type: object\n',
    'schemas/deep/other.json': '{}',
    'schemas/README.md': 'x',
  };
  const validate = (schema: string) => `{p: {steps: [{name: s, type: step.validate, config: {schema: ${schema}}}]}}`;

  it('are known by the names of their files', async () => {
    const { definition, told } = await build(MODULE, validate('order'), FILES);
    expect(told).toEqual([]);
    expect(Object.keys(definition!.schemas!).sort()).toEqual(['line', 'note', 'order']);
    expect(definition!.pipelines.p!.nodes[0]).toMatchObject({ config: { schema: ORDER } });
  });

  it('are told where a name is none', async () => {
    const { told } = await build(MODULE, validate('ordr'), FILES);
    expect(told).toMatchObject([{ code: 'unknown_name', message: 'This application has no schema "ordr".', hint: 'Did you mean "order"?' }]);
  });

  it.each([
    ['is no object', '[1]', /neither YAML nor JSON/],
    ['is no schema', '{"$ref": "#/nowhere"}', /not a JSON Schema that can be used/],
  ])('are refused where a file %s', async (_, text, message) => {
    const { told } = await build(MODULE, '{}', { 'schemas/bad.json': text });
    expect(told.map((each) => each.message).join('\n')).toMatch(message);
    expect(told.every(({ hint }) => hint !== undefined)).toBe(true);
  });
});

describe('what modules say of every pipeline', () => {
  const PIPELINES =
    '{p: {steps: [{name: s, type: step.http_call, config: {url: "https://a.example"}}]}, own: {retention: 1d, dead_letter: {retention: 2d}, retry: {max_attempts: 2}, steps: [{name: s, type: step.http_call, config: {url: "https://a.example"}}]}}';
  const DAY = 24 * 3_600_000;

  it('holds where the pipeline says nothing', async () => {
    const modules =
      '  - {name: letters, type: dlq.service, config: {retention_days: 30, max_retries: 4}}\n  - {name: events, type: eventstore.service, config: {retention_days: 90}}';
    const { definition } = await build(modules, PIPELINES);
    expect(definition!.pipelines.p).toMatchObject({
      retention_ms: 90 * DAY,
      dead_letter: { of: 'every_start', retention_ms: 30 * DAY },
      nodes: [{ retry: { max_attempts: 5 } }],
    });
    expect(definition!.pipelines.own).toMatchObject({ retention_ms: DAY, dead_letter: { retention_ms: 2 * DAY }, nodes: [{ retry: { max_attempts: 2 } }] });
  });

  it('is nothing without them', async () => {
    const { definition } = await build('  - {name: web, type: http.server}', PIPELINES);
    expect(definition!.pipelines.p).toMatchObject({ dead_letter: { of: 'unattended' } });
    expect(definition!.pipelines.p).not.toHaveProperty('retention_ms');
  });
});

it('links of resources to state machines are those of a connector, too', async () => {
  const source = `name: app
modules:
  - {name: engine, type: statemachine.engine}
  - {name: links, type: state.connector, config: {resources: [{resource: orders, machine: life, id_field: number}]}}
  - {name: orders, type: api.handler, config: {resourceName: orders}}
workflows:
  http: {routes: [{method: POST, path: /orders, handler: orders}]}
  statemachine: {engine: engine, definitions: [{name: life, initialState: new, states: {new: {}}, transitions: {}}]}
`;
  const { definition } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
  const types = definition!.pipelines[definition!.routes[0]!.pipeline!]!.nodes;
  expect(types.map(({ type }) => type)).toContain('step.statemachine_create');
  expect(types[0]).toMatchObject({ config: { id_field: 'number' } });
});

describe('actors', () => {
  const APP = (pool: string, system = '') =>
    `  - {name: actors, type: actor.system, config: {${system}}}\n  - {name: jobs, type: actor.pool, config: {${pool}}}`;
  it.each<[string, string, number | undefined]>([
    ['takes turns', 'mode: permanent, poolSize: 4, routing: round-robin', 4],
    ['goes by chance', 'mode: permanent, poolSize: 4, routing: random', undefined],
    ['has an actor for each identity', 'routing: round-robin', undefined],
  ])('a step that names a pool which %s', async (_, pool, turns) => {
    const step = '{name: send, type: step.actor_send, config: {pool: jobs, message: {type: Go}}}';
    const source = `name: app\nmodules:\n${APP(pool)}\nworkflows: {actors: {pools: {jobs: {receive: {Go: {steps: [{name: s, type: step.set, config: {values: {a: 1}}}]}}}}}}\npipelines: {p: {steps: [${step}]}}\n`;
    const { definition } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
    expect((definition!.pipelines.p!.nodes[0] as { config: { in_turn?: number } }).config.in_turn).toBe(turns);
  });

  const compiled = async (modules: string) => {
    const source = `name: app\nmodules:\n${modules}\nworkflows: {actors: {pools: {jobs: {receive: {Go: {steps: [{name: s, type: step.set, config: {values: {a: 1}}}]}}}}}}\n`;
    return (await compile(source, { steps: stepCatalog, modules: moduleCatalog })).definition!.actors!.jobs;
  };

  it.each<[string, string, object]>([
    ['the system says', APP('', 'defaultRecovery: {action: restart, maxRetries: 3}'), { retries: 3 }],
    ['the pool says', APP('recovery: {maxRetries: 1}', 'defaultRecovery: {maxRetries: 3}'), { retries: 1 }],
    ['is not tried again', APP('recovery: {action: stop, maxRetries: 4}'), { retries: 0 }],
  ])('a handler that fails: %s', async (_, modules, expected) => expect(await compiled(modules)).toMatchObject(expected));

  it.each([
    ['sticky', 'order_id'],
    ['round-robin', undefined],
    ['random', undefined],
  ])('of a permanent pool that routes %s', async (routing, key) => {
    const pool = await compiled(APP(`mode: permanent, poolSize: 4, routingKey: order_id, routing: ${routing}`));
    expect(pool).toMatchObject({ size: 4 });
    expect(pool?.routing_key).toBe(key);
  });
});
