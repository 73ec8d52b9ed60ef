import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import type { PureStep } from '#steps/define-step';
import { steps } from '#steps/registry';
import { fakeScope } from './fake-scope';

function run(type: string, settings: JsonObject, context: JsonObject = {}): Json {
  const step = steps.get(type) as PureStep;
  const scope = fakeScope(context);
  const outcome = step.run(step.prepare!(step.config.parse(settings), scope) as never, scope);
  if (outcome.kind !== 'completed') throw new Error(outcome.kind);
  return outcome.output;
}

describe('step.hash', () => {
  it.each([
    ['sha256', 'hex', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha1', 'hex', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['md5', 'hex', '900150983cd24fb0d6963f7d28e17f72'],
    ['sha256', 'base64url', 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'],
  ])('%s in %s', (algorithm, encoding, expected) => {
    expect(run('step.hash', { input: 'abc', algorithm, encoding })).toEqual({ hash: expected, algorithm });
  });

  it('hashes the UTF-8 of a value of the context', () => {
    expect(run('step.hash', { input_from: 'trigger.name' }, { trigger: { name: 'é' } })).toMatchObject({
      hash: '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c',
    });
  });
});

describe('step.regex_match', () => {
  const match = (pattern: string, input: string, more: JsonObject = {}) => run('step.regex_match', { pattern, input, ...more });

  it('gives the match, its groups, and those with a name', () => {
    expect(match('order #(?<number>[0-9]+)(!)?', 'Re: order #42, please')).toEqual({
      matched: true,
      match: 'order #42',
      groups: ['42', null],
      named: { number: '42' },
    });
    expect(match('^x', 'yx')).toEqual({ matched: false, match: null, groups: [], named: {} });
  });

  it('ignores case and finds all when told', () => {
    expect(match('A', 'aAa')).toMatchObject({ match: 'A' });
    expect(match('a', 'aAa', { ignore_case: true, all: true })).toMatchObject({ matches: ['a', 'A', 'a'], count: 3 });
    expect(match('z', 'aAa', { all: true })).toMatchObject({ matched: false, matches: [], count: 0 });
  });

  it.each(['(', '[z-a]', '*'])('says that %j is no pattern', (pattern) => {
    expect(() => match(pattern, 'x')).toThrow(/pattern could not be used/);
  });

  it('a pattern that would never end ends', () => {
    let outcome: unknown;
    try {
      outcome = match('^(a+)+$', `${'a'.repeat(40)}b`);
    } catch (error) {
      outcome = error;
    }
    expect(outcome).toBeDefined();
  });
});

describe('step.redirect', () => {
  const step = steps.get('step.redirect') as PureStep;
  const answer = (settings: JsonObject) => step.answer!(step.prepare!(step.config.parse(settings), fakeScope({})) as never);

  it('answers with the place to go to', () => {
    expect(answer({ location: '/orders/1', status: 303 })).toEqual({ status: 303, headers: { location: '/orders/1' }, body: '' });
    expect(answer({ location: 'https://example.com/a?b=1' })).toMatchObject({ status: 302 });
  });

  it.each(['javascript:alert(1)', '//evil.example', '/\\\\evil.example', 'data:text/html,x', 'mailto:a@b', 'evil.example'])('refuses %s', (location) => {
    expect(() => run('step.redirect', { location })).toThrow(/neither a path nor/);
  });

  it('lets no line break into the header', () => {
    expect(answer({ location: '/a\r\nset-cookie: x=1' }).headers.location).not.toMatch(/[\r\n]/);
  });
});
