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

it('a secret in plain text', async () => {
  const call = (value: string) => `      - {name: a, type: step.http_call, config: {url: "https://a.example", headers: {Authorization: "${value}"}}}\n`;
  expect(await warnings(call('Bearer abc'))).toEqual(['5 warning plain_secret']);
  expect(await warnings(call(['Bearer $', '{TOKEN}'].join('')))).toEqual([]);
});
