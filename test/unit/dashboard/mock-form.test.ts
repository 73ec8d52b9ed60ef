/** Mocks as they are typed, and what is sent of them. */
import { expect, it } from 'vitest';
import { mockSettings } from '#contracts/api-debugging';
import { type AnswerForm, FIRST_ANSWER, faultsOf, mockSetting } from '../../../dashboard/src/lib/mock-form';

const answer = (more: Partial<AnswerForm>): AnswerForm => ({ ...FIRST_ANSWER, ...more });

it.each<[Partial<AnswerForm>[], object]>([
  [[{}], { output: {} }],
  [[{ output: '' }], { output: {} }],
  [[{ output: '[1]', delay: '250' }], { output: [1], delay_ms: 250 }],
  [[{ kind: 'error' }], { error: { status: 503 } }],
  [
    [{ kind: 'error', status: '', code: 'connection_failed', message: 'gone', retryable: 'no', delay: '0' }],
    { error: { code: 'connection_failed', message: 'gone', retryable: false }, delay_ms: 0 },
  ],
  [[{ kind: 'error', retryable: 'yes' }, { output: '1' }], { answers: [{ error: { status: 503, retryable: true } }, { output: 1 }] }],
])('%j is sent as %j, which the API takes', (typed, setting) => {
  expect(mockSetting({ step: 'a', answers: typed.map(answer) })).toEqual({ setting });
  expect(mockSettings.safeParse({ a: setting }).success).toBe(true);
});

it.each<[Partial<AnswerForm>, keyof AnswerForm]>([
  [{ output: '{' }, 'output'],
  [{ delay: '1.5' }, 'delay'],
  [{ delay: '-1' }, 'delay'],
  [{ delay: '3600001' }, 'delay'],
  [{ kind: 'error', status: '99' }, 'status'],
  [{ kind: 'error', status: 'five' }, 'status'],
  [{ kind: 'error', code: 'Not A Code' }, 'code'],
  [{ kind: 'error', message: 'x'.repeat(1001) }, 'message'],
])('%j is refused at its field', (typed, field) => {
  expect(Object.keys(faultsOf(answer(typed)))).toEqual([field]);
  expect(mockSetting({ step: 'ask', answers: [answer({}), answer(typed)] })).toEqual({ error: expect.stringMatching(/^ask: /) });
});

it('asks nothing of the fields of the other kind', () => {
  expect(faultsOf(answer({ kind: 'error', output: '{' }))).toEqual({});
  expect(faultsOf(answer({ kind: 'output', status: 'x' }))).toEqual({});
});
