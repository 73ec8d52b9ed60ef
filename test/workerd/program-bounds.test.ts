/**
 * Programs without an end, and bombs, in the runtime itself: each ends with an error that says so, and the isolate that ran
 * it answers what comes next. What ends them is fuel and memory of the programs' own, not a clock of the test.
 */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './api-client';
import { ask, deploy } from './application';

const jq = (expression: string) => ({ type: 'step.jq', config: { expression } });
const js = (body: string) => ({ type: 'step.js', config: { timeout: '200ms', memory_limit: '16MB', code: `function transform(ctx) { ${body} }` } });
const regex = (pattern: string) => ({ type: 'step.regex_match', config: { pattern, input: `${'a'.repeat(40_000)}!` } });

const PROGRAMS: { [name: string]: { type: string; config: object } } = {
  'jq-calls-itself': jq('def f: f; f'),
  'jq-repeats': jq('last(repeat(1))'),
  'jq-counts': jq('reduce range(1e12) as $i (0; . + 1)'),
  'jq-doubles-text': jq('reduce range(100) as $i ("x"; . + .)'),
  'jq-doubles-lists': jq('reduce range(100) as $i ([1]; . + .)'),
  'jq-nests': jq('reduce range(1e12) as $i (1; [., .]) | tojson'),
  'jq-multiplies-text': jq('"x" * 1e9'),
  'js-loops': js('for (;;) {}'),
  'js-calls-itself': js('const f = () => f(); f()'),
  'js-waits-for-itself': js('const again = () => Promise.resolve().then(again); return again()'),
  'js-doubles-text': js('let s = "a"; for (;;) s += s;'),
  'js-fills-lists': js('const a = []; for (;;) a.push(new Array(1000).fill(1));'),
  'regex-nested': regex('(a+)+$'),
  'regex-alternatives': regex('(a|aa)+$'),
  'regex-backwards': regex('^(a*)*\\1$'),
  'js-regex': js('return /^(a+)+$/.test("a".repeat(40) + "!")'),
};

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  const trigger = (path: string) => ({ type: 'http', method: 'GET', path: `/${path}` });
  const answer = { name: 'answer', type: 'step.json_response', config: { body: { alive: true } } };
  const pipelines = Object.entries(PROGRAMS).map(([name, step]) => [name, { trigger: trigger(name), steps: [{ name: 'run', ...step }, answer] }]);
  await deploy('bounded', JSON.stringify({ pipelines: Object.fromEntries([...pipelines, ['alive', { trigger: trigger('alive'), steps: [answer] }]]) }));
});

const alive = async () => expect(await ask('bounded', 'GET', '/alive')).toMatchObject({ status: 200, body: { alive: true } });

describe.each(Object.keys(PROGRAMS))('%s', (name) => {
  it('ends with an error, and the next request is answered', async () => {
    const { status, body } = await ask('bounded', 'GET', `/${name}`);
    expect([status, body.cause], JSON.stringify(body)).toEqual([500, 'program_limit']);
    await alive();
  });
});
