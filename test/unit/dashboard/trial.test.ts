import { describe, expect, it } from 'vitest';
import { trialRequest } from '#contracts/api-trial';
import type { TimelineStep } from '#contracts/execution';
import type { OutlineStep } from '#contracts/outline';
import { pipelineTest } from '#contracts/yaml-tests';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { carriesData, NO_SIGNAL, openSteps, runLines, sampleTrigger, siteOf, stepAtLine, type TrialForm, trialBody } from '../../../dashboard/src/editor/trial';
import { FIRST_ANSWER } from '../../../dashboard/src/lib/mock-form';

const TEXT = `name: shop
workflows:
  http:
    routes:
      - method: POST
        path: /orders/{id}
        steps:
          - name: load
            type: step.http_call
            config:
              url: x
          - name: each
            type: step.foreach
            config:
              collection: trigger.body.items
              steps:
                - name: charge
                  type: step.http_call
                  config: { url: x }
`;

const { outline } = await compile(TEXT, { steps: stepCatalog, modules: moduleCatalog });
const sites = outline!.pipelines[0]!;
const step = (name: string, index: number, more: object = {}) =>
  ({ name, index, type: 'step.set', status: 'completed', attempts: 1, ...more }) as unknown as TimelineStep;

const pay: OutlineStep = { name: 'pay', type: 'step.wait_for_event', index: 3, effect: false, waits: { decides: false }, line: 1, end_line: 1 };
const approve: OutlineStep = { ...pay, name: 'approve', type: 'step.approval', waits: { decides: true, form: { type: 'object' } } };

describe('the request', () => {
  const failing = [
    { ...FIRST_ANSWER, kind: 'error' as const, delay: '' },
    { ...FIRST_ANSWER, output: '[1]', delay: '250' },
  ];
  const form: TrialForm = { pipeline: 'p', trigger: '{"body": {"id": 1}}', mocks: { load: failing }, signals: {} };
  it('holds the text, what starts it, and a mock for each step that goes out, as the platform takes them', () => {
    const made = trialBody(TEXT, form, { effects: ['load', 'charge'], waiting: [] }, 'wf_1') as { body: { mocks: unknown } };
    expect(made.body).toEqual({
      config: TEXT,
      workflow: 'wf_1',
      pipeline: 'p',
      trigger_data: { body: { id: 1 } },
      mocks: { load: [{ error: { status: 503 } }, { output: [1], delay: '250ms' }], charge: { output: {}, delay: '100ms' } },
    });
    expect(pipelineTest.safeParse({ name: 'x', pipeline: 'p', mocks: made.body.mocks, expect: {} }).success).toBe(true);
  });
  it('says what comes for the steps that wait, and when, as the platform takes it', () => {
    const signals: TrialForm['signals'] = {
      pay: { comes: 'signal', after: '5000', data: '{"amount": 7}' },
      approve: { comes: 'approve', after: '0', data: '{"cost_centre": "c-1"}' },
      reject: { ...NO_SIGNAL, comes: 'reject', data: '{' },
      nobody: NO_SIGNAL,
    };
    const waiting = [pay, approve, { ...approve, name: 'reject' }, { ...pay, name: 'nobody' }, { ...pay, name: 'unsaid' }];
    const made = trialBody(TEXT, { ...form, signals }, { effects: [], waiting }) as { body: object };
    expect(trialRequest.parse(made.body).signals).toEqual([
      { name: 'pay', after: '5000ms', data: { amount: 7 } },
      { name: 'approve', after: '0ms', data: { decision: 'approve', form: { cost_centre: 'c-1' } } },
      { name: 'reject', after: '1000ms', data: { decision: 'reject' } },
    ]);
    expect(carriesData({ ...approve, waits: { decides: true } }, 'approve')).toBe(false);
  });
  it('asks for each step once, however often it stands there', () => {
    const load = { ...pay, name: 'load', effect: true, waits: undefined };
    expect(openSteps([load, pay, load, pay])).toEqual({ effects: ['load'], waiting: [pay] });
  });
  it.each<[Partial<TrialForm>, RegExp]>([
    [{ trigger: '{' }, /^What starts it is not JSON/],
    [{ mocks: { load: [{ ...FIRST_ANSWER, output: '{"a"' }] } }, /^load: Not JSON/],
    [{ signals: { pay: { ...NO_SIGNAL, comes: 'signal', data: '{' } } }, /^What comes for pay: not JSON/],
    [{ signals: { pay: { ...NO_SIGNAL, comes: 'signal', after: 'soon' } } }, /^What comes for pay: how long after the start/],
    [{ signals: { approve: { ...NO_SIGNAL, comes: 'approve', fault: 'cost_centre: is needed' } } }, /^What comes for approve: cost_centre: is needed/],
  ])('says what cannot be read: %j', (more, error) => {
    expect(trialBody(TEXT, { ...form, ...more }, { effects: ['load'], waiting: [pay, approve] })).toEqual({ error: expect.stringMatching(error) });
  });
});

it.each([
  [
    { trigger: 'http', route: 'POST /orders/{id}' },
    { path_params: { id: '1' }, body: {} },
  ],
  [{ trigger: 'http', route: 'GET /files/{rest...}' }, { path_params: { rest: '1' } }],
  [{ trigger: 'webhook' }, { body: {} }],
  [{ trigger: 'schedule' }, {}],
])('begins with what can start %j', (pipeline, sample) => {
  expect(JSON.parse(sampleTrigger(pipeline))).toEqual(sample);
});

describe('the lines', () => {
  const steps = [
    step('load', 0, { output: { a: 'x'.repeat(100) } }),
    step('each', 1, { status: 'pending' }),
    step('each/0/charge', 2, { output: { ok: true } }),
    step('each/1/charge', 2, { status: 'failed', error: { message: 'no money' } }),
    step('each/2/charge', 2, { output: { ok: true } }),
  ];
  it('have what each step came to, the failed one of many, and the chosen step', () => {
    const lines = runLines(sites, { steps }, 'load');
    expect(lines.map(({ from, to, status }) => [from, to, status])).toEqual([
      [8, 8, 'completed'],
      [17, 17, 'failed'],
      [8, 11, 'chosen'],
    ]);
    expect(lines[0]!.text).toMatch(/^\{"a":"x+…$/);
    expect(lines[1]!.text).toBe('no money');
  });
  it('lead to their steps, and steps to them', () => {
    const at = (line: number) => stepAtLine(sites, { steps } as never, line);
    expect([at(7), at(9), at(12), at(18)]).toEqual([undefined, 'load', undefined, 'each/2/charge']);
    expect([siteOf(sites, steps[3])?.line, siteOf(sites, undefined)]).toEqual([17, undefined]);
  });
});
