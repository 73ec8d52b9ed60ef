/** What a document becomes: graph, policies, routes, databases, hash. */
import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import type { ActivityNode, ConditionalNode } from '#contracts/graph';
import { compile } from '#language/compile';
import { modules, steps } from './catalog.ts';

async function build(source: string, name?: string): Promise<Definition> {
  const { definition, diagnostics } = await compile(source, { steps, modules }, { name });
  if (!definition) throw new Error(JSON.stringify(diagnostics, null, 2));
  return definition;
}

async function codes(source: string): Promise<string[]> {
  return (await compile(source, { steps, modules })).diagnostics.map((each) => each.code);
}

const ORDER = `
name: orders
version: "1.2"
description: Takes orders.
modules:
  - name: main-db
    type: storage.sqlite
    config:
      setup: [CREATE TABLE a (id), CREATE TABLE b (id)]
pipelines:
  create-order:
    trigger:
      type: http
      config: {path: "/orders/{id}", method: post}
    timeout: 30s
    retry: {max_attempts: 5, backoff: linear, initial_delay: 200ms, max_delay: 2s, jitter: false, retry_on: [503, step_timeout], give_up_on: ["409"]}
    idempotency: {key_template: "pay_{{ .order_id }}", ttl: 24h}
    concurrency: {max: 5, key: "{{ .customer }}", on_conflict: skip, priority: high}
    debounce: {window: 5s, max_wait: 1m}
    dead_letter: {retention: 3d, alert_threshold: 100, replayable: false}
    saga: {enabled: true, timeout: 1m30s, compensation_order: parallel, track_compensation: true}
    steps:
      - name: reserve
        type: step.http_call
        timeout: 1m
        config:
          url: http://inventory/api
          body_from: trigger
          idempotent: true
          idempotency_key: "r_{{ .order_id }}"
        compensate:
          type: step.http_call
          retry: {max_attempts: 2}
          config: {url: "http://inventory/{{ .steps.reserve.output.id }}"}
      - name: check
        type: step.conditional
        config:
          field: steps.reserve.found
          routes: {false: not-found, default: respond}
      - name: respond
        type: step.json_response
        if: steps.reserve.found
        config: {status: 201, body: {id: "{{ .id }}"}}
      - name: not-found
        type: step.json_response
        config: {status: 404}
      - name: write
        type: step.db_exec
        detached: true
        on_error: skip
        retry: {max_attempts: 1}
        config: {database: main-db, query: "INSERT INTO a VALUES (?)", params: ["{{ .id }}"]}
`;

describe('a pipeline', () => {
  it('becomes a closed graph', async () => {
    const definition = await build(ORDER);
    expect(definition).toMatchObject({ format: 1, name: 'orders', label: '1.2', description: 'Takes orders.' });
    expect(definition.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(definition.routes).toEqual([{ method: 'POST', path: '/orders/{id}', pipeline: 'create-order' }]);
    expect(definition.databases).toEqual({ 'main-db': { type: 'storage.sqlite', setup: ['CREATE TABLE a (id)', 'CREATE TABLE b (id)'] } });
    expect(definition.config).toEqual({ 'main-db': { setup: ['CREATE TABLE a (id)', 'CREATE TABLE b (id)'] } });
    const pipeline = definition.pipelines['create-order']!;
    expect(pipeline).toMatchObject({
      name: 'create-order',
      trigger: { type: 'http', config: { path: '/orders/{id}', method: 'post' } },
      on_error: 'compensate',
      timeout_ms: 30_000,
      strict_templates: false,
      idempotency: { key_template: 'pay_{{ .order_id }}', ttl_ms: 86_400_000 },
      saga: { timeout_ms: 90_000, order: 'parallel', track: true },
      concurrency: { max: 5, key: '{{ .customer }}', on_conflict: 'skip', priority: 10 },
      debounce: { window_ms: 5000, max_wait_ms: 60_000 },
      dead_letter: { of: 'every_start', retention_ms: 3 * 86_400_000, replayable: false, alert_threshold: 100 },
    });
    expect(pipeline.nodes.map((node) => [node.index, node.name, node.kind])).toEqual([
      [0, 'reserve', 'activity'],
      [1, 'check', 'conditional'],
      [2, 'respond', 'activity'],
      [3, 'not-found', 'activity'],
      [4, 'write', 'activity'],
    ]);
    const policy = {
      max_attempts: 5,
      backoff: 'linear',
      initial_delay_ms: 200,
      max_delay_ms: 2000,
      jitter: false,
      retry_on: [503, 'step_timeout'],
      give_up_on: [409],
    };
    expect(pipeline.nodes[0]).toEqual({
      kind: 'activity',
      name: 'reserve',
      index: 0,
      type: 'step.http_call',
      config: { url: 'http://inventory/api', body_from: 'trigger' },
      pure: false,
      responds: false,
      detached: false,
      timeout_ms: 60_000,
      retry: policy,
      idempotent: true,
      idempotency_key: 'r_{{ .order_id }}',
      compensate: {
        type: 'step.http_call',
        config: { url: 'http://inventory/{{ .steps.reserve.output.id }}' },
        pure: false,
        responds: false,
        detached: false,
        timeout_ms: 30_000,
        retry: { max_attempts: 2, backoff: 'exponential', initial_delay_ms: 1000, max_delay_ms: 30_000, jitter: true },
        idempotent: false,
      },
    });
    expect(pipeline.nodes[1]).toMatchObject({ select: { by: 'field', field: 'steps.reserve.found' }, routes: { false: 3 }, default: 2 });
    expect(pipeline.nodes[2]).toMatchObject({ if: 'steps.reserve.found', pure: true, responds: true });
    expect(pipeline.nodes[2]).not.toHaveProperty('retry');
    expect(pipeline.nodes[4]).toMatchObject({ detached: true, on_error: 'skip', retry: { max_attempts: 1 } });
  });

  it('is plain JSON', async () => {
    const definition = await build(ORDER);
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
  });

  const conditional = (config: string, rest = '') =>
    `name: a\npipelines:\n  p:\n    steps:\n      - {name: c, type: step.conditional, config: ${config}}\n      - {name: x, type: step.set, config: {values: {}}}\n      - {name: y, type: step.set, config: {values: {}}}\n${rest}`;
  const conditionals: [string, Partial<ConditionalNode>][] = [
    ['{if: "a > 1", then: y, else: x}', { select: { by: 'expression', expression: 'a > 1' }, routes: { true: 2, false: 1 } }],
    ['{if: "a > 1", then: y}', { routes: { true: 2, false: 1 } }],
    ['{if: "a > 1", else: y}', { routes: { true: 1, false: 2 } }],
    ['{if: true, then: y}', { select: { by: 'expression', expression: 'true' } }],
    ['{field: a, routes: {gold: x, 200: y, true: x}}', { select: { by: 'field', field: 'a' }, routes: { gold: 1, 200: 2, true: 1 } }],
    ['{field: a, routes: {gold: x, "": y}, default: y}', { routes: { gold: 1, '': 2 }, default: 2 }],
    ['{expression: "a + b", routes: {gold: x}, default: y}', { select: { by: 'expression', expression: 'a + b' }, routes: { gold: 1 }, default: 2 }],
    ['{field: "{{ .a }}", routes: {gold: x}}', { select: { by: 'field', field: '{{ .a }}' } }],
  ];
  it.each(conditionals)('jumps by %s', async (config, expected) => {
    const definition = await build(conditional(config));
    expect(definition.pipelines.p!.nodes[0]).toMatchObject(expected);
  });

  it.each([
    ['{if: "a", then: y, routes: {}}', ['invalid_value']],
    ['{field: a, if: b, then: x}', ['invalid_value']],
    ['{field: a}', ['missing_key']],
    ['{if: a}', ['missing_key']],
    ['{field: a, routes: {x: zz}, default: yy}', ['unknown_target', 'unknown_target']],
    ['{field: a, routes: {x: x}, cases: [x, z]}', ['missing_key']],
    ['{feild: a, routes: {x: x}}', ['unknown_key']],
  ])('refuses the conditional %s', async (config, expected) => {
    expect((await codes(conditional(config))).sort()).toEqual(expected);
  });

  it('needs an else where nothing follows', async () => {
    const source =
      'name: a\npipelines:\n  p:\n    steps:\n      - {name: x, type: step.set, config: {values: {}}}\n      - {name: c, type: step.conditional, config: {if: a, then: x}}\n';
    expect(await codes(source)).toEqual(['missing_key']);
  });

  it('leaves dynamic values to run time', async () => {
    const source = `name: a
pipelines:
  p:
    steps:
      - name: c
        type: step.http_call
        config:
          url: "{{ .url }}"
          method: "{{ .method }}"
          retries: "{{ .n }}"
          verbose: \${ body.verbose }
          tags: {_from: body.tags}
          headers: {x: "{{ .x }}", y: {_from: body.y}}
`;
    expect(await codes(source)).toEqual([]);
  });

  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['7d', 604_800_000],
    ['1.5h', 5_400_000],
    ['90', 90_000],
    ['0.5', 500],
  ])('reads the duration %s', async (text, ms) => {
    const definition = await build(`name: a\npipelines:\n  p:\n    timeout: ${text}\n    steps: [{name: x, type: step.set, config: {values: {}}}]\n`);
    expect(definition.pipelines.p!.timeout_ms).toBe(ms);
  });

  it.each(['30', '"30"', 'soon', '5 minutes', '-5s', '{}', '[]', '1e9d'])('timeout: %s', async (text) => {
    const source = `name: a\npipelines:\n  p:\n    timeout: ${text}\n    steps: [{name: x, type: step.set, config: {values: {}}}]\n`;
    expect(await codes(source)).toEqual(text === '30' ? [] : ['invalid_duration']);
  });
});

describe('strict_templates', () => {
  it.each([
    ['strict_templates: true\n', '', true],
    ['', 'strict_templates: true', true],
    ['strict_templates: true\n', 'strict_templates: false', false],
    ['', '', false],
  ])('%j on the document, %j on the pipeline', async (document, pipeline, expected) => {
    const definition = await build(`name: a\n${document}pipelines:\n  p:\n    ${pipeline}\n    steps: [{name: x, type: step.set, config: {values: {}}}]\n`);
    expect(definition.pipelines.p!.strict_templates).toBe(expected);
  });
});

describe('routes', () => {
  it('come from workflows and triggers too', async () => {
    const definition = await build(`
name: a
pipelines:
  submit:
    steps: [{name: x, type: step.set, config: {values: {}}}]
workflows:
  http:
    server: s
    routes:
      - path: /orders/:id
        method: GET
        pipeline:
          steps: [{name: y, type: step.set, config: {values: {}}}]
      - path: /orders/{id}
        method: [PUT, PATCH]
        steps: [{name: z, type: step.set, config: {values: {}}}]
      - {path: /named/, method: any, pipeline: submit}
      - {path: "/files/*rest", pipeline: {name: files, steps: [{name: z, type: step.set, config: {values: {}}}]}}
triggers:
  http:
    routes:
      - {path: /submit, method: POST, workflow: "pipeline:submit"}
      - {path: /submit-too, workflow: submit, action: go}
`);
    expect(definition.routes).toEqual([
      { method: 'GET', path: '/orders/{id}', pipeline: 'get-orders-id' },
      { method: 'PUT', path: '/orders/{id}', pipeline: 'put-patch-orders-id' },
      { method: 'PATCH', path: '/orders/{id}', pipeline: 'put-patch-orders-id' },
      { method: '*', path: '/named', pipeline: 'submit' },
      { method: 'GET', path: '/files/{rest...}', pipeline: 'files' },
      { method: 'POST', path: '/submit', pipeline: 'submit' },
      { method: 'POST', path: '/submit-too', pipeline: 'submit' },
    ]);
    expect(definition.pipelines['get-orders-id']).toMatchObject({ trigger: { type: 'http', config: { method: 'GET', path: '/orders/{id}' } } });
  });

  it('beside type or under config', async () => {
    const source = (trigger: string) => `name: a\npipelines:\n  p:\n    trigger: ${trigger}\n    steps: [{name: x, type: step.set, config: {values: {}}}]\n`;
    const expected = [{ method: 'GET', path: '/x', pipeline: 'p' }];
    expect((await build(source('{type: http, path: /x, method: GET}'))).routes).toEqual(expected);
    expect((await build(source('{type: http, config: {path: /x, method: GET}}'))).routes).toEqual(expected);
    expect((await build(source('{type: http, path: /x}'))).routes).toEqual([{ method: 'POST', path: '/x', pipeline: 'p' }]);
    expect((await build(source('manual'))).routes).toEqual([]);
  });

  it.each(['/a/{id}/{id}', '/a/{rest...}/b', '/a b', '/a?x=1', '/a/{9}', '/a/x{id}'])('refuse %s', async (path) => {
    const source = `name: a\npipelines:\n  p:\n    trigger: {type: http, path: "${path}"}\n    steps: [{name: x, type: step.set, config: {values: {}}}]\n`;
    expect(await codes(source)).toEqual(['invalid_path']);
  });
});

describe('a name', () => {
  const body = 'pipelines:\n  p:\n    steps: [{name: x, type: step.set, config: {values: {}}}]\n';
  it('may come from outside', async () => {
    expect((await build(body, 'given')).name).toBe('given');
    expect((await build(`name: own\n${body}`, 'given')).name).toBe('own');
    expect((await compile(body, { steps, modules })).diagnostics.map((each) => each.code)).toEqual(['missing_key']);
    expect((await compile(body, { steps, modules }, { name: 'Not A Slug' })).diagnostics.map((each) => each.code)).toEqual(['invalid_name']);
  });
  it('counts in the hash', async () => {
    expect((await build(body, 'one')).hash).not.toBe((await build(body, 'two')).hash);
  });
});

describe('the hash', () => {
  it('does not see comments, key order, quoting or anchors', async () => {
    const one = await build(
      'name: a\npipelines:\n  p:\n    steps:\n      - name: x # a comment\n        type: step.set\n        config: {values: {a: 1, b: "two"}}\n',
    );
    const two = await build(
      `# other\npipelines:\n  p:\n    steps:\n      - config:\n          values:\n            b: two\n            a: 1\n        type: "step.set"\n        name: 'x'\nname: a\n`,
    );
    expect(two.hash).toBe(one.hash);
    expect(two.pipelines).toEqual(one.pipelines);
  });
  it('sees values and their types', async () => {
    const source = (value: string) => `name: a\npipelines:\n  p:\n    steps: [{name: x, type: step.set, config: {values: {a: ${value}}}}]\n`;
    const hashes = await Promise.all(['1', '"1"', 'true', '[1]'].map(async (value) => (await build(source(value))).hash));
    expect(new Set(hashes).size).toBe(4);
    expect((await build(source('1.0'))).hash).toBe(hashes[0]);
  });
});

describe('YAML', () => {
  it('takes JSON, tabs included', async () => {
    const document = { name: 'a', pipelines: { p: { steps: [{ name: 'x', type: 'step.set', config: { values: { text: 'tab\t"quote" \u00fc\n' } } }] } } };
    const compact = await build(JSON.stringify(document));
    expect((await build(JSON.stringify(document, null, '\t'))).hash).toBe(compact.hash);
    expect((compact.pipelines.p!.nodes[0] as ActivityNode).config).toEqual({ values: { text: 'tab\t"quote" \u00fc\n' } });
  });
  it('takes anchors and merges', async () => {
    const definition = await build(`
name: a
pipelines:
  p:
    steps:
      - &base {name: x, type: step.http_call, timeout: 5s, config: {url: http://x}}
      - {<<: *base, name: y}
`);
    expect(definition.pipelines.p!.nodes.map((node) => [node.name, (node as ActivityNode).timeout_ms])).toEqual([
      ['x', 5000],
      ['y', 5000],
    ]);
  });
  it('takes Windows line ends', async () => {
    const source = 'name: a\r\npipelines:\r\n  p:\r\n    steps:\r\n      - name: x\r\n        type: step.sett\r\n';
    expect((await compile(source, { steps, modules })).diagnostics[0]).toMatchObject({ code: 'unknown_step_type', line: 6, column: 15, end_column: 24 });
  });
});

describe('databases', () => {
  it('that no module declares are made, with a word', async () => {
    const { definition, diagnostics } = await compile(
      'name: a\npipelines:\n  p:\n    steps: [{name: x, type: step.db_exec, config: {database: main, query: SELECT 1}}]\n',
      { steps, modules },
    );
    expect(diagnostics.map((each) => [each.code, each.severity])).toEqual([['undeclared_database', 'warning']]);
    expect(definition!.databases).toEqual({ main: { type: 'storage.sqlite' } });
  });
});

describe('the body of a request as it came', () => {
  const withRawBody = { modules, steps: new Map([...steps, ['step.signed', { ...steps.get('step.set')!, type: 'step.signed', rawBody: true }]]) };
  const pipeline = async (type: string) => {
    const source = `name: a\npipelines:\n  p:\n    trigger: { type: http, config: { path: /p } }\n    steps:\n      - { name: x, type: ${type}, config: { values: { type: step.signed } } }\n`;
    return (await compile(source, withRawBody)).definition?.pipelines.p;
  };

  it('is kept by a pipeline with a step that wants it, and by no other', async () => {
    expect(await pipeline('step.signed')).toMatchObject({ raw_body: true });
    expect(await pipeline('step.set')).not.toHaveProperty('raw_body');
  });
});

describe('compensation of a pipeline', () => {
  it('stands behind all other steps, and undoes by default', async () => {
    const { pipelines } = await build(`
name: app
pipelines:
  pay:
    compensation:
      - {name: refund, type: step.http_call, if: steps.charge.id, config: {url: "http://pay/refund/{{ .steps.charge.id }}"}, retry: {max_attempts: 5}}
    steps:
      - {name: charge, type: step.http_call, config: {url: http://pay/charge}}
      - {name: answer, type: step.json_response, config: {status: 201}}
`);
    const pay = pipelines.pay!;
    expect([pay.main, pay.compensation, pay.on_error]).toEqual([2, { from: 2, to: 3 }, 'compensate']);
    expect(pay.nodes[2]).toMatchObject({
      name: 'refund',
      index: 2,
      if: 'steps.charge.id',
      compensate: { type: 'step.http_call', config: { url: 'http://pay/refund/{{ .steps.charge.id }}' }, retry: { max_attempts: 5 } },
    });
  });

  it('lets the pipeline say what happens on error', async () => {
    const { pipelines } = await build(`
name: app
pipelines:
  pay:
    on_error: stop
    compensation: [{name: refund, type: step.http_call, config: {url: http://pay/refund}}]
    steps: [{name: charge, type: step.http_call, config: {url: http://pay/charge}}]
`);
    expect(pipelines.pay!.on_error).toBe('stop');
  });
});
