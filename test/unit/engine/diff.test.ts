/** Two executions side by side: every way in which they can differ. */
import { describe, expect, it } from 'vitest';
import { type ExecutionDiff, executionDiffSchema, type StepDiff, type ValueDiff } from '#contracts/diff';
import type { Timeline, TimelineStep } from '#contracts/execution';
import type { Json } from '#contracts/json';
import { type DiffKnowledge, diffTimelines } from '#engine/diff';
import { diffValues, MAX_PATHS } from '#engine/diff-values';

const link = (sha: string, id = 'a'): Json => ({ _payload: { sha256: sha, size: 70_000, url: `/api/v1/executions/${id}/payloads/${sha}` } });

describe('values', () => {
  it.each<[string, Json | undefined, Json | undefined, ValueDiff | null]>([
    ['the same', { a: [1, { b: null }] }, { a: [1, { b: null }] }, null],
    ['the same in another order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, null],
    ['a scalar', 1, 2, { $: { left: 1, right: 2 } }],
    ['another type', { a: '1' }, { a: 1 }, { a: { left: '1', right: 1 } }],
    ['a nested field', { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, { 'a.b.c': { left: 1, right: 2 } }],
    ['an item of a list', { a: [1, 2, 3] }, { a: [1, 5, 3] }, { 'a.1': { left: 2, right: 5 } }],
    ['a longer list', [1], [1, { x: 2 }], { '1': { left: null, right: { x: 2 } } }],
    ['a shorter list', [1, 2], [1], { '1': { left: 2, right: null } }],
    ['a field that is gone', { a: { b: 1 } }, {}, { a: { left: { b: 1 }, right: null } }],
    ['a list for an object', { a: [] }, { a: {} }, { a: { left: [], right: {} } }],
    ['null for nothing', { a: null }, {}, { a: { left: null, right: null, absent: 'right' } }],
    ['nothing for null', {}, { a: null }, { a: { left: null, right: null, absent: 'left' } }],
    ['a value where there was none', undefined, { a: 1 }, { $: { left: null, right: { a: 1 } } }],
    ['false and nothing', { a: false }, {}, { a: { left: false, right: null } }],
    [
      'keys that look like paths',
      { 'a.b': 1, '': 2, 'c[0]': 3 },
      {},
      { '["a.b"]': { left: 1, right: null }, '[""]': { left: 2, right: null }, '["c[0]"]': { left: 3, right: null } },
    ],
    ['a key of prototypes', JSON.parse('{"__proto__":1}'), {}, Object.fromEntries([['__proto__', { left: 1, right: null }]])],
    ['large values of one content', link('s1', 'a'), link('s1', 'b'), null],
    ['large values of other content', link('s1'), link('s2'), { $: { left: link('s1'), right: link('s2') } }],
  ])('%s', (_title, left, right, expected) => {
    const found = diffValues(left, right);
    expect(found?.paths ?? null).toEqual(expected);
  });

  it('looks into large values that are loaded', () => {
    const values = new Map<string, Json>([
      ['s1', { rows: [1, 2] }],
      ['s2', { rows: [1, 3] }],
    ]);
    expect(diffValues({ big: link('s1') }, { big: link('s2') }, values)?.paths).toEqual({ 'big.rows.1': { left: 2, right: 3 } });
    expect(diffValues(link('s1'), { rows: [1, 2] }, values)).toBeNull();
  });

  it('lists so many and says that there are more', () => {
    const count = (n: number) =>
      diffValues(
        Array.from({ length: n }, (_, i) => i),
        Array.from({ length: n }, () => -1),
      );
    expect([Object.keys(count(MAX_PATHS)!.paths).length, count(MAX_PATHS)!.truncated]).toEqual([MAX_PATHS, false]);
    expect([Object.keys(count(MAX_PATHS + 50)!.paths).length, count(MAX_PATHS + 50)!.truncated]).toEqual([MAX_PATHS, true]);
  });

  it('lists in the order of the left, then of the right', () => {
    expect(Object.keys(diffValues({ z: 1, a: 1, same: 0 }, { b: 2, same: 0, a: 2 })!.paths)).toEqual(['z', 'a', 'b']);
  });
});

const NAMES = ['parse', 'check', 'route', 'charge', 'respond'];
type Step = Partial<TimelineStep> & { name: string };

function timeline(id: string, steps: Step[], more: Partial<Timeline> = {}): Timeline {
  return {
    execution_id: id,
    workflow: 'shop',
    workflow_id: 'wf_1',
    version: 1,
    definition: 'd1',
    environment: 'production',
    region: 'us',
    pipeline: 'order',
    tenant: 'acme',
    status: 'completed',
    started_at: '2026-02-15T14:30:00.000Z',
    completed_at: '2026-02-15T14:30:00.847Z',
    duration_ms: 847,
    trigger: { type: 'manual', data: { n: 1 } },
    steps: steps.map((step) => ({ type: 'step.set', index: NAMES.indexOf(step.name), status: 'completed', attempts: 1, ...step })),
    metadata: {},
    last_seq: 9,
    ...more,
  };
}

const error = (code: string, message: string) => ({ code, message, retryable: false }) as TimelineStep['error'];

/** The left steps and the right, and what is said of one of them. */
const CASES: [
  title: string,
  left: Step[],
  right: Step[],
  expected: StepDiff,
  more?: { left?: Partial<Timeline>; right?: Partial<Timeline>; known?: DiffKnowledge },
][] = [
  [
    'identical',
    [{ name: 'parse', output: { a: 1 }, duration_ms: 2 }],
    [{ name: 'parse', output: { a: 1 }, duration_ms: 3 }],
    { step: 'parse', status: 'identical', left_duration_ms: 2, right_duration_ms: 3 },
  ],
  ['identical without durations', [{ name: 'parse' }], [{ name: 'parse' }], { step: 'parse', status: 'identical' }],
  ['more attempts make no difference', [{ name: 'parse', attempts: 1 }], [{ name: 'parse', attempts: 3 }], { step: 'parse', status: 'identical' }],
  [
    'another output, as the product document shows it',
    [{ name: 'check', output: { available: true, warehouse: 'us-east-1' } }],
    [{ name: 'check', output: { available: false, reason: 'out_of_stock' } }],
    {
      step: 'check',
      status: 'output_different',
      left_output: { available: true, warehouse: 'us-east-1' },
      right_output: { available: false, reason: 'out_of_stock' },
      diff: { available: { left: true, right: false }, warehouse: { left: 'us-east-1', right: null }, reason: { left: null, right: 'out_of_stock' } },
    },
  ],
  [
    'another input, the same output',
    [{ name: 'check', input: { sku: 'a' }, output: 1 }],
    [{ name: 'check', input: { sku: 'b' }, output: 1 }],
    { step: 'check', status: 'identical', input_different: true, input_diff: { sku: { left: 'a', right: 'b' } } },
  ],
  [
    'an input that was not needed, for the output was recorded',
    [{ name: 'check', input: { sku: 'a' }, output: 1 }],
    [{ name: 'check', output: 1, response: { recorded: true } }],
    { step: 'check', status: 'identical' },
  ],
  [
    'completed and failed',
    [{ name: 'charge', output: { id: 1 } }],
    [{ name: 'charge', status: 'failed', error: error('upstream_status', '402 from bank') }],
    {
      step: 'charge',
      status: 'status_different',
      left_output: { id: 1 },
      right_output: null,
      diff: { $: { left: { id: 1 }, right: null } },
      left_status: 'completed',
      right_status: 'failed',
      right_error: { code: 'upstream_status', message: '402 from bank' },
    },
    { right: { status: 'failed' } },
  ],
  [
    'completed and undone',
    [{ name: 'charge', output: 1 }],
    [{ name: 'charge', output: 1, status: 'compensated' }],
    { step: 'charge', status: 'status_different', left_output: 1, right_output: 1, left_status: 'completed', right_status: 'compensated' },
  ],
  [
    'failed in the same way',
    [{ name: 'charge', status: 'failed', error: error('step_timeout', 'too long') }],
    [{ name: 'charge', status: 'failed', error: error('step_timeout', 'too long') }],
    { step: 'charge', status: 'identical' },
  ],
  [
    'failed in another way',
    [{ name: 'charge', status: 'failed', error: error('step_timeout', 'too long') }],
    [{ name: 'charge', status: 'failed', error: error('upstream_status', 'too long') }],
    {
      step: 'charge',
      status: 'output_different',
      left_output: null,
      right_output: null,
      diff: { 'error.code': { left: 'step_timeout', right: 'upstream_status' } },
      left_error: { code: 'step_timeout', message: 'too long' },
      right_error: { code: 'upstream_status', message: 'too long' },
    },
  ],
  [
    'skipped on the right by its condition',
    [{ name: 'charge', output: 1 }],
    [{ name: 'charge', status: 'skipped', reason: 'if: total > 0' }],
    {
      step: 'charge',
      status: 'right_skipped',
      left_output: 1,
      right_output: null,
      diff: { $: { left: 1, right: null } },
      reason: 'if: total > 0',
      left_status: 'completed',
      right_status: 'skipped',
    },
  ],
  [
    'skipped on the left by its condition',
    [{ name: 'charge', status: 'skipped', reason: 'skip_if: true' }],
    [{ name: 'charge', output: 1 }],
    {
      step: 'charge',
      status: 'left_skipped',
      left_output: null,
      right_output: 1,
      diff: { $: { left: null, right: 1 } },
      reason: 'skip_if: true',
      left_status: 'skipped',
      right_status: 'completed',
    },
  ],
  [
    'skipped on both',
    [{ name: 'charge', status: 'skipped', reason: 'a' }],
    [{ name: 'charge', status: 'skipped', reason: 'b' }],
    { step: 'charge', status: 'identical' },
  ],
  [
    'jumped over on the right',
    [{ name: 'check' }, { name: 'charge', output: { charge_id: 'ch' } }],
    [{ name: 'check', route: { value: 'no', route: 'no', target: 'respond' } }, { name: 'respond' }],
    {
      step: 'charge',
      status: 'right_skipped',
      left_output: { charge_id: 'ch' },
      right_output: null,
      reason: 'Step skipped due to conditional routing from check',
    },
  ],
  [
    'jumped over on the left, to the end',
    [{ name: 'check', route: { value: 'no', route: 'no', target: '' } }],
    [
      { name: 'check', route: { value: 'no', route: 'no', target: '' } },
      { name: 'charge', output: 1 },
    ],
    { step: 'charge', status: 'left_skipped', left_output: null, right_output: 1, reason: 'Step skipped due to conditional routing from check' },
  ],
  [
    'not reached, for an earlier step failed',
    [{ name: 'check' }, { name: 'charge', output: 1 }],
    [{ name: 'check', status: 'failed', error: error('step_timeout', 'x') }],
    { step: 'charge', status: 'right_skipped', left_output: 1, right_output: null, reason: 'Step not reached: check failed before it' },
    { right: { status: 'failed' } },
  ],
  [
    'not reached, for it was cancelled',
    [{ name: 'check' }],
    [{ name: 'check' }, { name: 'charge', output: 1 }],
    { step: 'charge', status: 'left_skipped', left_output: null, right_output: 1, reason: 'Step not reached: the execution was cancelled before it' },
    { left: { status: 'cancelled' } },
  ],
  [
    'still to come',
    [{ name: 'charge', output: 1 }],
    [{ name: 'charge', status: 'pending' }],
    { step: 'charge', status: 'right_skipped', left_output: 1, right_output: null, reason: 'Step not reached yet: the execution is waiting' },
    { right: { status: 'waiting' } },
  ],
  [
    'in one version only, on the left',
    [{ name: 'charge', output: 1 }],
    [],
    { step: 'charge', status: 'left_only', left_output: 1, right_output: null, reason: 'order version 2 has no step charge' },
    { right: { definition: 'd2', version: 2 }, known: { left: NAMES, right: ['parse'] } },
  ],
  [
    'in one version only, on the right',
    [],
    [{ name: 'charge', output: 1 }],
    { step: 'charge', status: 'right_only', left_output: null, right_output: 1, reason: 'order version 1 has no step charge' },
    { right: { definition: 'd2', version: 2 } },
  ],
  [
    'in both versions, and not run in one',
    [{ name: 'charge', output: 1 }],
    [{ name: 'parse' }],
    { step: 'charge', status: 'right_skipped', left_output: 1, right_output: null, reason: 'Step not reached: the execution completed before it' },
    { right: { definition: 'd2', version: 2 }, known: { left: NAMES, right: NAMES } },
  ],
  [
    'passed over on one side, not come to on the other',
    [{ name: 'charge', status: 'skipped', reason: 'if: false' }],
    [],
    { step: 'charge', status: 'identical' },
  ],
];

describe('steps', () => {
  it.each(CASES)('%s', (_title, left, right, expected, more = {}) => {
    const diff = diffTimelines(timeline('l', left, more.left), timeline('r', right, more.right), more.known);
    expect(diff.step_diffs.find((step) => step.step === expected.step)).toEqual(expected);
    expect(executionDiffSchema.parse(diff)).toEqual(diff);
    expect(diff.summary.steps_identical + diff.summary.steps_different).toBe(diff.step_diffs.length);
  });

  it('stand in the order of the left, the right ones after their predecessors', () => {
    const names = (list: string[]) => list.map((name) => ({ name, index: 0 }));
    const diff = diffTimelines(timeline('l', names(['b', 'x', 'c'])), timeline('r', names(['a', 'b', 'n1', 'n2', 'c', 'z'])));
    expect(diff.step_diffs.map((step) => step.step)).toEqual(['a', 'b', 'n1', 'n2', 'x', 'c', 'z']);
  });

  it('that neither side has come to are not there', () => {
    const diff = diffTimelines(timeline('l', [{ name: 'charge', status: 'pending' }]), timeline('r', []));
    expect(diff.step_diffs).toEqual([]);
  });
});

describe('the whole', () => {
  it('has the summary of the product document', () => {
    const left = timeline('l', [{ name: 'parse' }, { name: 'charge', output: 1 }]);
    const right = timeline('r', [{ name: 'parse' }, { name: 'charge', status: 'failed' }], { status: 'failed', duration_ms: 1234 });
    expect(diffTimelines(left, right)).toMatchObject({
      left: 'l',
      right: 'r',
      summary: { left_status: 'completed', right_status: 'failed', left_duration_ms: 847, right_duration_ms: 1234, steps_different: 1, steps_identical: 1 },
    } satisfies Partial<ExecutionDiff>);
  });

  it('says null for the duration of one that runs', () => {
    expect(diffTimelines(timeline('l', []), timeline('r', [], { status: 'running', duration_ms: undefined })).summary.right_duration_ms).toBeNull();
  });

  it('finds where the triggers differ, less what differs with every request', () => {
    const http = (body: Json, id: string): Partial<Timeline> => ({
      trigger: { type: 'http', method: 'POST', headers: { 'x-request-id': id }, request_id: id, body },
    });
    expect(diffTimelines(timeline('l', [], http({ n: 1 }, 'a')), timeline('r', [], http({ n: 2 }, 'b'))).trigger_diff).toEqual({
      'body.n': { left: 1, right: 2 },
    });
    expect(diffTimelines(timeline('l', [], http({ n: 1 }, 'a')), timeline('r', [], http({ n: 1 }, 'b')))).not.toHaveProperty('trigger_diff');
  });

  it('of an execution and itself is identical', () => {
    const one = timeline(
      'l',
      CASES.flatMap(([, left]) => left).filter((step, i, all) => all.findIndex((other) => other.name === step.name) === i),
    );
    const diff = diffTimelines(one, one);
    expect([diff.summary.steps_different, diff.summary.steps_identical]).toEqual([0, one.steps.length]);
  });

  it('gives the same text for the same timelines, and leaves them as they are', () => {
    const left = timeline('l', [{ name: 'check', output: { b: 1, a: { c: [1, 2] } } }]);
    const right = timeline('r', [{ name: 'check', output: { a: { c: [2] }, d: 1 } }]);
    const before = JSON.stringify([left, right]);
    expect(JSON.stringify(diffTimelines(left, right))).toBe(JSON.stringify(diffTimelines(left, right)));
    expect(JSON.stringify([left, right])).toBe(before);
  });

  it('of 50 steps with 1,000 fields each is far below 100 ms of work', () => {
    const steps = (seed: number): Step[] =>
      Array.from({ length: 50 }, (_, i) => ({
        name: `s${i}`,
        index: i,
        output: Object.fromEntries(Array.from({ length: 1000 }, (_, k) => [`f${k}`, k === i ? seed : k])),
      }));
    const left = timeline('l', steps(-1));
    const right = timeline('r', steps(-2));
    const begun = process.cpuUsage();
    const diff = diffTimelines(left, right);
    const { user, system } = process.cpuUsage(begun);
    expect(diff.summary.steps_different).toBe(50);
    expect((user + system) / 1000).toBeLessThan(100);
  });
});
