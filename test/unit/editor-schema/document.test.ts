/** The schema for editors: every document that the platform takes is valid, and what people get wrong is not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { modules } from '#modules/registry';
import { steps } from '#steps/registry';
import { editorSchema } from '#workers/editor-schema/document';
import { realApplications } from '../../cases/real-applications.ts';

const ROOT = fileURLToPath(String(new URL('../../..', import.meta.url)));
const schema = editorSchema();
const validator = new Validator(schema as Schema, '2020-12', false);
const faultsOf = (document: unknown) => validator.validate(document).errors.map((error) => `${error.instanceLocation} ${error.keyword}: ${error.error}`);
const around = (step: unknown) => ({ name: 'test', pipelines: { p: { steps: [step] } } });
const read = (text: string) => parse(text, { merge: true, maxAliasCount: 1000 }) as unknown;

describe('accepts', () => {
  it.each([...steps.values()].map((step) => [step.type, step.example]))('the example of %s', (_type, example) => {
    expect(faultsOf(around(parse(example)))).toEqual([]);
  });

  it.each([...modules.values()].map((module) => [module.type, module.example]))('the example of %s', (_type, example) => {
    expect(faultsOf({ name: 'test', modules: [parse(example)] })).toEqual([]);
  });

  const examples = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.includes('specs'))
    .map((name): [string, string] => [name, readFileSync(join(ROOT, 'examples', name), 'utf8')]);
  it.each(examples)('%s', (_name, source) => {
    expect(faultsOf(read(source))).toEqual([]);
  });

  // Refused by the loader for a step that cannot be had here; the schema says the same.
  const real = Object.entries(realApplications(ROOT)).filter(([name]) => name !== 'ui-build-and-serve.yaml');
  it.each(real)('%s', (_name, source) => {
    expect(faultsOf(read(source))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a template for a number', around({ name: 's', type: 'step.json_response', config: { status: '{{ .code }}' } })],
    ['a template for a list', around({ name: 's', type: 'step.db_query', config: { database: 'd', query: 'SELECT 1', params: '{{ .params }}' } })],
    ['policy inside config', around({ name: 's', type: 'step.http_call', config: { url: 'http://a', idempotent: true, idempotency_key: 'k' } })],
    [
      'policy beside it',
      around({ name: 's', type: 'step.http_call', config: { url: 'http://a' }, timeout: '5s', retry: { max_attempts: 3 }, on_error: 'skip', if: 'a > 1' }),
    ],
    ['settings beside config', around({ name: 's', type: 'step.http_call', url: 'http://a' })],
    ['a compensation', around({ name: 's', type: 'step.set', config: { values: {} }, compensate: { type: 'step.http_call', config: { url: 'http://b' } } })],
    [
      'a step within a block without a name',
      around({ name: 's', type: 'step.foreach', config: { collection: 'a', step: { type: 'step.log', config: { message: 'm' } } } }),
    ],
    ['a trigger alone', { name: 'test', pipelines: { p: { trigger: 'manual', steps: [{ name: 's', type: 'step.log', config: { message: 'm' } }] } } }],
  ])('%s', (_name, document) => {
    expect(faultsOf(document)).toEqual([]);
  });
});

describe('refuses', () => {
  const step = { name: 's', type: 'step.log', config: { message: 'm' } };
  const machine = (more: object) => ({
    name: 't',
    workflows: { statemachine: { definitions: [{ name: 'm', initialState: 'a', states: { a: {} }, transitions: {}, ...more }] } },
  });
  it.each<[string, unknown]>([
    ['an unknown step type', around({ name: 's', type: 'step.nonsense' })],
    ['an unknown setting', around({ name: 's', type: 'step.set', config: { value: {} } })],
    ['an unknown key of a step', around({ ...step, timout: '5s' })],
    ['a missing setting', around({ name: 's', type: 'step.http_call', config: {} })],
    ['a missing setting without config', around({ name: 's', type: 'step.http_call' })],
    ['a step without a name', around({ type: 'step.log', config: { message: 'm' } })],
    ['a wrong status', around({ name: 's', type: 'step.json_response', config: { status: 99 } })],
    ['a wrong setting of a compensation', around({ ...step, compensate: { type: 'step.http_call', config: { uri: 'x' } } })],
    ['a wrong step within a block', around({ name: 's', type: 'step.parallel', config: { steps: [{ name: 'a', type: 'step.nonsense' }] } })],
    ['an unknown key at the top', { name: 'test', pipeline: {} }],
    ['an unknown key of a pipeline', { name: 'test', pipelines: { p: { steps: [step], on_eror: 'stop' } } }],
    ['a pipeline without steps', { name: 'test', pipelines: { p: {} } }],
    ['an unknown policy', { name: 'test', pipelines: { p: { steps: [step], on_error: 'ignore' } } }],
    ['an unknown setting of a module', { name: 'test', modules: [{ name: 'm', type: 'http.router', config: { prefx: '/' } }] }],
    ['an unknown module type', { name: 'test', modules: [{ name: 'm', type: 'http.ruter' }] }],
    ['an unknown trigger', { name: 'test', pipelines: { p: { trigger: { type: 'htp', path: '/' }, steps: [step] } } }],
    ['a key of another trigger', { name: 'test', pipelines: { p: { trigger: { type: 'http', path: '/', cron: '@hourly' }, steps: [step] } } }],
    ['the same under config', { name: 'test', pipelines: { p: { trigger: { type: 'schedule', config: { path: '/' } }, steps: [step] } } }],
    ['an unknown overlap', { name: 'test', pipelines: { p: { trigger: { type: 'schedule', cron: '@hourly', overlap: 'wait' }, steps: [step] } } }],
    ['an unknown section of workflows', { name: 'test', workflows: { htp: {} } }],
    ['an unknown key of a route', { name: 'test', workflows: { http: { routes: [{ path: '/', handlr: 'h' }] } } }],
    ['a route without a path', { name: 'test', workflows: { http: { routes: [{ method: 'GET', handler: 'h' }] } } }],
    ['an unknown method', { name: 'test', workflows: { http: { routes: [{ method: 'FETCH', path: '/', handler: 'h' }] } } }],
    ['an unknown key of a subscription', { name: 'test', workflows: { messaging: { subscriptions: [{ topc: 'a', handler: 'h' }] } } }],
    ['a machine without states', { name: 't', workflows: { statemachine: { definitions: [{ name: 'm', initialState: 'a' }] } } }],
    ['a transition to nowhere', machine({ transitions: { go: { fromState: 'a' } } })],
    ['an unknown key of a state', machine({ states: { a: { final: true } } })],
    ['an unknown key of a hook', { name: 't', workflows: { statemachine: { hooks: [{ handlr: 'h' }] } } }],
    ['an unknown key of a job', { name: 't', workflows: { scheduler: { jobs: [{ chron: '@hourly', job: 'j' }] } } }],
    ['a pattern without its events', { name: 't', workflows: { event: { patterns: [{ patternId: 'p' }] } } }],
    ['a connector without a type', { name: 't', workflows: { integration: { connectors: [{ name: 'c' }] } } }],
    ['an actor without steps', { name: 't', workflows: { actors: { pools: { p: { receive: { hello: {} } } } } } }],
    ['an unknown section of triggers', { name: 't', triggers: { cron: {} } }],
    ['a test without expectations', { tests: [{ name: 't', pipeline: 'p' }] }],
    ['an unknown expectation', { tests: [{ name: 't', machine: 'm', expect: { states: 'a' } }] }],
    ['an unknown key beside tests', { tests: [{ name: 't', pipeline: 'p', expect: {} }], pipelines: {} }],
  ])('%s', (_name, document) => {
    expect(faultsOf(document)).not.toEqual([]);
  });
});

it('says of every type what it is', () => {
  const defs = schema.$defs as Record<string, { allOf?: unknown[] }>;
  const told = JSON.stringify([defs.step!.allOf, defs.module!.allOf]);
  for (const { summary } of [...steps.values(), ...modules.values()]) expect(told).toContain(JSON.stringify(summary));
});
