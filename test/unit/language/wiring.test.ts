/** The older generation of the dialect: handlers, subscriptions, jobs, patterns and integrations, and what becomes of them. */
import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

async function compiled(source: string) {
  return compile(`name: app\n${source}`, { steps: stepCatalog, modules: moduleCatalog });
}

async function build(source: string): Promise<Definition> {
  const { definition, diagnostics } = await compiled(source);
  if (!definition) throw new Error(JSON.stringify(diagnostics, null, 2));
  return definition;
}

const types = (definition: Definition, pipeline: string) => definition.pipelines[pipeline]?.nodes.map((node) => node.type);

describe('a handler of a route', () => {
  it('becomes a pipeline that answers', async () => {
    const definition = await build(`
modules: [{name: users, type: http.handler}]
workflows: {http: {routes: [{method: GET, path: /users/:id, handler: users}]}}
`);
    expect(definition.routes).toEqual([{ method: 'GET', path: '/users/{id}', pipeline: 'get-users-id' }]);
    expect(types(definition, 'get-users-id')).toEqual(['step.json_response']);
  });

  it('publishes to the topics of its producer, but not to those for failures', async () => {
    const definition = await build(`
modules: [{name: input, type: http.handler}]
workflows:
  http: {routes: [{method: POST, path: /data, handler: input}]}
  messaging: {producers: [{name: input, forwardTo: [raw-input, validation-errors]}]}
`);
    const [first, ...rest] = definition.pipelines['post-data']!.nodes;
    expect(first).toMatchObject({ type: 'step.publish', config: { topic: 'raw-input' } });
    expect(rest.map((node) => node.type)).toEqual(['step.json_response']);
  });

  it('may be a pipeline, and is below the prefix of its router', async () => {
    const definition = await build(`
modules: [{name: router, type: http.router, config: {prefix: /api}}]
workflows: {http: {router: router, routes: [{method: GET, path: /a, handler: work}, {method: GET, path: /api/b, handler: work}]}}
pipelines: {work: {steps: [{name: a, type: step.set, config: {values: {}}}]}}
`);
    expect(definition.routes.map((route) => route.path)).toEqual(['/api/a', '/api/b']);
  });

  it('brings its own path where no route names it', async () => {
    const definition = await build('modules: [{name: hook, type: http.handler, config: {path: /hooks, method: PUT, status: 202}}]\n');
    expect(definition.routes).toEqual([{ method: 'PUT', path: '/hooks', pipeline: 'put-hooks' }]);
  });
});

describe('a resource', () => {
  const MACHINES = `
modules: [{name: engine, type: statemachine.engine}, {name: orders, type: api.handler, config: {resourceName: orders}}]
workflows:
  http: {routes: [{method: POST, path: /orders, handler: orders}]}
  statemachine:
    engine: engine
    definitions: [{name: order, initialState: new, states: {new: {}, paid: {isFinal: true}}, transitions: {pay: {fromState: new, toState: paid}}}]
    resourceMappings: [{resourceType: orders, stateMachine: MACHINE, instanceIDKey: number}]
`;

  it.each(['order', 'engine'])('has the state machine and the id that its mapping to the %s says', async (machine) => {
    const definition = await build(MACHINES.replace('MACHINE', machine));
    const [create, instance] = definition.pipelines['post-orders']!.nodes;
    expect(create).toMatchObject({ config: { id_field: 'number' } });
    expect(instance).toMatchObject({ type: 'step.statemachine_create', config: { statemachine: 'order' } });
  });

  it('is told that an engine with two machines says none', async () => {
    const two = MACHINES.replace('definitions: [', 'definitions: [{name: other, initialState: a, states: {a: {}}},').replace('MACHINE', 'engine');
    const { diagnostics } = await compiled(two);
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([['no_effect_here', 'Name one: other, order.']]);
  });

  it.each([
    ['is no JSON', 'no', /not JSON with a list/],
    ['has too many items', JSON.stringify(Array.from({ length: 501 }, (_, id) => ({ id }))), /501 items; a seed file may have 500/],
  ])('is refused where its seed file %s', async (_, text, message) => {
    const source = 'name: app\nmodules: [{name: orders, type: api.handler, config: {resourceName: orders, seedFile: seed.json}}]\n';
    const files = { refs: {}, paths: new Set(['seed.json']), text: () => text };
    const { diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog }, { files });
    expect(diagnostics).toMatchObject([{ code: 'invalid_config', severity: 'error', message: expect.stringMatching(message), line: 2 }]);
  });
});

it.each([
  ['cache.modular', 'address: "redis:6379"'],
  ['storage.s3', 'endpoint: "http://minio:9000"'],
  ['auth.user-store', 'backingStore: postgres'],
  ['statemachine.engine', 'instanceTTL: 1h'],
  ['platform.provider', 'config: {region: eu}'],
  ['statemachine.engine', 'maxInstances: 5'],
  ['messaging.broker', 'maxQueueSize: 100'],
  ['log.collector', 'format: text'],
  ['log.collector', 'outputFormat: logfmt'],
  ['eventlogger.modular', 'format: text'],
  ['featureflag.service', 'provider: launchdarkly'],
])('a setting of %s that does not what it promises is told', async (type, setting) => {
  const { diagnostics } = await compiled(`modules: [{name: m, type: ${type}, config: {${setting}}}]\npipelines: {}\n`);
  expect(diagnostics).toMatchObject([
    { code: 'no_effect_here', path: `modules[0].config.${setting.split(':')[0]}`, message: expect.stringContaining('No effect here') },
  ]);
});

it.each([
  ['log.collector', 'format: JSON'],
  ['eventlogger.modular', 'format: structured'],
  ['featureflag.service', 'provider: generic'],
])('a setting of %s that says what happens anyway is no news', async (type, setting) => {
  expect((await compiled(`modules: [{name: m, type: ${type}, config: {${setting}}}]\npipelines: {}\n`)).diagnostics).toEqual([]);
});

describe('messaging', () => {
  it('subscribes a pipeline for each handler, once for a topic', async () => {
    const definition = await build(`
modules: [{name: notify, type: messaging.handler, config: {topic: "order.*"}}]
workflows: {messaging: {subscriptions: [{topic: order.created, handler: notify}, {topic: order.created, handler: notify}]}}
`);
    expect(definition.subscriptions).toEqual([
      { topic: 'order.created', pipeline: 'notify' },
      { topic: 'order.*', pipeline: 'notify' },
    ]);
    expect(definition.pipelines.notify!.trigger).toEqual({ type: 'event', config: { topics: ['order.created', 'order.*'] } });
  });

  it('takes event triggers with a filter', async () => {
    const definition = await build(`
pipelines:
  p:
    trigger: {type: event, topic: payment.failed, filter: "data.amount > 100"}
    steps: [{name: a, type: step.set, config: {values: {}}}]
triggers: {event: {subscriptions: [{topic: orders, event: order.created, pipeline: p}]}}
`);
    expect(definition.subscriptions).toEqual([
      { topic: 'payment.failed', pipeline: 'p', filter: 'data.amount > 100' },
      { topic: 'orders', pipeline: 'p', event: 'order.created' },
    ]);
  });
});

it('a Slack channel hears the events of its topics, as text or by a template of its own', async () => {
  const definition = await build(`
modules:
  - {name: plain, type: notification.slack, config: {webhookURL: "https://hooks.slack.com/services/x", channel: "#ops", username: bot}}
  - {name: worded, type: notification.slack, config: {webhookURL: "https://hooks.slack.com/services/x", message: "Order {{ .id }}"}}
workflows: {messaging: {subscriptions: [{topic: order.created, handler: plain}, {topic: order.created, handler: worded}]}}
`);
  expect(definition.subscriptions).toMatchObject([{ pipeline: 'plain' }, { pipeline: 'worded' }]);
  const call = { type: 'step.http_call', config: { url: 'https://hooks.slack.com/services/x', method: 'POST' } };
  expect(definition.pipelines.plain!.nodes).toMatchObject([
    { ...call, config: { body: { channel: '#ops', username: 'bot', text: expect.stringContaining('json') } } },
  ]);
  expect(definition.pipelines.worded!.nodes).toMatchObject([{ ...call, config: { body: { text: 'Order {{ .id }}' } } }]);
});

describe('jobs', () => {
  it.each([
    [
      'of a scheduler',
      'modules: [{name: s, type: scheduler.modular, config: {cronExpression: "0 7 * * *"}}, {name: j, type: messaging.handler}]\nworkflows: {scheduler: {jobs: [{scheduler: s, job: j, config: {n: 1}}]}}\n',
      { name: 'j', pipeline: 'j', cron: '0 7 * * *', params: { n: 1 } },
    ],
    [
      'of a trigger',
      'pipelines: {p: {trigger: {type: cron, config: {expression: "*/5 * * * * *", timezone: Europe/Berlin, overlap: skip, catch_up: none}}, steps: [{name: a, type: step.set, config: {values: {}}}]}}\n',
      { name: 'p', pipeline: 'p', cron: '*/5 * * * * *', timezone: 'Europe/Berlin', overlap: 'skip', catch_up: 'none' },
    ],
    [
      'of an interval',
      'pipelines: {p: {trigger: {type: schedule, every: 15m}, steps: [{name: a, type: step.set, config: {values: {}}}]}}\n',
      { name: 'p', pipeline: 'p', every_ms: 900_000 },
    ],
    [
      'of the section scheduler',
      'scheduler: {jobs: [{name: clean, schedule: "@daily", command: cleanup}]}\n',
      { name: 'clean', pipeline: 'clean', cron: '@daily' },
    ],
    [
      'of triggers.schedule',
      'pipelines: {p: {steps: [{name: a, type: step.set, config: {values: {}}}]}}\ntriggers: {schedule: {jobs: [{cron: "0 * * * *", workflow: "pipeline:p", params: {size: 3}}]}}\n',
      { name: 'p', pipeline: 'p', cron: '0 * * * *', params: { size: 3 } },
    ],
  ])('%s', async (_, source, expected) => {
    expect((await build(source)).schedules).toMatchObject([expected]);
  });
});

describe('patterns of events', () => {
  it('are told what of them has no effect', async () => {
    const { diagnostics } = await compiled(
      'modules: [{name: a, type: messaging.handler}]\nworkflows: {event: {patterns: [{patternId: p, eventTypes: [x], extraParams: {a: 1}}], handlers: [{patternId: p, handler: a}]}}\n',
    );
    expect(diagnostics).toMatchObject([{ code: 'no_effect_here', path: 'workflows.event.patterns[0].extraParams' }]);
  });

  it('start their handler', async () => {
    const definition = await build(`
modules: [{name: bus, type: messaging.broker}, {name: alert, type: messaging.handler}]
workflows:
  event:
    patterns: [{patternId: brute-force, eventTypes: [login.failed], windowTime: 5m, condition: count, minOccurs: 3}]
    handlers: [{patternId: brute-force, handler: alert}]
    adapters: [{broker: bus, topics: [login.failed], sourceIdKey: userId}]
`);
    expect(definition.patterns).toEqual([
      {
        id: 'brute-force',
        event_types: ['login.failed'],
        window_ms: 300_000,
        condition: 'count',
        min: 3,
        max: 0,
        ordered: false,
        correlate_by: { 'login.failed': ['userId'] },
        pipeline: 'alert',
      },
    ]);
  });
});

describe('an integration', () => {
  it('is one pipeline of calls in the words of the platform', async () => {
    const secret = ['$', '{TOKEN}'].join('');
    const definition = await build(`
workflows:
  integration:
    connectors: [{name: crm, type: http, config: {baseURL: "https://crm.example/v1/", authType: bearer, token: "${secret}", timeoutSeconds: 3}}]
    steps:
      - {name: check, connector: crm, action: "GET /customers/{id}", input: {id: "\${data.customerId}", full: "yes"}, retryCount: 2, retryDelay: 2s}
      - {name: pay, connector: crm, action: "POST /pay", transform: "{ \\"amount\\": data.total, \\"customer\\": check.id || data.customerId }"}
`);
    const [, check, pay] = definition.pipelines.integration!.nodes as unknown as { config: object; retry: object; timeout_ms: number }[];
    expect(check).toMatchObject({
      timeout_ms: 3000,
      retry: { max_attempts: 3, backoff: 'fixed', initial_delay_ms: 2000 },
      config: {
        url: 'https://crm.example/v1/customers/{{ urlEncode .steps.integration-input.body.customerId }}',
        method: 'GET',
        headers: { Authorization: `Bearer ${secret}` },
        query: { full: 'yes' },
      },
    });
    expect(pay!.config).toMatchObject({
      url: 'https://crm.example/v1/pay',
      body: {
        amount: '${ steps.integration-input.body.total }',
        customer: '${ has(steps.check.id) ? steps.check.id : steps.integration-input.body.customerId }',
      },
    });
  });
});

describe('a chain of modules', () => {
  it('becomes one pipeline that branches to their names', async () => {
    const definition = await build(`
modules:
  - {name: router, type: http.router, config: {prefix: /api}}
  - {name: orders, type: http.handler, config: {path: /orders}}
  - {name: choose, type: step.conditional, dependsOn: [orders], config: {expression: "request.body.items.length > 0", field: valid, routes: {"true": take, "false": reject}}}
  - {name: take, type: data.transformer}
  - {name: reject, type: http.handler, config: {path: /error, status: 400}}
`);
    expect(definition.routes).toEqual([{ method: 'POST', path: '/api/orders', pipeline: 'post-api-orders' }]);
    const { nodes } = definition.pipelines['post-api-orders']!;
    expect(nodes.map((node) => node.name)).toEqual(['chain-input', 'orders-next', 'choose', 'take', 'take-next', 'reject', 'chain-end']);
    expect(nodes[2]).toMatchObject({ select: { by: 'expression', expression: 'request.body.items.length() > 0' }, routes: { true: 3, false: 5 }, default: 6 });
    expect(nodes[5]).toMatchObject({ type: 'step.json_response', config: { status: 400 } });
  });
});

describe('what cannot be wired is said with its place', () => {
  it.each([
    [
      'handler',
      'modules: [{name: users, type: http.handler}]\nworkflows: {http: {routes: [{path: /x, handler: user}]}}\n',
      'unknown_module',
      'Did you mean "users"?',
    ],
    [
      'a handler that answers nothing',
      'modules: [{name: db, type: storage.sqlite}]\nworkflows: {http: {routes: [{path: /x, handler: db}]}}\n',
      'invalid_value',
      undefined,
    ],
    [
      'subscription',
      'modules: [{name: notify, type: messaging.handler}]\nworkflows: {messaging: {subscriptions: [{topic: a, handler: notfy}]}}\n',
      'unknown_module',
      'Did you mean "notify"?',
    ],
    [
      'topic',
      'modules: [{name: notify, type: messaging.handler}]\nworkflows: {messaging: {subscriptions: [{topic: "a b", handler: notify}]}}\n',
      'invalid_value',
      undefined,
    ],
    [
      'producer',
      'modules: [{name: notify, type: messaging.handler}]\nworkflows: {messaging: {producers: [{name: notfy, forwardTo: [a]}]}}\n',
      'unknown_module',
      'Did you mean "notify"?',
    ],
    ['cron', 'modules: [{name: j, type: messaging.handler}]\nworkflows: {scheduler: {jobs: [{cron: "61 * * * *", job: j}]}}\n', 'invalid_value', undefined],
    [
      'time zone',
      'modules: [{name: j, type: messaging.handler}]\nworkflows: {scheduler: {jobs: [{cron: "1 * * * *", timezone: Berlin, job: j}]}}\n',
      'invalid_value',
      undefined,
    ],
    [
      'pattern',
      'modules: [{name: j, type: messaging.handler}]\nworkflows: {event: {patterns: [{patternId: abc, eventTypes: [a]}], handlers: [{patternId: abd, handler: j}]}}\n',
      'invalid_value',
      'Did you mean "abc"?',
    ],
    [
      'connector',
      'workflows: {integration: {connectors: [{name: crm, config: {baseURL: "https://a.example"}}], steps: [{name: a, connector: cmr, action: GET /}]}}\n',
      'invalid_value',
      'Did you mean "crm"?',
    ],
  ])('%s', async (_, source, code, hint) => {
    const { definition, diagnostics } = await compiled(source);
    expect(definition).toBeNull();
    const [error, ...more] = diagnostics.filter((each) => each.severity === 'error');
    expect(error).toMatchObject({ code });
    expect(error!.line).toBeGreaterThan(1);
    if (hint !== undefined) expect(error!.hint).toContain(hint);
    expect(more).toEqual([]);
  });

  it('a secret in plain text', async () => {
    const { diagnostics } = await compiled(
      'modules: [{name: hook, type: webhook.sender, config: {url: "https://a.example", headers: {Authorization: Bearer abc}}}]\n',
    );
    expect(diagnostics).toMatchObject([{ code: 'plain_secret', severity: 'warning' }]);
  });
});

describe('a module of a plugin that is not here', () => {
  const plugin = (type: string, requires = 'requires: {plugins: [{name: acme-plugin}]}\n') =>
    `${requires}modules: [{name: mine, type: ${type}, config: {colour: red, source: ./widget.js}}]\nworkflows: {messaging: {subscriptions: [{topic: a, handler: mine}]}}\n`;
  const messages = async (text: string) => (await compiled(text)).diagnostics.filter(({ code }) => code !== 'foreign_key');

  it('loads with a word, and fails where it is used', async () => {
    expect(await messages(plugin('acme.widget'))).toMatchObject([
      { code: 'no_effect_here', severity: 'warning', message: expect.stringContaining('acme.widget') },
    ]);
    expect((await compiled(plugin('acme.widget'))).definition!.pipelines.mine!.nodes).toMatchObject([
      { type: 'step.fail', config: { reason: 'component_missing' } },
    ]);
  });

  it('runs as the JavaScript that came with the document', async () => {
    const code = 'function transform(ctx) { return { ok: true }; }';
    const files = { refs: {}, paths: new Set(['widget.js']), text: (path: string) => (path === 'widget.js' ? code : undefined) };
    const { definition } = await compile(`name: app\n${plugin('acme.widget')}`, { steps: stepCatalog, modules: moduleCatalog }, { files });
    expect(definition!.pipelines.mine!.nodes).toMatchObject([{ type: 'step.js', config: { code } }]);
  });

  it('is a mistake where nothing is required, or where a known type is meant', async () => {
    expect(await messages(plugin('acme.widget', ''))).toContainEqual(expect.objectContaining({ code: 'unknown_module_type' }));
    expect(await messages(plugin('http.ruter'))).toContainEqual(
      expect.objectContaining({ code: 'unknown_module_type', hint: expect.stringContaining('http.router') }),
    );
  });
});

describe('a component', () => {
  const step =
    'modules: [{name: check, type: dynamic.component, config: {source: ./check.go}}, {name: work, type: processing.step, config: {componentId: check, maxRetries: 1}}]\nworkflows: {messaging: {subscriptions: [{topic: a, handler: work}]}}\n';

  it('without an implementation loads, says so, and fails where it is used', async () => {
    const { definition, diagnostics } = await compiled(step);
    expect(diagnostics).toMatchObject([{ code: 'no_effect_here', severity: 'warning', message: expect.stringContaining('no implementation') }]);
    expect(definition!.pipelines.work!.nodes).toMatchObject([{ type: 'step.fail', config: { reason: 'component_missing' } }]);
  });

  it('runs as the JavaScript of its name that came with the document', async () => {
    const code = 'function transform(ctx) { return { ok: true }; }';
    const files = { refs: {}, paths: new Set(['check.js']), text: (path: string) => (path === 'check.js' ? code : undefined) };
    const { definition, diagnostics } = await compile(`name: app\n${step}`, { steps: stepCatalog, modules: moduleCatalog }, { files });
    expect(diagnostics).toEqual([]);
    expect(definition!.pipelines.work!.nodes).toMatchObject([{ type: 'step.js', config: { code } }]);
  });
});
