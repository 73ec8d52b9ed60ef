/** What the pages make of a trigger, an editor's text and a difference. */
import { describe, expect, it } from 'vitest';
import type { PathDiff } from '#contracts/diff';
import type { JsonObject } from '#contracts/json';
import { pathMark, sideText } from '../../../dashboard/src/lib/diff-marks';
import { FIRST_ANSWER } from '../../../dashboard/src/lib/mock-form';
import { type ReplayForm, replayBody, replaySteps, triggerData } from '../../../dashboard/src/lib/replay';
import { mockableSteps, originRun } from '../../../dashboard/src/lib/replay-mocks';

const link = { _payload: { sha256: 'a', size: 70_000, url: '/api/v1/executions/x/payloads/a' } };

it.each<[string, JsonObject, ReturnType<typeof triggerData>]>([
  ['a request', { type: 'http', method: 'GET', path: '/', body: null }, { value: { method: 'GET', path: '/', body: null } }],
  ['data', { type: 'manual', data: { type: 'x' } }, { value: { type: 'x' } }],
  ['no data', { type: 'schedule' }, { value: null }],
  ['a large request', { type: 'http', ...link }, { url: link._payload.url }],
  ['large data', { type: 'manual', data: link }, { url: link._payload.url }],
])('the trigger data of %s', (_title, trigger, expected) => {
  expect(triggerData(trigger)).toEqual(expected);
});

it('begins at the step that failed, else at the first that ran', () => {
  const step = (name: string, attempts: number, status = 'completed') => ({ name, attempts, status, type: 't', index: 0 });
  const of = (...steps: ReturnType<typeof step>[]) => replaySteps({ steps: steps as never });
  expect(of(step('a', 1), step('b', 0, 'skipped'), step('c', 3, 'failed'))).toEqual({ names: ['a', 'c'], preset: 'c' });
  expect(of(step('a', 1), step('b', 1))).toEqual({ names: ['a', 'b'], preset: 'a' });
  expect(of()).toEqual({ names: [], preset: '' });
});

it('offers mocks of what does something, filled with what its first completed run gave', () => {
  const nodes = [{ kind: 'activity', name: 'a' }, { kind: 'block', name: 'b' }, null, { kind: 'activity', name: 'c' }, { kind: 'activity', name: 'c' }];
  expect(mockableSteps({ nodes } as never)).toEqual(['a', 'c']);
  expect(mockableSteps(undefined)).toEqual([]);
  const steps = [
    { name: 'b/0/c', status: 'failed' },
    { name: 'b/1/c', status: 'completed' },
    { name: 'abc', status: 'completed' },
  ];
  expect([originRun(steps, 'c'), originRun(steps, 'abc'), originRun(steps, 'bc')]).toEqual(['b/1/c', 'abc', undefined]);
});

describe('the request', () => {
  const form = (more: Partial<ReplayForm>): ReplayForm => ({
    mode: 'exact',
    from_step: 'a',
    text: '{}',
    original: '{}',
    dry_run: false,
    environment: '',
    version: '',
    mocks: [],
    ...more,
  });
  it.each<[string, Partial<ReplayForm>, JsonObject]>([
    ['exact', { text: '{"a":1}' }, { mode: 'exact' }],
    ['not edited', { mode: 'modified' }, { mode: 'modified' }],
    ['edited', { mode: 'modified', text: '[null]' }, { mode: 'modified', trigger_data: [null] }],
    ['from a step', { mode: 'step_from', dry_run: true }, { mode: 'step_from', from_step: 'a', dry_run: true }],
    ['elsewhere', { environment: ' staging ', version: '7' }, { mode: 'exact', target_environment: 'staging', version: 7 }],
    [
      'with mocks',
      {
        mocks: [
          { step: 'a', answers: [{ ...FIRST_ANSWER, output: '[1]', delay: '50' }] },
          { step: 'b', answers: [{ ...FIRST_ANSWER, kind: 'error' }, FIRST_ANSWER] },
        ],
      },
      { mode: 'exact', mocks: { a: { output: [1], delay_ms: 50 }, b: { answers: [{ error: { status: 503 } }, { output: {} }] } } },
    ],
    ['from a step, edited', { mode: 'step_from', text: '1' }, { mode: 'step_from', from_step: 'a', trigger_data: 1 }],
  ])('%s', (_title, more, body) => {
    expect(replayBody(form(more))).toEqual({ body });
  });

  it.each(['0', 'two', '1.5', '-1'])('is not made of the version %s', (version) => {
    expect(replayBody(form({ version }))).toEqual({ error: expect.stringMatching(/^A version/) });
  });

  it('is not made of a mock that is no JSON', () => {
    const mocks = [{ step: 'ask', answers: [{ ...FIRST_ANSWER, output: '{' }] }];
    expect(replayBody(form({ mocks }))).toEqual({ error: expect.stringMatching(/^ask: Not JSON/) });
  });

  it('is not made of text that is no JSON', () => {
    expect(replayBody(form({ mode: 'modified', text: '{' }))).toEqual({ error: expect.stringMatching(/^This is not JSON/) });
  });
});

it.each<[PathDiff, string]>([
  [{ left: 1, right: 2 }, '~'],
  [{ left: null, right: 2 }, '+'],
  [{ left: 1, right: null }, '−'],
  [{ left: null, right: null, absent: 'left' }, '+'],
  [{ left: null, right: null, absent: 'right' }, '−'],
])('the mark of %j is %s', (entry, sign) => {
  expect(pathMark(entry).sign).toBe(sign);
});

it('cuts what a row cannot show', () => {
  expect(sideText('x'.repeat(1000), false)).toMatch(/^"x{399} … 602 characters more$/);
  expect(sideText(null, true)).toBe('');
  expect(sideText(null, false)).toBe('null');
});
