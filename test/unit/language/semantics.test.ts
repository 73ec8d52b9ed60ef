/** What a document may say without being wrong, and hardly means. */
import { expect, it } from 'vitest';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const set = (name: string) => `{name: ${name}, type: step.set, config: {values: {}}}`;
const warnings = async (steps: string) => {
  const { diagnostics } = await compile(`name: app\npipelines:\n  p:\n    steps:\n${steps}`, { steps: stepCatalog, modules: moduleCatalog });
  return diagnostics.map(({ code, severity, line }) => `${line} ${severity} ${code}`);
};

it.each([
  ['behind an answer', `      - {name: a, type: step.json_response, config: {}}\n      - ${set('b')}\n`, ['6 warning unreachable_step']],
  ['behind an answer under a condition', `      - {name: a, type: step.json_response, if: "1 == 1", config: {}}\n      - ${set('b')}\n`, []],
  [
    'jumped over by all sides',
    `      - {name: a, type: step.conditional, config: {field: x, routes: {y: c}, default: c}}\n      - ${set('b')}\n      - ${set('c')}\n`,
    ['6 warning unreachable_step'],
  ],
  ['jumped to', `      - {name: a, type: step.conditional, config: {field: x, routes: {y: c}, default: b}}\n      - ${set('b')}\n      - ${set('c')}\n`, []],
  [
    'reached from below',
    `      - ${set('z')}\n      - {name: a, type: step.conditional, config: {field: x, routes: {y: c}, default: d}}\n      - ${set('c')}\n      - {name: d, type: step.conditional, config: {field: x, routes: {y: z}, default: z}}\n`,
    [],
  ],
])('a step %s', async (_, steps, expected) => expect(await warnings(steps)).toEqual(expected));

const TOKEN = ['$', '{TOKEN}'].join('');
const named = (config: string) => `      - {name: a, type: step.http_call, config: {url: "https://a.example"${config}}}\n`;

it.each([
  ['a header', ', headers: {Authorization: "Bearer abc"}', 1],
  ['a header that is filled in', `, headers: {Authorization: "Bearer ${TOKEN}"}`, 0],
  ['a header of another name', ', headers: {X-Api-Key: abc}', 1],
  ['a field of a body', ', body: {client_secret: abc}', 1],
  ['a field that a template fills', ', body: {password: "{{ .password }}"}', 0],
  ['a field that is named like one', ', body: {token_type: Bearer, password_field: pw, token_url: "https://a.example"}', 0],
  ['an empty one', ', body: {password: ""}', 0],
  ['a key of Stripe', `, body: {a: [x, ${'sk_' + 'live_'}${'a1'.repeat(12)}]}`, 1],
  ['a key of AWS', `, body: {a: {b: "${'AK' + 'IA'}ABCDEFGHIJKLMNOP"}}`, 1],
  ['a token of GitHub', `, headers: {X-Auth: "${'gh' + 'p_'}${'a'.repeat(36)}"}`, 1],
  ['a private key', ', body: {a: "-----BEGIN RSA PRIVATE KEY-----"}', 1],
  ['a password in an address', ', body: {to: "postgres://me:hunter2@db.example/x"}', 1],
  ['an address with a secret', `, body: {to: "postgres://me:${TOKEN}@db.example/x"}`, 0],
  ['an address without one', ', body: {to: "https://a.example/b:c@d"}', 0],
])('a secret in plain text: %s', async (_, config, count) => {
  expect(await warnings(named(config))).toEqual(Array.from({ length: count }, () => '5 warning plain_secret'));
});

it('names of settings cost no time, whatever they are', async () => {
  for (const name of [`${'a'.repeat(5000)}!`, `${'a-'.repeat(5000)}!`, `${'secret'.repeat(1000)}!`])
    expect(await warnings(named(`, body: {"${name}": "${'a:'.repeat(5000)}"}`))).toEqual([]);
});

it.each([
  ['a template', 'values: {a: "{{ .steps.nope.x }}"}', 'warning unknown_step'],
  ['a template with a hyphen', 'values: {a: "{{ .steps.no-pe.x }}"}', 'warning unknown_step'],
  ['index', `values: {a: '{{ index .steps "nope" "x" }}'}`, 'warning unknown_step'],
  ['step', `values: {a: '{{ step "nope" "x" }}'}`, 'warning unknown_step'],
  ['within a branch of a template', 'values: {a: "{{ if .steps.nope.x }}1{{ end }}"}', 'warning unknown_step'],
  ['behind a pipe', 'values: {a: "{{ .steps.nope.x | json }}"}', 'warning unknown_step'],
  ['an expression', `values: {a: "${['$', '{ steps.nope.x }'].join('')}"}`, 'warning unknown_step'],
  ['a value by reference', 'values: {a: {_from: steps.nope.x}}', 'error unknown_step'],
  ['one that exists', 'values: {a: "{{ .steps.first.x }}", b: {_from: steps.first.x}}', undefined],
])('a step that is not there, in %s', async (_, config, code) => {
  expect(await warnings(`      - ${set('first')}\n      - {name: b, type: step.set, config: {${config}}}\n`)).toEqual(code === undefined ? [] : [`6 ${code}`]);
});

it.each([
  ['a condition', `      - {name: b, type: step.set, if: steps.nope.x == 1, config: {values: {}}}\n`, ['5 warning unknown_step']],
  ['a path', `      - {name: b, type: step.json_response, config: {body_from: steps.nope.x}}\n`, ['5 error unknown_step']],
  [
    'a field of a choice',
    `      - {name: b, type: step.conditional, config: {field: steps.nope.x, routes: {y: c}, default: c}}\n      - ${set('c')}\n`,
    ['5 error unknown_step'],
  ],
  [
    'a route to nowhere',
    `      - {name: b, type: step.conditional, config: {field: x, routes: {y: cc}, default: c}}\n      - ${set('c')}\n`,
    ['5 error unknown_target'],
  ],
  [
    'a default to nowhere',
    `      - {name: b, type: step.conditional, config: {field: x, routes: {y: c}, default: cc}}\n      - ${set('c')}\n`,
    ['5 error unknown_target'],
  ],
  ['then to nowhere', `      - {name: b, type: step.conditional, config: {if: x == 1, then: cc, else: c}}\n      - ${set('c')}\n`, ['5 error unknown_target']],
  ['a choice without routes', `      - {name: b, type: step.conditional, config: {field: x}}\n`, ['5 error missing_key']],
])('%s', async (_, steps, expected) => expect(await warnings(steps)).toEqual(expected));
