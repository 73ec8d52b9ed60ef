/** Steps that look at data, check it, reshape it and answer with it. */
import { expect } from 'vitest';
import { answer, type Shows, step } from './show';

const text = expect.any(String);

export const DATA: Shows = {
  'step.request_parse': {
    steps: [step('it', 'request_parse', 'parse_body: true, path_params: [id], query_params: [page], parse_headers: [X-Trace]'), answer('body: {}')],
    request: { path: '/o-1?page=2', body: { sku: 'A' }, headers: { 'x-trace': 't-1' } },
    output: { body: { sku: 'A' }, path_params: { id: 'o-1' }, query: { page: '2' }, headers: { 'x-trace': 't-1' } },
  },
  'step.set': {
    steps: [step('it', 'set', 'values: {total: "{{ mul .n 12 }}", name: "{{ upper .name }}"}')],
    data: { n: 3, name: 'ann' },
    output: { total: 36, name: 'ANN' },
  },
  'step.validate': {
    steps: [step('it', 'validate', 'strategy: required_fields, required_fields: [id]')],
    data: { id: 1 },
    output: { valid: true },
  },
  'step.validate_pagination': {
    steps: [step('it', 'validate_pagination', 'default_limit: 20'), answer('body: {}')],
    request: { path: '?page=3&limit=10' },
    output: { page: 3, limit: 10, offset: 20 },
  },
  'step.validate_path_param': {
    steps: [step('it', 'validate_path_param', 'params: [id], format: int'), answer('body: {}')],
    request: { path: '/42' },
    output: { id: 42 },
  },
  'step.validate_request_body': {
    steps: [step('it', 'validate_request_body', 'required: [email]'), answer('body: {}')],
    request: { body: { email: 'a@b.example' } },
    output: { body: { email: 'a@b.example' } },
  },
  'step.jq': {
    steps: [
      step('it', 'jq', 'expression: ".trigger.items | {total: (map(.price) | add), count: length}"'),
      step('also', 'set', 'values: {same: "{{ .steps.it.result.total }}"}'),
    ],
    data: { items: [{ price: 2 }, { price: 3 }] },
    output: { total: 5, count: 2 },
  },
  'step.js': { steps: [step('it', 'js', 'code: "function transform(ctx) { return { twice: ctx.trigger.n * 2 }; }"')], data: { n: 4 }, output: { twice: 8 } },
  'step.transform': {
    steps: [step('it', 'transform', 'input_from: trigger.item, operations: [{type: map, mappings: {product_id: sku}}]')],
    data: { item: { product_id: 'A', n: 1 } },
    output: { sku: 'A', n: 1, data: { sku: 'A', n: 1 } },
  },
  'step.json_parse': { steps: [step('it', 'json_parse', 'input_from: trigger.text')], data: { text: '{"a":1}' }, output: { a: 1, value: { a: 1 } } },
  'step.csv_parse': {
    steps: [step('it', 'csv_parse', 'input_from: trigger.text')],
    data: { text: 'id,name\n007,Ann' },
    output: { rows: [{ id: '007', name: 'Ann' }], count: 1 },
  },
  'step.csv_format': {
    steps: [step('it', 'csv_format', 'rows_from: trigger.rows, columns: [id, name]')],
    data: { rows: [{ id: 1, name: 'Ann' }] },
    output: { csv: 'id,name\n1,Ann', count: 1 },
  },
  'step.base64_encode': { steps: [step('it', 'base64_encode', 'input: "a:b"')], output: { encoded: 'YTpi' } },
  'step.base64_decode': { steps: [step('it', 'base64_decode', 'input: YTpi')], output: { decoded: 'a:b' } },
  'step.hash': {
    steps: [step('it', 'hash', 'input: abc, algorithm: sha256')],
    output: { hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', algorithm: 'sha256' },
  },
  'step.regex_match': {
    steps: [step('it', 'regex_match', 'input: "order o-17", pattern: "(?<kind>[a-z]+) o-([0-9]+)"')],
    output: { matched: true, match: 'order o-17', groups: ['order', '17'], named: { kind: 'order' } },
  },
  'step.log': { steps: [step('it', 'log', 'message: "order {{ .id }}"')], data: { id: 1 }, output: { logged: true } },
  'step.json_response': {
    steps: [step('it', 'json_response', 'status: 201, body: {id: "{{ .id }}"}')],
    data: { id: 'o-1' },
    output: { http_status: 201, body_size: '{"id":"o-1"}'.length },
  },
  'step.raw_response': {
    steps: [step('it', 'raw_response', 'status: 200, content_type: text/plain, body: hello')],
    output: { http_status: 200, content_type: 'text/plain', body_size: 5 },
  },
  'step.redirect': {
    steps: [step('it', 'redirect', 'url: "https://a.example/next", status: 302')],
    output: { http_status: 302, location: 'https://a.example/next' },
  },
  'step.fail': {
    steps: [step('it', 'fail', 'message: planned, reason: why')],
    status: 'failed',
    output: { code: 'step_failed', message: 'planned', details: { reason: 'why' } },
  },
  'step.feature_flag': { steps: [step('it', 'feature_flag', 'flag: fast')], output: { enabled: true, value: true, reason: 'on', flag: 'fast' } },
  'step.authz_check': {
    steps: [step('who', 'auth_validate', 'auth_module: auth'), step('it', 'authz_check', 'roles: [user]'), answer('body: {}')],
    request: {},
    output: { allowed: true, subject: text },
  },
  'step.auth_validate': {
    steps: [step('it', 'auth_validate', 'auth_module: auth, subject_field: user_id'), answer('body: {}')],
    request: {},
    output: expect.objectContaining({ user_id: text, sub: text, email: text, exp: expect.any(Number) }),
  },
};
