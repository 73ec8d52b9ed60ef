/**
 * What each module type does, shown at an application's own door. `test/workerd/modules.test.ts` deploys the applications
 * and does what stands here; a type that is shown better in another test is named there (`ELSEWHERE`).
 */

export interface Asked {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: any answer of an application.
  body: any;
}

export interface Tools {
  /** The application's own door. */
  ask(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Asked>;
  api(method: string, path: string, options?: { body?: unknown }): Promise<Asked>;
  workflow: string;
  publish(topic: string, data: unknown): Promise<void>;
  /** Delivers events, lets executions come to their end, and has them observed. */
  settle(): Promise<void>;
  /** What steps have sent to hosts of `.test`, URL and body, since it was asked last. */
  sent(): { url: string; body: unknown }[];
  /** What came to the server at `SERVER`, since it was asked last. */
  taken(): Promise<{ method: string; path: string; body: unknown; headers: Record<string, string> }[]>;
  /** Statuses of the executions of a pipeline, the newest first. */
  runs(pipeline: string): Promise<string[]>;
  expect: typeof import('vitest').expect;
}

export interface App {
  /** `SERVER` stands for a real server on a loopback port. */
  document: string;
  files?: Record<string, string>;
  shows: { [type: string]: (tools: Tools) => Promise<void> };
}

const step = (name: string, type: string, config: string) => `{name: ${name}, type: step.${type}, config: {${config}}}`;
const answer = (config: string) => step('answer', 'json_response', config);
const secret = (name: string) => ['$', `{${name}}`].join('');

const WEB: App = {
  document: `
modules:
  - {name: server, type: http.server, config: {address: ":8080", readTimeout: 15s}}
  - {name: router, type: http.router, dependsOn: [server], config: {prefix: /api, server: server}}
  - {name: hello, type: http.handler}
  - {name: commands, type: api.command, config: {delegate: charge}}
  - {name: queries, type: api.query, config: {delegate: look-up}}
  - {name: gateway, type: api.gateway, config: {routes: [{pathPrefix: /gw, backend: SERVER, stripPrefix: true, methods: [GET]}, {pathPrefix: /gw/slow, backend: SERVER, rateLimit: {requestsPerMinute: 1, burstSize: 1}}]}}
  - {name: proxy, type: http.proxy, config: {targets: {/api/proxied: SERVER}}}
  - {name: simple, type: http.simple_proxy, config: {targets: {/api/simple: SERVER}}}
  - {name: reverse, type: reverseproxy, config: {backend_services: {a: SERVER}, routes: {/reverse: a}}}
  - {name: files, type: static.fileserver, config: {root: ./site, prefix: /site}}
  - {name: limiter, type: http.middleware.ratelimit, config: {requestsPerMinute: 1, burstSize: 2}}
  - {name: ids, type: http.middleware.requestid}
  - {name: origins, type: http.middleware.cors, config: {allowedOrigins: ["https://a.example"]}}
  - {name: careful, type: http.middleware.securityheaders, config: {frameOptions: SAMEORIGIN}}
  - {name: signed-in, type: http.middleware.auth, config: {secretKey: "${secret('JWT_SECRET')}"}}
workflows:
  http:
    router: router
    routes:
      - {method: GET, path: /hello, handler: hello, middlewares: [ids, origins, careful]}
      - {method: POST, path: /commands, handler: commands}
      - {method: GET, path: "/queries/{id}", handler: queries}
      - {method: GET, path: /limited, handler: hello, middlewares: [limiter]}
      - {method: GET, path: /closed, handler: hello, middlewares: [signed-in]}
      - {method: GET, path: "/proxied/{rest...}", handler: proxy}
      - {method: GET, path: "/simple/{rest...}", handler: simple}
pipelines:
  charge: {steps: [${step('total', 'set', 'values: {charged: "{{ .amount }}"}')}]}
  look-up: {steps: [${step('found', 'set', 'values: {id: "{{ .path_params.id }}"}')}]}
`,
  files: { 'site/a.txt': 'hello from a file' },
  shows: {
    'http.server': async ({ ask, expect }) => expect((await ask('GET', '/api/hello')).status).toBe(200),
    async 'http.router'({ ask, expect }) {
      expect((await ask('GET', '/api/hello')).status).toBe(200);
      expect((await ask('GET', '/hello')).status).toBe(404);
    },
    'http.handler': async ({ ask, expect }) => expect((await ask('GET', '/api/hello')).body).toEqual({ handler: 'hello', status: 'success' }),
    async 'api.command'({ ask, expect }) {
      expect(await ask('POST', '/api/commands', { body: { amount: 7 } })).toMatchObject({ status: 202, body: { charged: 7 } });
    },
    async 'api.query'({ ask, expect }) {
      expect(await ask('GET', '/api/queries/o-1')).toMatchObject({ status: 200, body: { id: 'o-1' } });
    },
    async 'api.gateway'({ ask, expect }) {
      expect(await ask('GET', '/gw/orders?x=1')).toMatchObject({ status: 200, body: { path: '/orders?x=1' } });
      expect(await ask('POST', '/gw/orders', { body: {} })).toMatchObject({ status: 405 });
      expect((await ask('GET', '/gw/slow/a')).body.path).toBe('/gw/slow/a');
      expect((await ask('GET', '/gw/slow/a')).status).toBe(429);
    },
    'http.proxy': async ({ ask, expect }) => expect((await ask('GET', '/api/proxied/x?a=1')).body).toEqual({ method: 'GET', path: '/api/proxied/x?a=1' }),
    'http.simple_proxy': async ({ ask, expect }) => expect((await ask('GET', '/api/simple/x')).body).toEqual({ method: 'GET', path: '/api/simple/x' }),
    reverseproxy: async ({ ask, expect }) => expect((await ask('GET', '/reverse/y')).body).toEqual({ method: 'GET', path: '/reverse/y' }),
    'static.fileserver': async ({ ask, expect }) => expect((await ask('GET', '/site/a.txt')).body).toBe('hello from a file'),
    async 'http.middleware.ratelimit'({ ask, expect }) {
      const statuses = [await ask('GET', '/api/limited'), await ask('GET', '/api/limited'), await ask('GET', '/api/limited')].map(({ status }) => status);
      expect(statuses).toEqual([200, 200, 429]);
    },
    'http.middleware.requestid': async ({ ask, expect }) =>
      expect((await ask('GET', '/api/hello', { headers: { 'x-request-id': 'mine-1' } })).headers.get('x-request-id')).toBe('mine-1'),
    async 'http.middleware.cors'({ ask, expect }) {
      const { headers } = await ask('GET', '/api/hello', { headers: { origin: 'https://a.example' } });
      expect(headers.get('access-control-allow-origin')).toBe('https://a.example');
    },
    'http.middleware.securityheaders': async ({ ask, expect }) => expect((await ask('GET', '/api/hello')).headers.get('x-frame-options')).toBe('SAMEORIGIN'),
    'http.middleware.auth': async ({ ask, expect }) => expect((await ask('GET', '/api/closed')).body.code).toBe('unauthenticated'),
  },
};

const pipe = (name: string, method: string, path: string, ...steps: string[]) =>
  `  ${name}: {trigger: {type: http, config: {method: ${method}, path: "${path}"}}, steps: [${steps.join(', ')}]}`;

const DATA: App = {
  document: `
version: "3"
modules:
  - {name: main-db, type: storage.sqlite, config: {setup: "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT)"}}
  - {name: orders-db, type: database.workflow, config: {driver: sqlite}}
  - {name: store, type: persistence.store, config: {database: orders-db}}
  - {name: orders, type: api.handler, dependsOn: [store], config: {resourceName: orders}}
  - {name: engine, type: statemachine.engine}
  - {name: links, type: state.connector, config: {resources: [{resource: orders, machine: life}]}}
  - {name: tracker, type: state.tracker, config: {retentionDays: 30}}
  - {name: rates, type: cache.modular, config: {defaultTTL: 1s}}
  - {name: profiles, type: nosql.memory}
  - {name: invoices, type: storage.artifact, config: {maxSize: 1KB}}
  - {name: uploads, type: storage.s3}
  - {name: exports, type: storage.local}
  - {name: schemas, type: jsonschema.modular, config: {schemaDir: schemas}}
  - {name: docs, type: openapi.generator, config: {title: Orders, path: /api/spec.json}}
  - {name: flags, type: featureflag.service, config: {flags: {fast: true, slow: false}}}
  - {name: ctx, type: platform.context, config: {org: acme-corp, tier: 3}}
  - {name: provider, type: platform.provider, config: {name: cloudflare}}
  - {name: resource, type: platform.resource, config: {name: orders, provider: provider}}
workflows:
  http: {routes: [{method: POST, path: /orders, handler: orders}, {method: GET, path: "/orders/{id}", handler: orders}, {method: PUT, path: "/orders/{id}/transition", handler: orders}]}
  statemachine: {engine: engine, definitions: [{name: life, initialState: new, states: {new: {}, paid: {isFinal: true}}, transitions: {pay: {fromState: new, toState: paid}}}]}
pipelines:
${pipe('insert', 'POST', '/sql', step('put', 'db_exec', 'database: main-db, query: "INSERT INTO t (name) VALUES (?)", params: ["{{ .name }}"]'), step('get', 'db_query', 'database: main-db, query: "SELECT name FROM t", mode: list'), answer('body_from: steps.get.rows'))}
${pipe('in-store', 'GET', '/in-store', step('get', 'db_query', 'database: orders-db, query: "SELECT count(*) AS n FROM resource_orders", mode: single'), answer('body_from: steps.get.row'))}
${pipe('track', 'POST', '/track', step('note', 'state_set', 'tracker: tracker, resource_type: boxes, resource_id: b1, state: "{{ .state }}"'), step('look', 'state_get', 'tracker: tracker, resource_type: boxes, resource_id: b1'), answer('body_from: steps.look'))}
${pipe('remember', 'POST', '/cache', step('put', 'cache_set', 'cache: rates, key: k, value: 7'), answer('body_from: steps.put'))}
${pipe('recall', 'GET', '/cache', step('get', 'cache_get', 'cache: rates, key: k'), answer('body_from: steps.get'))}
${pipe('document', 'POST', '/nosql', step('put', 'nosql_put', 'store: profiles, key: u1, item: {name: Kim}'), step('get', 'nosql_get', 'store: profiles, key: u1'), answer('body_from: steps.get'))}
${['invoices', 'uploads', 'exports'].map((name) => pipe(`file-${name}`, 'POST', `/${name}`, step('put', 'artifact_upload', `store: ${name}, key: a.txt, content: "{{ .text }}"`), step('list', 'artifact_list', `store: ${name}`), answer('body_from: steps.list'))).join('\n')}
${pipe('check', 'POST', '/check', step('valid', 'validate', 'schema: order, source: trigger.body'), answer('body: {ok: true}'))}
${pipe('flagged', 'GET', '/flags', step('fast', 'feature_flag', 'flag: fast'), step('slow', 'feature_flag', 'flag: slow'), answer('body: {fast: "{{ .steps.fast.enabled }}", slow: "{{ .steps.slow.enabled }}"}'))}
${pipe('facts', 'GET', '/facts', answer(`body: {org: '{{ config "ctx" "org" }}', provider: '{{ config "provider" "name" }}', resource: '{{ config "resource" "name" }}'}`))}
`,
  files: { 'schemas/order.json': JSON.stringify({ type: 'object', required: ['id'] }) },
  shows: {
    'storage.sqlite': async ({ ask, expect }) => expect((await ask('POST', '/sql', { body: { name: 'Ann' } })).body).toEqual([{ name: 'Ann' }]),
    async 'persistence.store'({ ask, expect }) {
      await ask('POST', '/orders', { body: { id: 'o-1' } });
      expect((await ask('GET', '/in-store')).body.n).toBeGreaterThan(0);
    },
    async 'database.workflow'({ ask, expect }) {
      await ask('POST', '/orders', { body: { id: 'o-2' } });
      expect((await ask('GET', '/in-store')).body.n).toBeGreaterThan(0);
    },
    async 'api.handler'({ ask, expect }) {
      expect(await ask('POST', '/orders', { body: { id: 'o-3', total: 5 } })).toMatchObject({ status: 201, body: { id: 'o-3', total: 5 } });
      expect((await ask('GET', '/orders/none')).status).toBe(404);
    },
    async 'state.connector'({ ask, expect }) {
      await ask('POST', '/orders', { body: { id: 'o-4' } });
      expect((await ask('GET', '/orders/o-4')).body.state).toBe('new');
    },
    async 'statemachine.engine'({ ask, expect }) {
      await ask('POST', '/orders', { body: { id: 'o-5' } });
      expect((await ask('PUT', '/orders/o-5/transition', { body: { transition: 'pay' } })).body.state).toBe('paid');
      expect((await ask('PUT', '/orders/o-5/transition', { body: { transition: 'pay' } })).status).toBe(409);
    },
    async 'state.tracker'({ ask, expect }) {
      await ask('POST', '/track', { body: { state: 'packed' } });
      expect((await ask('POST', '/track', { body: { state: 'sent' } })).body).toMatchObject({ state: 'sent', previous_state: 'packed' });
    },
    async 'cache.modular'({ ask, expect }) {
      const { body } = await ask('POST', '/cache', { body: {} });
      expect(Date.parse(body.expires_at) - Date.now()).toBeLessThanOrEqual(1000);
      expect((await ask('GET', '/cache')).body).toHaveProperty('cache_hit');
    },
    'nosql.memory': async ({ ask, expect }) => expect((await ask('POST', '/nosql', { body: {} })).body).toEqual({ item: { name: 'Kim' }, found: true }),
    async 'storage.artifact'({ ask, expect }) {
      expect((await ask('POST', '/invoices', { body: { text: 'x' } })).body.items).toMatchObject([{ key: 'a.txt', size: 1 }]);
      expect((await ask('POST', '/invoices', { body: { text: 'x'.repeat(2000) } })).body.detail).toContain('1024 bytes');
    },
    'storage.s3': async ({ ask, expect }) => expect((await ask('POST', '/uploads', { body: { text: 'abc' } })).body.items).toMatchObject([{ size: 3 }]),
    'storage.local': async ({ ask, expect }) => expect((await ask('POST', '/exports', { body: { text: 'ab' } })).body.items).toMatchObject([{ size: 2 }]),
    async 'jsonschema.modular'({ ask, expect }) {
      expect((await ask('POST', '/check', { body: { id: 1 } })).status).toBe(200);
      expect((await ask('POST', '/check', { body: {} })).status).toBe(400);
    },
    'openapi.generator': async ({ ask, expect }) => expect((await ask('GET', '/api/spec.json')).body.info).toMatchObject({ title: 'Orders', version: '3' }),
    'featureflag.service': async ({ ask, expect }) => expect((await ask('GET', '/flags')).body).toEqual({ fast: true, slow: false }),
    'platform.context': async ({ ask, expect }) => expect((await ask('GET', '/facts')).body.org).toBe('acme-corp'),
    'platform.provider': async ({ ask, expect }) => expect((await ask('GET', '/facts')).body.provider).toBe('cloudflare'),
    'platform.resource': async ({ ask, expect }) => expect((await ask('GET', '/facts')).body.resource).toBe('orders'),
  },
};

const EVENTS = (broker: string): App => ({
  document: `
modules:
  - {name: bus, type: ${broker}}
  - {name: heard, type: messaging.handler, dependsOn: [bus], config: {topic: ${broker}.*}}
`,
  shows: {
    async [broker]({ publish, settle, runs, expect }) {
      await publish(`${broker}.created`, { id: 1 });
      await settle();
      expect(await runs('heard')).toEqual(['completed']);
    },
  },
});

const WORK: App = {
  document: `
modules:
  - {name: bus, type: messaging.broker}
  - {name: heard, type: messaging.handler, dependsOn: [bus], config: {topic: order.created}}
  - {name: hook, type: webhook.sender, config: {url: "https://hooks.test/in", maxRetries: 1}}
  - {name: slack, type: notification.slack, config: {webhookURL: "https://slack.test/hook", channel: "#orders", message: "Order {{ .trigger.data.id }}"}}
  - {name: upper, type: data.transformer, config: {operations: [{type: extract, path: name}]}}
  - {name: counter, type: dynamic.component, config: {code: "function transform(ctx) { return { twice: ctx.n * 2 }; }"}}
  - {name: twice, type: processing.step, config: {componentId: counter, maxRetries: 1}}
  - {name: patterns, type: event.processor}
  - {name: alarm, type: messaging.handler}
  - {name: nightly, type: scheduler.modular, config: {cronExpression: "0 3 * * *"}}
workflows:
  messaging:
    producers: [{name: heard, forwardTo: [order.noted]}]
    subscriptions:
      - {topic: order.created, handler: hook}
      - {topic: order.noted, handler: slack}
  http: {routes: [{method: POST, path: /count, handler: counter}, {method: POST, path: /twice, handler: twice}, {method: POST, path: /upper, handler: upper}]}
  event: {processor: patterns, patterns: [{patternId: twice-failed, eventTypes: [login.failed], windowTime: 5m, condition: count, minOccurs: 2}], handlers: [{patternId: twice-failed, handler: alarm}]}
  scheduler: {jobs: [{scheduler: nightly, job: heard}]}
`,
  shows: {
    async 'messaging.broker'({ publish, settle, runs, expect }) {
      await publish('order.created', { id: 7 });
      await settle();
      expect(await runs('heard')).toContain('completed');
    },
    async 'messaging.handler'({ publish, settle, sent, expect }) {
      sent();
      await publish('order.created', { id: 8 });
      await settle();
      expect(sent().map(({ url }) => url)).toContain('https://slack.test/hook');
    },
    async 'webhook.sender'({ publish, settle, sent, expect }) {
      sent();
      await publish('order.created', { id: 9 });
      await settle();
      expect(sent()).toContainEqual({ url: 'https://hooks.test/in', body: { id: 9 } });
    },
    async 'notification.slack'({ publish, settle, sent, expect }) {
      sent();
      await publish('order.noted', { id: 10 });
      await settle();
      expect(sent()).toContainEqual({ url: 'https://slack.test/hook', body: { text: 'Order 10', channel: '#orders' } });
    },
    async 'data.transformer'({ ask, settle, runs, expect }) {
      await ask('POST', '/upper', { body: { name: 'Ann' } });
      await settle();
      expect(await runs('post-upper')).toContain('completed');
    },
    async 'dynamic.component'({ ask, settle, runs, expect }) {
      await ask('POST', '/count', { body: { n: 4 } });
      await settle();
      expect(await runs('post-count')).toContain('completed');
    },
    async 'processing.step'({ ask, settle, runs, expect }) {
      await ask('POST', '/twice', { body: { n: 4 } });
      await settle();
      expect(await runs('post-twice')).toContain('completed');
    },
    async 'event.processor'({ publish, settle, runs, expect }) {
      await publish('login.failed', { id: 1 });
      await settle();
      expect(await runs('alarm')).toEqual([]);
      await publish('login.failed', { id: 2 });
      await settle();
      expect((await runs('alarm')).length).toBe(1);
    },
    async 'scheduler.modular'({ api, workflow, expect }) {
      const { items } = (await api('GET', `/schedules?workflow=${workflow}`)).body;
      expect(items).toMatchObject([{ cron: '0 3 * * *' }]);
      expect(items[0].next_runs[0]).toMatch(/T03:00:00/);
    },
  },
};

const WATCHED: App = {
  document: `
modules:
  - {name: logs, type: log.collector, config: {level: warn}}
  - {name: events, type: eventlogger.modular, config: {logLevel: info}}
  - {name: requests, type: http.middleware.logging, config: {logLevel: error}}
  - {name: tracing, type: observability.otel, config: {endpoint: "SERVER", sampleRate: 1}}
  - {name: metrics, type: metrics.collector, config: {namespace: shop, enabledMetrics: [executions, durations]}}
  - {name: health, type: health.checker, config: {checkTimeout: 2s}}
  - {name: histories, type: eventstore.service, config: {retention_days: 90}}
  - {name: letters, type: dlq.service, config: {retention_days: 30}}
  - {name: timelines, type: timeline.service, config: {event_store: histories}}
  - {name: replays, type: replay.service, config: {event_store: histories}}
  - {name: registry, type: workflow.registry}
  - {name: starter, type: license.validator, config: {server_url: "", license_key: "$WORKFLOW_LICENSE_KEY"}}
  - {name: licensed, type: license.validator, config: {server_url: SERVER/license, license_key: "${secret('LICENSE_KEY')}", require: [premium]}}
  - {name: unlicensed, type: license.validator, config: {server_url: SERVER/license, license_key: other}}
workflows:
  http:
    routes:
      - {method: GET, path: /registry, handler: registry}
      - {method: GET, path: "/registry/{name}", handler: registry}
      - {method: GET, path: /license, handler: starter}
pipelines:
  good: {trigger: {type: http, config: {method: GET, path: /good, middlewares: [requests]}}, steps: [${step('quiet', 'log', 'level: info, message: quiet')}, ${step('loud', 'log', 'level: warn, message: loud')}, ${answer('body: {ok: true}')}]}
  bad: {trigger: {type: http, config: {method: GET, path: /bad, middlewares: [requests]}}, steps: [${step('fail', 'fail', 'message: planned')}]}
  premium: {trigger: {type: http, config: {method: GET, path: /premium, middlewares: [licensed]}}, steps: [${answer('body: {tier: "{{ .license.tier }}"}')}]}
  refused: {trigger: {type: http, config: {method: GET, path: /refused, middlewares: [unlicensed]}}, steps: [${answer('body: {}')}]}
`,
  shows: {
    async 'log.collector'({ ask, api, workflow, settle, expect }) {
      await ask('GET', '/good');
      await settle();
      const messages = async (query: string) =>
        (await api('GET', `/workflows/${workflow}/logs?${query}`)).body.items.map(({ message }: { message: string }) => message);
      expect(await messages('q=loud')).toContain('loud');
      expect(await messages('q=quiet')).toEqual(expect.not.arrayContaining(['quiet']));
    },
    async 'eventlogger.modular'({ ask, api, workflow, settle, expect }) {
      await ask('GET', '/good');
      await settle();
      const { items } = (await api('GET', `/workflows/${workflow}/logs?q=Execution`)).body;
      expect(items.map(({ message }: { message: string }) => message)).toEqual(expect.arrayContaining(['Execution started', 'Execution completed']));
    },
    async 'http.middleware.logging'({ ask, api, workflow, settle, expect }) {
      await ask('GET', '/good');
      await ask('GET', '/bad');
      await settle();
      const { items } = (await api('GET', `/workflows/${workflow}/logs?q=request`)).body;
      const requests = items.filter(({ message }: { message: string }) => message === 'request');
      expect(requests.length).toBeGreaterThan(0);
      for (const { fields } of requests) expect(fields).toMatchObject({ path: '/bad', status: 500 });
    },
    async 'observability.otel'({ ask, settle, taken, expect }) {
      await taken();
      await ask('GET', '/good');
      await settle();
      expect((await taken()).map(({ path }) => path)).toContain('/v1/traces');
    },
    async 'metrics.collector'({ ask, settle, expect }) {
      await ask('GET', '/good');
      await settle();
      const { body } = await ask('GET', '/metrics');
      expect(body).toMatch(/shop_recent_executions\{pipeline="good",status="completed"\} \d/);
      expect(body).toMatch(/shop_recent_duration_seconds_count\{pipeline="good"\} \d/);
      expect(body).not.toContain('shop_info');
    },
    async 'health.checker'({ ask, expect }) {
      expect(await ask('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'healthy', checks: { index: { status: 'healthy' } } } });
      expect((await ask('GET', '/livez')).body.checks).not.toHaveProperty('index');
    },
    async 'eventstore.service'({ ask, api, expect }) {
      const id = (await ask('GET', '/good')).headers.get('x-execution-id');
      expect((await api('GET', `/executions/${id}/events`)).body.items.length).toBeGreaterThan(3);
    },
    async 'dlq.service'({ ask, api, workflow, settle, expect }) {
      await ask('GET', '/bad');
      await settle();
      const { items } = (await api('GET', `/dlq/pipelines/${workflow}.bad`)).body;
      expect(items[0]).toMatchObject({ error: { message: 'planned' } });
      expect(Date.parse(items[0].expires_at) - Date.parse(items[0].failed_at)).toBe(30 * 24 * 3_600_000);
    },
    async 'timeline.service'({ ask, api, expect }) {
      const id = (await ask('GET', '/good')).headers.get('x-execution-id');
      expect((await api('GET', `/executions/${id}/timeline`)).body.steps.map(({ name }: { name: string }) => name)).toEqual(['quiet', 'loud', 'answer']);
    },
    async 'replay.service'({ ask, api, expect }) {
      const id = (await ask('GET', '/good')).headers.get('x-execution-id');
      expect((await api('POST', `/executions/${id}/replay`, { body: { mode: 'exact' } })).status).toBeLessThan(300);
    },
    async 'workflow.registry'({ ask, workflow, expect }) {
      expect((await ask('GET', '/registry')).body.workflows).toContainEqual({ name: workflow, version: 1 });
      expect((await ask('GET', `/registry/${workflow}`)).body.pipelines).toContainEqual({ name: 'good', trigger: 'http' });
      expect((await ask('GET', '/registry/none')).status).toBe(404);
    },
    async 'license.validator'({ ask, taken, expect }) {
      expect((await ask('GET', '/license')).body).toMatchObject({ valid: true, tier: 'starter', source: 'offline' });
      await taken();
      expect((await ask('GET', '/premium')).body).toEqual({ tier: 'enterprise' });
      expect((await ask('GET', '/premium')).status).toBe(200);
      expect((await taken()).filter(({ path }) => path === '/license/validate')).toHaveLength(1);
      expect((await ask('GET', '/refused')).body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('unknown key') });
    },
  },
};

export const APPS: { readonly [name: string]: App } = {
  'm-web': WEB,
  'm-data': DATA,
  'm-work': WORK,
  'm-watched': WATCHED,
  'm-eventbus': EVENTS('messaging.broker.eventbus'),
  'm-kafka': EVENTS('messaging.kafka'),
  'm-nats': EVENTS('messaging.nats'),
};

/** Types that a test of their own shows. */
export const ELSEWHERE: { readonly [type: string]: string } = {
  'actor.pool': 'test/workerd/actors.test.ts',
  'actor.system': 'test/unit/language/ports.test.ts',
  'auth.jwt': 'test/workerd/doors.test.ts',
  'auth.user-store': 'test/unit/language/wiring.test.ts',
  'authz.enforcer': 'test/workerd/doors.test.ts',
  openapi: 'test/workerd/openapi.test.ts',
  'secrets.aws': 'test/unit/language/stored-secrets.test.ts',
  'secrets.gcp': 'test/unit/language/stored-secrets.test.ts',
  'secrets.vault': 'test/unit/language/stored-secrets.test.ts',
};
