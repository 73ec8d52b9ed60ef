import { describe, expect, it } from 'vitest';
import type { TimelineStep } from '#contracts/execution';
import { namesIn } from '../../../dashboard/src/editor/names';
import { runLines, type TrialForm, trialBody } from '../../../dashboard/src/editor/trial';

const TEXT = `pipelines:
  order:
    steps:
      - name: load
        type: step.http_call
        config:
          url: x
      - name: each
        type: step.foreach
        config:
          steps:
            - name: charge
              type: step.http_call
`;

const step = (name: string, more: object = {}) => ({ name, type: 'step.set', status: 'completed', attempts: 1, ...more }) as unknown as TimelineStep;

describe('the request', () => {
  const form: TrialForm = { pipeline: 'order', trigger: '{"body": {"id": 1}}', mocks: { load: { kind: 'error', text: '{"status": 503}' } } };
  it('holds the text, what starts it, and a mock for each step that goes out', () => {
    expect(trialBody(TEXT, form, ['load', 'charge'])).toEqual({
      body: { config: TEXT, pipeline: 'order', trigger_data: { body: { id: 1 } }, mocks: { load: { error: { status: 503 } }, charge: { output: {} } } },
    });
  });
  it.each<[Partial<TrialForm>, RegExp]>([
    [{ trigger: '{' }, /^The trigger is not JSON/],
    [{ mocks: { load: { kind: 'output', text: '{"a"' } } }, /^What load comes to is not JSON/],
  ])('says what cannot be read: %j', (more, error) => {
    expect(trialBody(TEXT, { ...form, ...more }, ['load'])).toEqual({ error: expect.stringMatching(error) });
  });
});

it('puts what each step came to at its line, the failed one of many, and marks the lines of the chosen step', () => {
  const steps = [
    step('load', { output: { a: 'x'.repeat(100) } }),
    step('each/0/charge', { output: { ok: true } }),
    step('each/1/charge', { status: 'failed', error: { message: 'no money' } }),
    step('each/2/charge', { output: { ok: true } }),
    step('gone'),
  ];
  const lines = runLines(namesIn(TEXT.split('\n')), { pipeline: 'order', steps }, 'load');
  expect(lines.map(({ from, to, status }) => [from, to, status])).toEqual([
    [4, 4, 'completed'],
    [12, 12, 'failed'],
    [5, 7, 'chosen'],
  ]);
  expect(lines[0]!.text).toMatch(/^\{"a":"x+…$/);
  expect(lines[1]!.text).toBe('no money');
});
