import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { type FakeScopeOptions, fakeScope } from './fake-scope.ts';
import { answerOf, inputOf, issuesOf, runPure } from './run-step.ts';

const order = { product_id: 'SKU-001', quantity: 3, customer_id: 'cust_789' };
const request = {
  method: 'POST',
  path: '/api/orders',
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_xyz789' },
  body: order,
  body_size: 245,
  path_params: {},
  query: {},
};

interface Case {
  name: string;
  config: Json;
  scope?: FakeScopeOptions;
  input?: Json;
  output?: Json;
  /** Code of the failure. */
  fails?: string;
}

function outputOf(type: string, { config, scope }: Case): Json | { failed: string } {
  try {
    const outcome = runPure(type, config, fakeScope(scope));
    if (outcome.kind === 'refused') throw new Error('a step without I/O has no breaker');
    if (outcome.kind === 'wait') return outcome.wait as unknown as Json;
    return outcome.kind === 'failed' ? { failed: outcome.error.code } : outcome.output;
  } catch (error) {
    if (error instanceof Problem) return { failed: error.code };
    throw error;
  }
}

function table(type: string, cases: Case[]): void {
  describe(type, () => {
    it.each(cases)('$name', (one) => {
      if (one.input !== undefined) expect(inputOf(type, one.config, fakeScope(one.scope))).toEqual(one.input);
      expect(outputOf(type, one)).toEqual(one.fails ? { failed: one.fails } : one.output);
    });
  });
}

table('step.request_parse', [
  {
    name: 'the order of the product document',
    config: { parse_body: true },
    scope: { trigger: request },
    input: { headers: request.headers, body_size: 245 },
    output: { body: order, path_params: {} },
  },
  {
    name: 'nothing configured takes all there is',
    config: {},
    scope: { trigger: { ...request, path_params: { id: '7' }, query: { flag: 'a' } } },
    output: { body: order, path_params: { id: '7' }, query: { flag: 'a' } },
  },
  {
    name: 'only the path parameters named',
    config: { path_params: ['id'], parse_body: false },
    scope: { trigger: { ...request, path_params: { id: '7', other: '8' } } },
    input: { headers: request.headers, body_size: 245, parse_body: false, path_params: ['id'] },
    output: { path_params: { id: '7' } },
  },
  {
    name: 'query parameters named and missing',
    config: { query_params: ['page'], parse_body: false },
    scope: { trigger: { ...request, query: { sort: 'asc' } } },
    output: { path_params: {}, query: {} },
  },
  {
    name: 'headers by any case',
    config: { parse_headers: ['X-Request-Id', 'Absent'], parse_body: false },
    scope: { trigger: request },
    output: { path_params: {}, headers: { 'x-request-id': 'req_xyz789' } },
  },
  {
    name: 'credentials stay out of the log',
    config: { parse_body: false },
    scope: { trigger: { ...request, headers: { authorization: 'Bearer abc', Cookie: 'sid=1', accept: '*/*' } } },
    input: { headers: { authorization: '[hidden]', Cookie: '[hidden]', accept: '*/*' }, body_size: 245, parse_body: false },
    output: { path_params: {} },
  },
  {
    name: 'fields are lifted',
    config: { fields: ['product_id', 'absent'] },
    scope: { trigger: request },
    output: { product_id: 'SKU-001', body: order, path_params: {} },
  },
  { name: 'the body is merged', config: { merge_body: true }, scope: { trigger: request }, output: { ...order, body: order, path_params: {} } },
  {
    name: 'a body with a field named body keeps the whole body',
    config: { merge_body: true },
    scope: { trigger: { ...request, body: { body: 1 } } },
    output: { body: { body: 1 }, path_params: {} },
  },
  { name: 'no body', config: {}, scope: { trigger: { ...request, body: null, body_size: 0 } }, output: { path_params: {} } },
  {
    name: 'a form by its content type, with a repeated name',
    config: {},
    scope: { trigger: { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body: 'a=1&b=x+y&a=2' } },
    output: { body: { a: ['1', '2'], b: 'x y' }, path_params: {} },
  },
  {
    name: 'a form does not reach the prototype',
    config: { format: 'form' },
    scope: { trigger: { ...request, body: '__proto__=1&constructor=2' } },
    output: { body: JSON.parse('{"__proto__":"1","constructor":"2"}') as Json, path_params: {} },
  },
  {
    name: 'JSON in text of another type, asked for',
    config: { format: 'json' },
    scope: { trigger: { ...request, headers: { 'content-type': 'text/plain' }, body: '{"a":1}' } },
    output: { body: { a: 1 }, path_params: {} },
  },
  {
    name: 'JSON asked for and not there',
    config: { format: 'json' },
    scope: { trigger: { ...request, headers: { 'content-type': 'text/plain' }, body: '{"a":' } },
    fails: 'invalid_json',
  },
  {
    name: 'a JSON text that looks like JSON is not decoded twice',
    config: { format: 'json' },
    scope: { trigger: { ...request, body: '{"a":1}' } },
    output: { body: '{"a":1}', path_params: {} },
  },
  { name: 'text stays text', config: { format: 'text' }, scope: { trigger: { ...request, body: 'a=1' } }, output: { body: 'a=1', path_params: {} } },
  {
    name: 'data of an execution that did not come over HTTP',
    config: {},
    scope: { trigger: order },
    input: { headers: {}, body_size: 62 },
    output: { body: order, path_params: {} },
  },
  {
    name: 'size in bytes, not characters',
    config: {},
    scope: { trigger: { method: 'POST', headers: {}, body: 'äö' } },
    input: { headers: {}, body_size: 4 },
    output: { body: 'äö', path_params: {} },
  },
]);

const items = [
  { product_id: 'SKU-1', quantity: 2, price: 10 },
  { product_id: 'SKU-2', quantity: 1, price: 5 },
];

table('step.jq', [
  {
    name: 'the transform of the product document',
    config: {
      expression: `.trigger.items | map({
          sku: .product_id,
          qty: .quantity,
          subtotal: (.price * .quantity),
          tax: (.price * .quantity * 0.08)
        }) | {
          items: .,
          total: (map(.subtotal + .tax) | add),
          item_count: length
        }`,
    },
    scope: { trigger: { items } },
    output: {
      items: [
        { sku: 'SKU-1', qty: 2, subtotal: 20, tax: 1.6 },
        { sku: 'SKU-2', qty: 1, subtotal: 5, tax: 0.4 },
      ],
      total: 27,
      item_count: 2,
    },
  },
  {
    name: 'the input of the log is the program, not the whole context',
    config: { expression: '.a', input_from: 'steps.x' },
    scope: { steps: { x: { a: 1 } } },
    input: { expression: '.a', input_from: 'steps.x' },
    output: 1,
  },
  {
    name: 'input is the whole context',
    config: { expression: '[.trigger.id, .steps.x.y, .meta.execution_id, .flat]' },
    scope: { trigger: { id: 7 }, steps: { x: { y: 8 } }, flat: { flat: 9 } },
    output: [7, 8, 'exec_1', 9],
  },
  { name: 'several results are a list', config: { expression: '1, 2' }, output: [1, 2] },
  { name: 'no result is null', config: { expression: 'empty' }, output: null },
  { name: 'the time is that of the turn', config: { expression: 'now | todate' }, output: '2026-02-15T14:30:00Z' },
  { name: 'an error of the program', config: { expression: '.trigger | error("no")' }, fails: 'jq_failed' },
  { name: 'a halt with an error', config: { expression: '"no" | halt_error' }, fails: 'jq_failed' },
  { name: 'an input that is not there', config: { expression: '.', input_from: 'steps.gone' }, fails: 'jq_failed' },
  { name: 'a program without an end', config: { expression: 'reduce range(1e12) as $i ("x"; . + .)' }, fails: 'program_limit' },
  { name: 'a program that is none', config: { expression: '.a |' }, fails: 'jq_failed' },
]);

table('step.set', [
  {
    name: 'typed and nested',
    config: { values: { a: 1, b: true, c: null, d: { e: ['x', 2.5] } } },
    input: { values: { a: 1, b: true, c: null, d: { e: ['x', 2.5] } } },
    output: { a: 1, b: true, c: null, d: { e: ['x', 2.5] } },
  },
  { name: 'nothing', config: { values: {} }, output: {} },
]);

table('step.log', [
  {
    name: 'a message of the trigger is not hidden by it',
    config: { message: 'hello', fields: { n: 1 } },
    input: { level: 'info', message: 'hello', fields: { n: 1 } },
    output: { logged: true },
  },
]);

table('step.validate', [
  {
    name: 'the order of the product document',
    config: { strategy: 'required_fields', required_fields: ['product_id', 'quantity', 'customer_id'] },
    scope: { flat: order },
    input: { strategy: 'required_fields', required_fields: ['product_id', 'quantity', 'customer_id'] },
    output: { valid: true },
  },
  { name: 'a field is missing', config: { required_fields: ['product_id', 'total'] }, scope: { flat: order }, fails: 'validation_failed' },
  { name: 'null is missing', config: { required_fields: ['a'] }, scope: { flat: { a: null } }, fails: 'validation_failed' },
  {
    name: 'false, zero and empty text are there',
    config: { required_fields: ['a', 'b', 'c'] },
    scope: { flat: { a: false, b: 0, c: '' } },
    output: { valid: true },
  },
  {
    name: 'a path into an object and a list',
    config: { required_fields: ['a.b', 'c.0.d'] },
    scope: { flat: { a: { b: 1 }, c: [{ d: 1 }] } },
    output: { valid: true },
  },
  { name: 'a name with a dot in it', config: { required_fields: ['a.b'] }, scope: { flat: { 'a.b': 1 } }, output: { valid: true } },
  { name: 'what every object inherits is not there', config: { required_fields: ['toString'] }, scope: { flat: {} }, fails: 'validation_failed' },
  {
    name: 'a source',
    config: { required_fields: ['x'], source: 'steps.parse.body' },
    scope: { steps: { parse: { body: { x: 1 } } } },
    output: { valid: true },
  },
  { name: 'a source with nothing in it', config: { required_fields: ['x'], source: 'steps.parse.body' }, fails: 'validation_failed' },
  {
    name: 'a source that is no object',
    config: { required_fields: ['x'], source: 'trigger.body' },
    scope: { trigger: { body: 'text' } },
    fails: 'validation_failed',
  },
  {
    name: 'a schema that holds',
    config: { strategy: 'json_schema', schema: { type: 'object', required: ['quantity'], properties: { quantity: { type: 'integer', minimum: 1 } } } },
    scope: { flat: order },
    output: { valid: true },
  },
  {
    name: 'a schema under its other name',
    config: { json_schema: { type: 'object', properties: { quantity: { type: 'integer', maximum: 2 } } } },
    scope: { flat: order },
    fails: 'validation_failed',
  },
  { name: 'no schema allows anything', config: { strategy: 'json_schema' }, scope: { flat: order }, output: { valid: true } },
  { name: 'a schema that only a template names', config: { schema: 'order' }, scope: { flat: order }, fails: 'step_config_invalid' },
  { name: 'a schema that is none', config: { schema: { $ref: '#/$defs/absent' } }, scope: { flat: order }, fails: 'step_config_invalid' },
  { name: 'a condition that holds', config: { expression: 'quantity > 0' }, scope: { conditions: { 'quantity > 0': true } }, output: { valid: true } },
  { name: 'a condition that does not', config: { expression: 'quantity > 9' }, scope: { conditions: { 'quantity > 9': false } }, fails: 'validation_failed' },
]);

describe('faults of step.validate', () => {
  const faults = (config: Json, scope: FakeScopeOptions) => {
    const outcome = runPure('step.validate', config, fakeScope(scope));
    if (outcome.kind !== 'failed') throw new Error('it did not fail');
    return outcome.error;
  };

  it('names every missing field', () => {
    expect(faults({ required_fields: ['a', 'b'] }, { flat: {} })).toEqual({
      code: 'validation_failed',
      message: 'a is required. b is required.',
      retryable: false,
      details: [
        { code: 'required', message: 'a is required.', path: 'a' },
        { code: 'required', message: 'b is required.', path: 'b' },
      ],
    });
  });

  it('names the place inside a schema, and only the innermost fault', () => {
    const schema = {
      type: 'object',
      properties: { items: { type: 'array', items: { type: 'object', properties: { quantity: { type: 'integer', minimum: 1 } } } } },
    };
    expect(faults({ schema, source: 'trigger' }, { trigger: { items: [{ quantity: 1 }, { quantity: 0 }] } }).details).toEqual([
      { code: 'minimum', message: expect.any(String), path: 'items.1.quantity' },
    ]);
  });

  it('uses the message given for a condition', () => {
    expect(faults({ expression: 'a', message: 'Not today.' }, { conditions: { a: false } }).message).toBe('Not today.');
  });

  it('says once what is too much, and where it stands', () => {
    const schema = { type: 'object', properties: { a: { type: 'object', properties: { b: {} }, additionalProperties: false } } };
    expect(faults({ schema, source: 'trigger' }, { trigger: { a: { b: 1, more: 2 } } }).details).toEqual([
      { code: 'additionalProperties', message: 'a.more is not known here.', path: 'a.more' },
    ]);
  });

  it('data of another type than a condition compares do not satisfy it', () => {
    const test = () => {
      throw new Problem('expression_error', 'A text cannot be ordered against a number.');
    };
    const outcome = runPure('step.validate', { expression: 'n > 3' }, { ...fakeScope({}), test });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'validation_failed', message: expect.stringContaining('cannot be ordered') } });
  });

  it('bounds the list', () => {
    const error = faults({ required_fields: Array.from({ length: 80 }, (_, i) => `f${i}`) }, { flat: {} });
    expect(error.details).toHaveLength(50);
    expect(error.message).toBe('f0 is required. f1 is required. f2 is required. And 77 more.');
  });
});

table('step.json_response', [
  {
    name: 'the answer of the product document',
    config: { status: 201, body: { order_id: 'ord_abc123', status: 'confirmed' } },
    input: { status: 201, body: { order_id: 'ord_abc123', status: 'confirmed' } },
    output: { http_status: 201, body_size: 46 },
  },
  {
    name: 'a body from a path',
    config: { body_from: 'steps.get.row' },
    scope: { steps: { get: { row: { id: 1 } } } },
    input: { status: 200, body: { id: 1 } },
    output: { http_status: 200, body_size: 8 },
  },
  {
    name: 'a body from nowhere is null',
    config: { body_from: 'steps.get.row' },
    input: { status: 200, body: null },
    output: { http_status: 200, body_size: 4 },
  },
  {
    name: 'text that holds an object is decoded',
    config: { body: '{"a": [1]}' },
    input: { status: 200, body: { a: [1] } },
    output: { http_status: 200, body_size: 9 },
  },
  { name: 'other text stays text', config: { body: '{not json' }, input: { status: 200, body: '{not json' }, output: { http_status: 200, body_size: 11 } },
  { name: 'a number in text is not decoded', config: { body: '007' }, input: { status: 200, body: '007' }, output: { http_status: 200, body_size: 5 } },
  { name: 'no body', config: { status: 200 }, input: { status: 200 }, output: { http_status: 200, body_size: 0 } },
  { name: '204 has none', config: { status: 204, body: { a: 1 } }, output: { http_status: 204, body_size: 0 } },
  { name: 'the older spelling', config: { status_code: 201 }, input: { status: 201 }, output: { http_status: 201, body_size: 0 } },
  {
    name: 'a status from a path',
    config: { status_from: 'steps.call.code' },
    scope: { steps: { call: { code: 404 } } },
    output: { http_status: 404, body_size: 0 },
  },
  {
    name: 'a status from a path, as text',
    config: { status_from: 'steps.call.code' },
    scope: { steps: { call: { code: '409' } } },
    output: { http_status: 409, body_size: 0 },
  },
  { name: 'a status from nowhere falls back', config: { status_from: 'steps.call.code', status: 202 }, output: { http_status: 202, body_size: 0 } },
  { name: 'a status from nowhere', config: { status_from: 'steps.call.code' }, fails: 'step_config_invalid' },
  { name: 'a status that is none', config: { status_from: 'steps.call.code' }, scope: { steps: { call: { code: 42 } } }, fails: 'step_config_invalid' },
  {
    name: 'headers in lower case and as text',
    config: { headers: { 'X-Count': 3 } },
    input: { status: 200, headers: { 'x-count': '3' } },
    output: { http_status: 200, body_size: 0 },
  },
]);

table('step.raw_response', [
  {
    name: 'text',
    config: { content_type: 'text/html', body: '<p>ä</p>' },
    input: { status: 200, content_type: 'text/html', body: '<p>ä</p>' },
    output: { http_status: 200, content_type: 'text/html', body_size: 9 },
  },
  {
    name: 'an object from a path becomes JSON',
    config: { body_from: 'steps.a.b' },
    scope: { steps: { a: { b: { c: 1 } } } },
    output: { http_status: 200, content_type: 'text/plain; charset=utf-8', body_size: 7 },
  },
  {
    name: 'bytes',
    config: { content_type: 'image/gif', body: 'R0lGODlhAQ==', encoding: 'base64' },
    output: { http_status: 200, content_type: 'image/gif', body_size: 7 },
  },
  { name: 'no base64', config: { body: 'no!', encoding: 'base64' }, fails: 'step_config_invalid' },
]);

describe('what is there for look-ups only', () => {
  it('is not part of the request', () => {
    const trigger = Object.defineProperties({ method: 'GET', headers: {}, query: { body: 'x' } }, { body: { value: 'x' }, body_size: { value: 9 } });
    const scope = fakeScope({ trigger });
    expect(inputOf('step.request_parse', {}, scope)).toEqual({ headers: {}, body_size: 0 });
    expect(runPure('step.request_parse', {}, scope)).toEqual({ kind: 'completed', output: { path_params: {}, query: { body: 'x' } } });
  });
});

describe('answers', () => {
  it.each([
    [
      'step.json_response',
      { status: 201, headers: { 'X-A': 'b' }, body: { a: 1 } },
      { status: 201, headers: { 'content-type': 'application/json', 'x-a': 'b' }, body: '{"a":1}' },
    ],
    [
      'step.json_response',
      { headers: { 'Content-Type': 'application/problem+json' }, body: null },
      { status: 200, headers: { 'content-type': 'application/problem+json' }, body: 'null' },
    ],
    ['step.json_response', { status: 204 }, { status: 204, headers: {}, body: '' }],
    [
      'step.json_response',
      { headers: { 'x-a': 'one\r\nset-cookie: b' } },
      { status: 200, headers: { 'content-type': 'application/json', 'x-a': 'one set-cookie: b' }, body: '' },
    ],
    [
      'step.raw_response',
      { content_type: 'image/gif', body: 'R0lG', encoding: 'base64' },
      { status: 200, headers: { 'content-type': 'image/gif' }, body: 'R0lG', encoding: 'base64' },
    ],
    ['step.raw_response', { body: 'hi' }, { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'hi' }],
  ])('%s %j', (type, config, answer) => {
    expect(answerOf(type, config, fakeScope())).toEqual(answer);
  });
});

describe('step.delay', () => {
  const now = Date.UTC(2026, 1, 15, 14, 30);
  it.each([
    [{ duration: '90s' }, { kind: 'sleep', until: now + 90_000, output: { waited_ms: 90_000 } }],
    [{ duration: 5 }, { kind: 'sleep', until: now + 5_000, output: { waited_ms: 5_000 } }],
    [{ until: '2026-02-15T15:00:00Z' }, { kind: 'sleep', until: now + 1_800_000, output: { waited_ms: 1_800_000 } }],
    [{ until: '2020-01-01T00:00:00Z' }, { kind: 'completed', output: { waited_ms: 0 } }],
    [{ duration: 0 }, { kind: 'completed', output: { waited_ms: 0 } }],
  ])('%j', (config, outcome) => {
    expect(runPure('step.delay', config, fakeScope({ now }))).toEqual(outcome);
  });

  it('keeps the instant that was fixed first, however late it runs', () => {
    expect(inputOf('step.delay', { duration: '1m' }, fakeScope({ now }))).toEqual({ duration: '1m', until: '2026-02-15T14:31:00.000Z' });
  });

  it.each([[{ until: 'tomorrow' }], [{ duration: '400d' }]])('refuses %j', (config) => {
    expect(() => inputOf('step.delay', config, fakeScope())).toThrow(expect.objectContaining({ code: 'step_config_invalid' }));
  });
});

describe('settings that are refused', () => {
  it.each([
    ['step.set', { value: {} }, 'values'],
    ['step.set', { values: {}, other: 1 }, 'other'],
    ['step.delay', {}, 'either duration or until'],
    ['step.delay', { duration: '5 minutes' }, 'a duration such as'],
    ['step.delay', { duration: '5' }, 'a duration such as'],
    ['step.delay', { duration: '5s', until: '2026-01-01T00:00:00Z' }, 'either duration or until'],
    ['step.validate', {}, 'required_fields needs a list'],
    ['step.validate', { strategy: 'expression' }, 'needs an expression'],
    ['step.validate', { schema: {}, json_schema: {} }, 'give one'],
    ['step.json_response', { status: 99 }, 'status'],
    ['step.json_response', { status: 101 }, 'status'],
    ['step.conditional', {}, 'either field with routes'],
    ['step.conditional', { field: 'a' }, 'routes are needed'],
    ['step.conditional', { if: 'a' }, 'if needs then'],
    // biome-ignore lint/suspicious/noThenProperty: the dialect's name
    ['step.conditional', { field: 'a', routes: {}, then: 'b' }, 'then and else need if'],
    ['step.conditional', { field: 'a', routes: { x: 'y' }, cases: ['x', 'z'] }, 'a case has no route'],
    ['step.http_call', {}, 'url'],
    ['step.http_call', { url: 'http://a', method: 'TRACE' }, 'method'],
    ['step.http_call', { url: 'http://a', method: 'GET', body: {} }, 'carry no body'],
    ['step.http_call', { url: 'http://a', body: {}, body_from: 'trigger' }, 'either body or body_from'],
    ['step.http_call', { url: 'http://a', max_response_size: 'big' }, 'a size such as'],
    ['step.publish', { topic: 'a', payload: 1, payload_from: 'b' }, 'either payload or payload_from'],
    ['step.transform', { operations: [] }, 'operations'],
    ['step.transform', { operations: [{ type: 'explode' }] }, 'operations.0'],
    ['step.db_query', { database: 'a', query: '' }, 'query'],
  ])('%s %j', (type, config, part) => {
    expect(issuesOf(type, config).join('\n')).toContain(part);
  });
});
