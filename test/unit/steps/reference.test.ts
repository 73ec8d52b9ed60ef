import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROBLEMS } from '#contracts/problems';
import { modules } from '#modules/registry';
import { steps } from '#steps/registry';
import { dialectSchema } from '../../../scripts/reference/dialect-schema.ts';
import { errorsPage, modulesPage, stepsPage } from '../../../scripts/reference/pages.ts';

const validator = new Validator(dialectSchema() as Schema, '2020-12', false);
const faultsOf = (document: unknown) => validator.validate(document).errors.map((error) => `${error.instanceLocation} ${error.keyword}`);
const around = (step: unknown) => ({ name: 'test', pipelines: { p: { steps: [step] } } });

describe('the schema for editors', () => {
  it.each([...steps.values()].map((step) => [step.type, step.example]))('accepts the example of %s', (_type, example) => {
    expect(faultsOf(around(parse(example)))).toEqual([]);
  });

  it.each([...modules.values()].map((module) => [module.type, module.example]))('accepts the example of %s', (_type, example) => {
    expect(faultsOf({ name: 'test', modules: [parse(example)] })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a template for a number', { name: 's', type: 'step.json_response', config: { status: '{{ .code }}' } }],
    ['a template for a list', { name: 's', type: 'step.db_query', config: { database: 'd', query: 'SELECT 1', params: '{{ .params }}' } }],
    ['policy inside config', { name: 's', type: 'step.http_call', config: { url: 'http://a', idempotent: true, idempotency_key: 'k' } }],
    [
      'policy beside it',
      { name: 's', type: 'step.http_call', config: { url: 'http://a' }, timeout: '5s', retry: { max_attempts: 3 }, on_error: 'skip', if: 'a > 1' },
    ],
    [
      'a compensation',
      { name: 's', type: 'step.http_call', config: { url: 'http://a' }, compensate: { type: 'step.http_call', config: { url: 'http://b', method: 'POST' } } },
    ],
  ])('accepts %s', (_name, step) => {
    expect(faultsOf(around(step))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an unknown step type', around({ name: 's', type: 'step.nonsense' })],
    ['an unknown setting', around({ name: 's', type: 'step.set', config: { value: {} } })],
    ['a missing setting', around({ name: 's', type: 'step.http_call', config: {} })],
    ['a wrong status', around({ name: 's', type: 'step.json_response', config: { status: 99 } })],
    [
      'a wrong setting of a compensation',
      around({ name: 's', type: 'step.set', config: { values: {} }, compensate: { type: 'step.http_call', config: { uri: 'x' } } }),
    ],
    ['an unknown key at the top', { name: 'test', pipeline: {} }],
    ['an unknown key of a pipeline', { name: 'test', pipelines: { p: { steps: [{ name: 's', type: 'step.set', config: { values: {} } }], on_eror: 'stop' } } }],
    ['an unknown setting of a module', { name: 'test', modules: [{ name: 'm', type: 'http.router', config: { prefx: '/' } }] }],
  ])('refuses %s', (_name, document) => {
    expect(faultsOf(document)).not.toEqual([]);
  });
});

describe('the pages', () => {
  it('have every step, module and error', () => {
    const [pageOfSteps, pageOfModules] = [stepsPage(), modulesPage()];
    for (const type of steps.keys()) expect(pageOfSteps).toContain(`## ${type}\n`);
    for (const type of modules.keys()) expect(pageOfModules).toContain(`## ${type}\n`);
    for (const code of Object.keys(PROBLEMS)) expect(errorsPage()).toContain(`| \`${code}\` |`);
  });

  it('are the same when they are written again', () => {
    expect([stepsPage(), modulesPage(), errorsPage(), JSON.stringify(dialectSchema())]).toEqual([
      stepsPage(),
      modulesPage(),
      errorsPage(),
      JSON.stringify(dialectSchema()),
    ]);
  });
});
