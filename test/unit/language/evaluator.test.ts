// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/** What a step is given and what it sees: contexts, types, secrets, routes, failures. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Definition } from '#contracts/definition';
import type { Activity, ConditionalNode } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { Scope, StepFacts } from '#contracts/step';
import type { EvaluationFrame } from '#engine/ports';
import { createEvaluator, type RunnableStep } from '#language/evaluator';
import { buildContext, type ContextParts, createScope, type FinishedStep } from '#language/scope';

const httpTrigger: JsonObject = {
  method: 'POST',
  path: '/orders/7',
  headers: { host: 'x' },
  body: { id: 'from-body', order_id: 'o1', method: 'card', total: 12.5 },
  query: { id: 'from-query', page: '2' },
  path_params: { id: '7' },
};

function contextOf(parts: Partial<ContextParts> = {}): JsonObject {
  return buildContext({ trigger: httpTrigger, triggerType: 'http', steps: [], meta: { execution_id: 'exec_1' }, ...parts });
}

function frameOf(context: JsonObject, strict = false): EvaluationFrame {
  const pipeline = { name: 'p', trigger: { type: 'http' as const, config: {} }, nodes: [], on_error: 'stop' as const, strict_templates: strict };
  const definition: Definition = { format: 1, hash: 'h', name: 'a', pipelines: { p: pipeline }, routes: [], databases: {}, config: { server: { port: 80 } } };
  return { definition, pipeline, context, now: Date.UTC(2026, 0, 1) };
}

describe('the context', () => {
  const steps: FinishedStep[] = [
    { name: 'book-flight', output: { id: 1, total: 1 }, response: { status_code: 201 } },
    { name: 'own-output', output: { output: 'mine', id: 2 } },
    { name: 'list', output: ['a', 'b'] },
    { name: 'number', output: 5 },
  ];
  const scope = createScope(frameOf(contextOf({ steps })));
  const lookups: [path: string, expected: Json | undefined][] = [
    // The trigger's own fields, then path over query over body
    ['trigger.method', 'POST'],
    ['trigger.body.method', 'card'],
    ['trigger.id', '7'],
    ['trigger.page', '2'],
    ['trigger.order_id', 'o1'],
    ['trigger.nothing', undefined],
    // Flat
    ['order_id', 'o1'],
    ['page', '2'],
    ['path', '/orders/7'],
    ['method', 'POST'],
    ['id', 2],
    ['total', 1],
    // Steps
    ['steps.book-flight.id', 1],
    ['steps.book-flight.output.id', 1],
    ['steps.book-flight.output', { id: 1, total: 1 }],
    ['steps.book-flight.response.status_code', 201],
    ['steps.own-output.output', 'mine'],
    ['steps.own-output.response', undefined],
    ['steps.list.output', ['a', 'b']],
    ['steps.list.result[1]', 'b'],
    ['steps.list.output.length', 2],
    ['steps.number.output', 5],
    ['steps["book-flight"].id', 1],
    ['steps.nothing.output', undefined],
    ['meta.execution_id', 'exec_1'],
    ['constructor', undefined],
    ['steps.book-flight.constructor', undefined],
    ['not a path[', undefined],
    ['', undefined],
  ];
  it.each(lookups)('%s', (path, expected) => {
    expect(scope.lookup(path)).toEqual(expected);
  });

  it('keeps look-ups out of what is written', () => {
    expect(JSON.parse(JSON.stringify(scope.context.trigger))).toEqual(httpTrigger);
    expect(JSON.parse(JSON.stringify(scope.context.steps))).toEqual({
      'book-flight': { id: 1, total: 1 },
      'own-output': { output: 'mine', id: 2 },
      list: { result: ['a', 'b'] },
      number: { result: 5 },
    });
  });

  it('cannot be hidden by data', () => {
    const context = contextOf({
      trigger: { steps: 'x', trigger: 'x', meta: 'x' },
      triggerType: 'manual',
      steps: [{ name: 's', output: { steps: 1, meta: 2, trigger: 3 } }],
    });
    expect(context.meta).toEqual({ execution_id: 'exec_1' });
    expect(context.trigger).toEqual({ steps: 'x', trigger: 'x', meta: 'x' });
    expect(Object.keys(context.steps as JsonObject)).toEqual(['s']);
  });

  it('is safe from __proto__', () => {
    const hostile = JSON.parse('{"body": {"__proto__": {"admin": true}, "a": 1}}') as JsonObject;
    const context = contextOf({ trigger: hostile, steps: [{ name: '__proto__', output: { x: 1 } }] });
    expect(createScope(frameOf(context)).lookup('admin')).toBeUndefined();
    expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
    expect(({} as JsonObject).admin).toBeUndefined();
  });

  it('gives what started it, whatever that is', () => {
    expect(contextOf({ trigger: [1, 2], triggerType: 'manual' }).trigger).toEqual([1, 2]);
    expect(contextOf({ trigger: { customer: 5 }, triggerType: 'manual' })).toMatchObject({ customer: 5, trigger: { customer: 5 } });
    const event = contextOf({ trigger: { id: 'e1', type: 't', data: { customer: 5, id: 'inner' } }, triggerType: 'event' });
    expect(event).toMatchObject({ customer: 5, id: 'inner' });
    expect(createScope(frameOf(event)).lookup('trigger.customer')).toBe(5);
  });

  it('does not change what it was given', () => {
    const frozen = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) frozen(each);
      return Object.freeze(value);
    };
    const parts = { trigger: frozen(structuredClone(httpTrigger)), steps: frozen(structuredClone(steps)) };
    expect(() => contextOf(parts)).not.toThrow();
  });
});

const schema = z.strictObject({
  text: z.string().optional(),
  count: z.number().optional(),
  flag: z.boolean().optional(),
  any: z.any().optional(),
  list: z.array(z.string()).optional(),
  either: z.union([z.string(), z.number()]).optional(),
  map: z.record(z.string(), z.string()).optional(),
  condition: z.string().optional(),
  sql: z.string().meta({ literal: true }).optional(),
});

function facts(type: string, more: Partial<StepFacts> = {}): StepFacts {
  return {
    type,
    summary: '',
    kind: 'activity',
    pure: false,
    responds: false,
    idempotent: false,
    defaultTimeoutMs: 1,
    schema,
    paths: [],
    expressions: ['condition'],
    ...more,
  };
}

const catalog = new Map(
  [
    facts('effect'),
    facts('pure', { pure: true }),
    facts('moving'),
    facts('breaking'),
    facts('failing'),
    facts('answering', { pure: true, responds: true }),
  ].map((each) => [each.type, each]),
);
const code = new Map<string, RunnableStep>([
  ['effect', {}],
  ['pure', { run: (input: Json, scope: Scope) => ({ kind: 'completed', output: { input, now: scope.now, sees: scope.lookup('order_id') ?? null } }) }],
  ['moving', { prepare: (config: JsonObject) => ({ deep: [JSON.stringify(config), { url: `https://x/?k=${encodeURIComponent(String(config.text))}` }] }) }],
  [
    'breaking',
    {
      prepare: (config: JsonObject) => {
        throw new Problem('invalid_url', `no such thing: ${String(config.text)}`);
      },
      run: () => {
        throw new Problem('validation_failed', 'no', { errors: [{ code: 'required', message: 'is missing', path: 'a' }] });
      },
    },
  ],
  [
    'failing',
    {
      run: () => {
        throw new TypeError('secret internals at /srv/app.ts:1');
      },
    },
  ],
  ['answering', { run: () => ({ kind: 'completed', output: null }), answer: (input: Json) => ({ status: 200, headers: {}, body: JSON.stringify(input) }) }],
]);
const evaluator = createEvaluator(code, catalog);

function activity(config: JsonObject, type = 'effect', more: Partial<Activity> = {}): Activity {
  return { type, config, pure: false, responds: false, detached: false, timeout_ms: 1, idempotent: false, ...more };
}

const context = contextOf({
  steps: [{ name: 'a', output: { n: 1_000_000, s: 'text', o: { k: 1 }, l: ['x'], yes: true, none: null, evil: '${API_KEY} {{ .order_id }}', digits: '42' } }],
});
const frame = frameOf(context);

describe('settings', () => {
  const rows: [JsonObject, Json][] = [
    [{ any: '{{ .n }}' }, { any: 1_000_000 }],
    [{ any: 'n {{ .n }}' }, { any: 'n 1000000' }],
    [{ count: '{{ .n }}' }, { count: 1_000_000 }],
    [{ count: '{{ .digits }}' }, { count: 42 }],
    [{ count: '4{{ .digits }}' }, { count: 442 }],
    [{ text: '{{ .n }}' }, { text: '1000000' }],
    [{ text: '{{ .yes }}' }, { text: 'true' }],
    [{ text: '{{ .o }}' }, { text: '{"k":1}' }],
    [{ text: '{{ .missing }}' }, { text: '' }],
    [{ any: '{{ .missing }}' }, { any: '' }],
    [{ any: '{{ .none }}' }, { any: null }],
    [{ flag: '{{ .yes }}' }, { flag: true }],
    [{ flag: '{{ eq .s "text" }}' }, { flag: true }],
    [{ flag: '{{ toString .yes }}' }, { flag: true }],
    [{ list: '{{ .l }}' }, { list: ['x'] }],
    [{ list: '{{ json .l }}' }, { list: ['x'] }],
    [{ list: ['{{ .n }}', 'plain'] }, { list: ['1000000', 'plain'] }],
    [{ either: '{{ .n }}' }, { either: 1_000_000 }],
    [{ either: '{{ .yes }}' }, { either: 'true' }],
    [{ map: { a: '{{ .n }}', b: '{{ .yes }}' } }, { map: { a: '1000000', b: 'true' } }],
    [{ any: { deep: [{ x: '{{ .o }}' }] } }, { any: { deep: [{ x: { k: 1 } }] } }],
    [{ any: { _from: 'steps.a.o' } }, { any: { k: 1 } }],
    [{ any: { x: [{ _from: 'steps.a.output.l' }] } }, { any: { x: [['x']] } }],
    [{ any: { _from: 'steps.a.nothing' } }, { any: null }],
    [{ any: { _from: 'steps.a.o', more: 1 } }, { any: { _from: 'steps.a.o', more: 1 } }],
    [{ text: '${ steps.a.s }-${ body.total }' }, { text: 'text-12.5' }],
    [{ count: '${ steps.a.n + 1 }' }, { count: 1_000_001 }],
    [{ any: '{{ config "server.port" }}' }, { any: 80 }],
    [{ condition: 'a > "{{ .n }}"' }, { condition: 'a > "{{ .n }}"' }],
    [{ sql: "SELECT '{{ .n }}' || '${KEY}'" }, { sql: "SELECT '{{ .n }}' || '${KEY}'" }],
    [{ text: '{{ .id }} {{ .order_id }}' }, { text: '7 o1' }],
  ];
  it.each(rows)('%j', (config, expected) => {
    expect(evaluator.resolve('s', activity(config), frame)).toEqual({ kind: 'ready', input: expected, secrets: [] });
  });

  const refused: [JsonObject, string, RegExp][] = [
    [{ count: '{{ .s }}' }, 'step_config_invalid', /Step "s": config\.count/],
    [{ count: '{{ .missing }}' }, 'step_config_invalid', /config\.count/],
    [{ flag: '{{ .n }}' }, 'step_config_invalid', /config\.flag/],
    [{ list: '{{ .s }}' }, 'step_config_invalid', /config\.list/],
    [{ text: '{{ div 1 0 }}' }, 'template_error', /Step "s", config\.text: div by zero/],
    [{ any: { x: '{{ toInt .s }}' } }, 'template_error', /config\.any\.x/],
    [{ text: '${ steps.a.s > 5 }' }, 'expression_error', /config\.text/],
  ];
  it.each(refused)('%j is refused', (config, problem, message) => {
    const result = evaluator.resolve('s', activity(config), frame);
    expect(result).toMatchObject({ kind: 'error', error: { code: problem, message: expect.stringMatching(message) } });
  });

  it('names key and step of a missing value under strict_templates', () => {
    const strict = frameOf(context, true);
    expect(evaluator.resolve('charge', activity({ any: { url: 'x/{{ .order }}' } }), strict)).toMatchObject({
      kind: 'error',
      error: { code: 'missing_value', message: 'Step "charge", config.any.url: ".order" is not there.' },
    });
    expect(evaluator.resolve('charge', activity({ any: { _from: 'steps.b.x' } }), strict)).toMatchObject({ error: { code: 'missing_value' } });
    expect(evaluator.resolve('charge', activity({ any: '{{ .order | default "x" }}' }), strict)).toMatchObject({ kind: 'ready', input: { any: 'x' } });
  });

  it('does not write to the settings', () => {
    const config: JsonObject = { map: { a: '{{ .n }}' }, any: { still: ['x'] } };
    const before = structuredClone(config);
    evaluator.resolve('s', activity(config), frame);
    expect(config).toEqual(before);
  });

  it('renders the idempotency key', () => {
    expect(evaluator.resolve('s', activity({}, 'effect', { idempotency_key: 'k_{{ .order_id }}' }), frame)).toMatchObject({ idempotency_key: 'k_o1' });
    expect(evaluator.resolve('s', activity({}, 'effect', { idempotency_key: '{{ .missing }}' }), frame)).toMatchObject({
      kind: 'error',
      error: { code: 'template_error' },
    });
  });

  it.each([
    ['too long', 'x'.repeat(1025), 'has 1025 characters, and 1024 is the most'],
    ['no text', 'half \ud800', 'half a surrogate pair'],
  ])('refuses an idempotency key that is %s', (_, order_id, fault) => {
    const resolved = evaluator.resolve('s', activity({}, 'effect', { idempotency_key: '{{ .order_id }}' }), {
      ...frame,
      context: { ...frame.context, order_id },
    });
    expect(resolved).toMatchObject({ kind: 'error', error: { code: 'template_error', message: expect.stringContaining(fault) } });
  });

  it('knows an unknown type', () => {
    expect(evaluator.resolve('s', activity({}, 'gone'), frame)).toMatchObject({ kind: 'error', error: { code: 'unknown_step_type' } });
  });
});

describe('secrets', () => {
  it('stay names, with their place', () => {
    const config = { text: 'Bearer ${API_KEY}', any: [{ a: '${A}-${B}' }, '{{ .order_id }}/${API_KEY}'], map: { h: '${A}' } };
    expect(evaluator.resolve('s', activity(config), frame)).toEqual({
      kind: 'ready',
      input: { text: 'Bearer ${API_KEY}', any: [{ a: '${A}-${B}' }, 'o1/${API_KEY}'], map: { h: '${A}' } },
      secrets: [
        { path: ['text'], start: 7, name: 'API_KEY' },
        { path: ['any', 0, 'a'], start: 0, name: 'A' },
        { path: ['any', 0, 'a'], start: 5, name: 'B' },
        { path: ['any', 1], start: 3, name: 'API_KEY' },
        { path: ['map', 'h'], start: 0, name: 'A' },
      ],
    });
  });

  it('are never named by data', () => {
    const config = { text: '{{ .evil }} ${REAL}', any: { _from: 'steps.a.evil' } };
    const result = evaluator.resolve('s', activity(config), frame);
    expect(result).toEqual({
      kind: 'ready',
      input: { text: '${API_KEY} {{ .order_id }} ${REAL}', any: '${API_KEY} {{ .order_id }}' },
      secrets: [{ path: ['text'], start: 27, name: 'REAL' }],
    });
  });

  it('are found again where a step has moved them', () => {
    const result = evaluator.resolve('s', activity({ text: 'a ${KEY}' }, 'moving'), frame);
    expect(result).toEqual({
      kind: 'ready',
      input: { deep: ['{"text":"a ${KEY}"}', { url: 'https://x/?k=a%20${KEY}' }] },
      secrets: [
        { path: ['deep', 0], start: 11, name: 'KEY' },
        { path: ['deep', 1, 'url'], start: 17, name: 'KEY' },
      ],
    });
  });

  it('stay text in a pure step', () => {
    expect(evaluator.resolve('s', activity({ text: '${KEY}' }, 'pure'), frame)).toEqual({ kind: 'ready', input: { text: '${KEY}' }, secrets: [] });
  });

  it('show no marker in an error', () => {
    const broken = evaluator.resolve('s', activity({ text: 'x ${KEY}' }, 'breaking'), frame);
    expect(broken).toMatchObject({ kind: 'error', error: { code: 'invalid_url', message: 'no such thing: x ${KEY}' } });
  });
});

describe('conditions and routes', () => {
  it('answers or explains', () => {
    expect(evaluator.test('steps.a.n > 5', frame)).toEqual({ kind: 'value', value: true });
    expect(evaluator.test('steps.a.s > 5', frame)).toMatchObject({ kind: 'error', error: { code: 'expression_error' } });
    expect(evaluator.test('a >', frame)).toMatchObject({ kind: 'error', error: { code: 'expression_error' } });
    expect(evaluator.test('{{ div 1 0 }}', frame)).toMatchObject({ kind: 'error', error: { code: 'template_error' } });
  });

  function node(more: Partial<ConditionalNode>): ConditionalNode {
    return { kind: 'conditional', name: 'c', index: 0, type: 't', config: {}, select: { by: 'field', field: 'steps.a.s' }, routes: {}, ...more };
  }
  const routed: [Partial<ConditionalNode>, object][] = [
    [{ routes: { text: 3 } }, { kind: 'routed', value: 'text', route: 'text', target: 3 }],
    [
      { routes: { x: 3 }, default: 4 },
      { kind: 'routed', value: 'text', route: 'default', target: 4 },
    ],
    [
      { select: { by: 'field', field: 'steps.a.yes' }, routes: { true: 1 } },
      { kind: 'routed', value: true, route: 'true', target: 1 },
    ],
    [
      { select: { by: 'field', field: 'steps.a.n' }, routes: { 1000000: 1 } },
      { kind: 'routed', value: 1_000_000, route: '1000000', target: 1 },
    ],
    [
      { select: { by: 'field', field: 'steps.a.missing' }, routes: { '': 2 } },
      { kind: 'routed', value: null, route: '', target: 2 },
    ],
    [
      { select: { by: 'field', field: '{{ .s }}-{{ .order_id }}' }, routes: { 'text-o1': 2 } },
      { kind: 'routed', route: 'text-o1', target: 2 },
    ],
    [
      { select: { by: 'expression', expression: 'steps.a.n > 1' }, config: { if: 'x' }, routes: { true: 1, false: 2 } },
      { kind: 'routed', value: true, route: 'true', target: 1 },
    ],
    [
      { select: { by: 'expression', expression: 'steps.a.s' }, config: { if: 'x' }, routes: { true: 1, false: 2 } },
      { kind: 'routed', value: 'text', route: 'true', target: 1 },
    ],
    [
      { select: { by: 'expression', expression: 'missing' }, config: { if: 'x' }, routes: { true: 1, false: 2 } },
      { kind: 'routed', route: 'false', target: 2 },
    ],
    [
      { select: { by: 'expression', expression: 'steps.a.n > 5 ? "big" : "small"' }, routes: { big: 7 } },
      { kind: 'routed', value: 'big', route: 'big', target: 7 },
    ],
    [{ routes: { x: 1 } }, { kind: 'error', error: expect.objectContaining({ code: 'no_route_matched' }) }],
    [
      { select: { by: 'field', field: 'constructor' }, routes: {} },
      { kind: 'error', error: expect.objectContaining({ code: 'no_route_matched' }) },
    ],
  ];
  it.each(routed)('%j', (more, expected) => {
    expect(evaluator.route(node(more), frame)).toMatchObject(expected);
  });
});

describe('running', () => {
  it('gives the step its input and its scope', () => {
    expect(evaluator.run('pure', { a: 1 }, frame)).toEqual({ kind: 'completed', output: { input: { a: 1 }, now: frame.now, sees: 'o1' } });
  });
  it('keeps the code of a problem', () => {
    expect(evaluator.run('breaking', {}, frame)).toMatchObject({
      kind: 'failed',
      error: { code: 'validation_failed', retryable: false, details: [{ code: 'required', message: 'is missing', path: 'a' }] },
    });
  });
  it('shows nothing of the inside', () => {
    const outcome = evaluator.run('failing', {}, frame);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'step_failed' } });
    expect(JSON.stringify(outcome)).not.toMatch(/internals|app\.ts/);
  });
  it('answers', () => {
    expect(evaluator.answer('answering', { a: 1 })).toEqual({ status: 200, headers: {}, body: '{"a":1}' });
    expect(() => evaluator.answer('pure', {})).toThrow(Problem);
  });
});
