/** Steps over texts and requests that need nothing but what they are given. */
import { describe, expect, it } from 'vitest';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { type FakeScopeOptions, fakeScope } from './fake-scope.ts';
import { issuesOf, runPure } from './run-step.ts';

type Row = [name: string, config: Json, scope: FakeScopeOptions, result: Json];

function resultOf(type: string, config: Json, scope: FakeScopeOptions): Json {
  try {
    const outcome = runPure(type, config, fakeScope(scope));
    return outcome.kind === 'failed' ? { failed: outcome.error.code, details: (outcome.error.details ?? null) as Json } : (outcome as { output: Json }).output;
  } catch (error) {
    if (error instanceof Problem) return { failed: error.code };
    throw error;
  }
}
const table = (type: string, rows: Row[]) =>
  describe(type, () => {
    it.each(rows)('%s', (_name, config, scope, result) => {
      expect(resultOf(type, config, scope)).toEqual(result);
    });
  });

table('step.base64_encode', [
  ['text', { input: 'user:pässword' }, {}, { encoded: Buffer.from('user:pässword').toString('base64') }],
  ['text of a path', { input_from: 'trigger.t' }, { trigger: { t: '>>>???' } }, { encoded: 'Pj4+Pz8/' }],
  ['for URLs', { input: '>>>??>', url_safe: true }, {}, { encoded: 'Pj4-Pz8-' }],
  ['without padding for URLs', { input: 'a', url_safe: true }, {}, { encoded: 'YQ' }],
  ['nothing there', { input_from: 'trigger.x' }, { trigger: {} }, { failed: 'step_config_invalid' }],
  ['no text', { input_from: 'trigger.n' }, { trigger: { n: 1 } }, { failed: 'step_config_invalid' }],
]);

table('step.base64_decode', [
  ['either alphabet', { input: 'Pj4-Pz8-' }, {}, { decoded: '>>>??>' }],
  ['umlauts', { input: Buffer.from('ä€').toString('base64') }, {}, { decoded: 'ä€' }],
  ['no base64', { input: '%%%' }, {}, { failed: 'step_failed' }],
  ['bytes that are no text', { input: '/w==' }, {}, { failed: 'step_failed' }],
]);

table('step.json_parse', [
  ['an object', { input: '{"a":{"b":1}}' }, {}, { a: { b: 1 }, value: { a: { b: 1 } } }],
  ['a list', { input_from: 'trigger.t' }, { trigger: { t: '[1]' } }, { value: [1] }],
  ['a field of a prototype is a field', { input: '{"__proto__":1,"a":2}' }, {}, JSON.parse('{"__proto__":1,"a":2,"value":{"__proto__":1,"a":2}}')],
  ['no JSON', { input: '{a}' }, {}, { failed: 'step_failed' }],
  ['too deep', { input: '['.repeat(5000) }, {}, { failed: 'step_failed' }],
]);

table('step.csv_parse', [
  [
    'rows by their names',
    { input: 'id,name\n007,"a, ""b"""\n8,c\n' },
    {},
    {
      rows: [
        { id: '007', name: 'a, "b"' },
        { id: '8', name: 'c' },
      ],
      count: 2,
    },
  ],
  ['typed', { input: 'n,b\n1.5,true\n', numbers: true }, {}, { rows: [{ n: 1.5, b: true }], count: 1 }],
  [
    'lists, another delimiter',
    { input: 'a;b\nc;d', header: false, delimiter: ';' },
    {},
    {
      rows: [
        ['a', 'b'],
        ['c', 'd'],
      ],
      count: 2,
    },
  ],
  ['a byte order mark', { input: '\uFEFFid\n1' }, {}, { rows: [{ id: '1' }], count: 1 }],
  ['nothing', { input: '' }, {}, { rows: [], count: 0 }],
  ['a row that is too short', { input: 'a,b\n1' }, {}, { failed: 'step_failed' }],
  ['a quote that is not closed', { input: 'a,b\n"1,2' }, {}, { failed: 'step_failed' }],
]);

const orders: FakeScopeOptions = {
  steps: {
    q: {
      rows: [
        { id: 1, note: 'x, y', tags: ['a'] },
        { id: 2, note: null },
      ],
    },
  },
};
table('step.csv_format', [
  ['the fields of the first row', { rows_from: 'steps.q.rows' }, orders, { csv: 'id,note,tags\n1,"x, y","[""a""]"\n2,,', count: 2 }],
  [
    'named fields without a header',
    { rows_from: 'steps.q.rows', columns: ['note', 'id'], header: false, delimiter: ';' },
    orders,
    { csv: 'x, y;1\n;2', count: 2 },
  ],
  ['what a spreadsheet would run', { rows_from: 'trigger.r' }, { trigger: { r: [{ a: '=1+1' }] } }, { csv: 'a\n"\'=1+1"', count: 1 }],
  ['no list', { rows_from: 'trigger' }, { trigger: {} }, { failed: 'step_config_invalid' }],
]);

const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const http = (more: object) => ({ trigger: { method: 'GET', headers: {}, path_params: {}, query: {}, ...more } as never });
table('step.validate_path_param', [
  ['a uuid', { params: ['id'], format: 'uuid' }, http({ path_params: { id } }), { id }],
  ['a number', { params: ['n'], format: 'int' }, http({ path_params: { n: '42' } }), { n: 42 }],
  [
    'no number',
    { params: ['n'], format: 'int' },
    http({ path_params: { n: '4x' } }),
    { failed: 'validation_failed', details: [{ code: 'format', message: 'n is not of the form int.', path: 'n' }] },
  ],
  [
    'missing',
    { params: ['id'] },
    http({}),
    { failed: 'validation_failed', details: [{ code: 'required', message: 'id is required in the path.', path: 'id' }] },
  ],
]);

table('step.validate_pagination', [
  ['nothing asked', {}, http({}), { page: 1, limit: 20, offset: 0 }],
  ['a page', {}, http({ query: { page: '3', limit: '50' } }), { page: 3, limit: 50, offset: 100 }],
  [
    'too many',
    { max_limit: 100 },
    http({ query: { limit: '101' } }),
    { failed: 'validation_failed', details: [{ code: 'range', message: 'limit is a whole number from 1 to 100.', path: 'limit' }] },
  ],
  [
    'nonsense',
    {},
    http({ query: { page: '-1' } }),
    { failed: 'validation_failed', details: [{ code: 'range', message: 'page is a whole number from 1 to 1000000.', path: 'page' }] },
  ],
]);

table('step.validate_request_body', [
  ['all there', { required: ['a'] }, http({ body: { a: 1 } }), { body: { a: 1 } }],
  ['the data of an execution that was not started over HTTP', { required: ['a'] }, { trigger: { a: 1 } }, { body: { a: 1 } }],
  [
    'missing and null',
    { required: ['a', 'b'] },
    http({ body: { a: null } }),
    {
      failed: 'validation_failed',
      details: [
        { code: 'required', message: 'a is required.', path: 'a' },
        { code: 'required', message: 'b is required.', path: 'b' },
      ],
    },
  ],
  [
    'a name of a prototype',
    { required: ['constructor'] },
    http({ body: {} }),
    { failed: 'validation_failed', details: [{ code: 'required', message: 'constructor is required.', path: 'constructor' }] },
  ],
  ['no object', {}, http({ body: [1] }), { failed: 'validation_failed', details: [{ code: 'type', message: 'The body is not a JSON object.', path: 'body' }] }],
]);

table('step.fail', [
  [
    'with a reason',
    { message: 'Out of stock.', reason: 'out_of_stock', details: { sku: 1 } },
    {},
    { failed: 'step_failed', details: { reason: 'out_of_stock', details: { sku: 1 } } },
  ],
  ['without', { message: 'No.' }, {}, { failed: 'step_failed', details: null }],
]);

describe('settings that do not fit', () => {
  it.each<[string, Json, string[]]>([
    ['step.base64_encode', {}, ['input']],
    ['step.base64_decode', { input: 'a', input_from: 'b' }, ['input']],
    ['step.csv_parse', { input: 'a', delimiter: ';;' }, ['delimiter']],
    ['step.validate_pagination', { default_limit: 50, max_limit: 10 }, ['default_limit']],
    ['step.webhook_verify', { provider: 'github', secret: 'x', header: 'y' }, ['provider']],
  ])('%s %j', (type, config, paths) => {
    expect(issuesOf(type, config).map((issue) => issue.split(':')[0])).toEqual(paths);
  });
});
