/** Golden behaviours of steering: pauses, breakpoints, mocks, waits and signals. */
import type { Board, Breakpoint, Mock } from '#contracts/debugging';
import { errorInfo } from '#contracts/problems';
import { call, foreach, jump, parallel, pipelineOf, pure, respond, type Scenario } from './simulation.ts';

const HOUR = 3_600_000;
const FOREVER = Date.UTC(2200, 0, 1);

const breakpoint = (step: string, more: Partial<Breakpoint> = {}): Breakpoint => ({
  id: `bp_${step}`,
  step,
  notify: [],
  created_at: 0,
  expires_at: FOREVER,
  created_by: 'key:1',
  ...more,
});
const mock = (step: string, answers: Mock['answers']): Mock => ({ id: `mock_${step}`, step, answers, created_at: 0, expires_at: FOREVER, created_by: 'key:1' });
const boardOf = (more: Partial<Board>): Board => ({ breakpoints: [], mocks: [], ...more });
const sagaOf = (...names: string[]) =>
  pipelineOf(
    'saga',
    names.map((name) => call({ name, undo: true })),
    { saga: { order: 'reverse', track: true } },
  );
const three = pipelineOf('calls', [call({ name: 'one' }), call({ name: 'two' }), call({ name: 'three' })]);
const by = 'key:2';
const signal = (name: string, data: string, id = 'sig_1') => ({ type: 'signal' as const, signal: { id, name, data, by }, keep: true });

export const CONTROL_SCENARIOS: Record<string, Scenario> = {
  'pause-lets-the-call-end': {
    pipeline: three,
    script: { one: [{ ok: {}, ms: 1000 }] },
    orders: [
      { at: 500, command: { type: 'pause', by, reason: 'look at the bill first' } },
      { at: HOUR, command: { type: 'resume', by } },
    ],
  },
  'pause-stops-timers-and-deadline': {
    pipeline: pipelineOf('waits', [pure('wait', { sleep: 60_000 }), call({ name: 'after' })], { timeout_ms: 90_000 }),
    orders: [
      { at: 10_000, command: { type: 'pause', by } },
      { at: HOUR, command: { type: 'resume', by } },
    ],
  },
  'pause-then-cancel': {
    pipeline: sagaOf('reserve', 'charge'),
    script: { charge: [{ ok: {}, ms: 1000 }] },
    orders: [
      { at: 500, command: { type: 'pause', by } },
      { at: HOUR, command: { type: 'cancel', by, reason: 'not wanted' } },
    ],
  },
  'pause-ends-with-a-failure': {
    pipeline: sagaOf('reserve', 'charge'),
    script: { charge: [{ fail: 422, ms: 1000 }] },
    orders: [{ at: 500, command: { type: 'pause', by } }],
  },
  'breakpoint-resumed': {
    pipeline: three,
    board: boardOf({ breakpoints: [breakpoint('two', { condition: 'true', notify: ['ops@example.com'] }), breakpoint('three', { condition: 'false' })] }),
    orders: [{ at: HOUR, command: { type: 'resume', by } }],
  },
  'breakpoint-modified-twice': {
    pipeline: three,
    board: boardOf({ breakpoints: [breakpoint('two')] }),
    orders: [
      { at: 1000, command: { type: 'modify', by, input: { kind: 'ready', input: { amount: 1 }, secrets: [] } } },
      { at: 2000, command: { type: 'resume', by, input: { kind: 'ready', input: { amount: 2 }, secrets: [] } } },
    ],
  },
  'breakpoint-skipped': {
    pipeline: three,
    board: boardOf({ breakpoints: [breakpoint('two')] }),
    orders: [{ at: 1000, command: { type: 'skip', by } }],
  },
  'breakpoint-aborted-undoes': {
    pipeline: sagaOf('reserve', 'charge'),
    board: boardOf({ breakpoints: [breakpoint('charge')] }),
    orders: [{ at: 1000, command: { type: 'abort', by, reason: 'wrong customer' } }],
  },
  'breakpoint-superseded': {
    pipeline: sagaOf('reserve', 'charge'),
    board: boardOf({ breakpoints: [breakpoint('charge')] }),
    orders: [{ at: 1000, command: { type: 'supersede', by, replayed_as: 'exec_2', from_step: 'reserve' } }],
  },
  'breakpoint-before-a-conditional': {
    pipeline: pipelineOf('jump', [pure('check', { answer: 'big' }), jump('route', 'check', { big: 3 }, 2), pure('small'), respond()]),
    board: boardOf({ breakpoints: [breakpoint('route'), breakpoint('respond')] }),
    orders: [
      { at: 1000, command: { type: 'resume', by } },
      { at: 2000, command: { type: 'resume', by } },
    ],
  },
  'mocks-of-a-board': {
    pipeline: pipelineOf('calls', [
      call({ name: 'one', retry: { max_attempts: 3, backoff: 'fixed', initial_delay_ms: 1000, max_delay_ms: 1000, jitter: false } }),
      call({ name: 'two' }),
      pure('three'),
    ]),
    board: boardOf({
      mocks: [
        mock('one', [
          { error: errorInfo('upstream_status', 'as mocked', { status: 503, retryable: true }), delay_ms: 250 },
          { output: { fine: true }, delay_ms: 50 },
        ]),
        mock('three', [{ output: { mocked: 3 } }]),
      ],
    }),
  },
  'mocked-run-undoes-nothing': {
    pipeline: sagaOf('reserve', 'charge', 'ship'),
    mocks: {
      by,
      steps: { reserve: [{ output: { id: 1 } }], charge: [{ output: { id: 2 } }], ship: [{ error: errorInfo('upstream_status', 'refused', { status: 422 }) }] },
    },
  },
  'mocked-run-comes-to-a-step-without-mock': {
    pipeline: three,
    mocks: { by, steps: { one: [{ output: {} }] } },
    board: boardOf({ mocks: [mock('two', [{ output: { never: 'used' } }])] }),
  },
  'mocked-run-calls-no-other-pipeline': {
    pipeline: pipelineOf('calls', [
      call({ name: 'sub', type: 'step.workflow_call', waits: 'early' }),
      call({ name: 'again', type: 'step.workflow_call', waits: 'early' }),
    ]),
    mocks: { by, steps: { sub: [{ output: { word: 'as mocked' } }] } },
  },
  'standing-mock-of-a-call': {
    pipeline: pipelineOf('calls', [call({ name: 'sub', type: 'step.workflow_call', waits: 'early' }), pure('after')]),
    board: boardOf({ mocks: [mock('sub', [{ output: { word: 'as mocked' }, delay_ms: 250 }])] }),
  },
  'breakpoint-and-mocks-in-blocks': {
    // By a step's own name, by its path in the definition, and for one item alone.
    pipeline: pipelineOf('blocks', [
      parallel('fan', { a: [call({ name: 'a' })], b: [call({ name: 'b' })] }),
      foreach('each', [1, 2, 3], [call({ name: 'r' })]),
    ]),
    board: boardOf({
      mocks: [mock('b', [{ output: { by: 'name' } }]), mock('each/r', [{ output: { by: 'path' } }]), mock('each/1/r', [{ output: { by: 'item' } }])],
      breakpoints: [breakpoint('each/2/r')],
    }),
    orders: [{ at: HOUR, command: { type: 'resume', by } }],
  },
  'signal-answers-the-wait': {
    pipeline: pipelineOf('wait', [call({ name: 'before' }), pure('paid', { wait: 'payment.received' }, { waits: 'early' }), call({ name: 'after' })]),
    orders: [{ at: HOUR, command: signal('payment.received', 'thanks') }],
  },
  'signal-comes-early-and-twice': {
    pipeline: pipelineOf('wait', [call({ name: 'before' }), pure('paid', { wait: 'payment.received', ms: HOUR }, { waits: 'early' }), call({ name: 'after' })]),
    script: { before: [{ ok: {}, ms: 5000 }] },
    orders: [
      { at: 1000, command: signal('payment.received', 'thanks') },
      { at: 2000, command: signal('payment.received', 'thanks') },
    ],
  },
  'wait-times-out': { pipeline: pipelineOf('wait', [pure('paid', { wait: 'payment.received', ms: HOUR }, { waits: 'early' })]) },
  'wait-times-out-with-a-default': {
    pipeline: pipelineOf('wait', [pure('paid', { wait: 'payment.received', ms: HOUR, default: 'nothing' }, { waits: 'early' }), call({ name: 'after' })]),
  },
  'approval-rejected-undoes': {
    pipeline: pipelineOf('wait', [call({ name: 'reserve', undo: true }), pure('decide', { wait: 'approval' }, { waits: 'guarded' })], {
      saga: { order: 'reverse', track: true },
    }),
    orders: [{ at: HOUR, command: signal('decide', 'reject') }],
  },
  'cancelled-while-it-waits-for-a-signal': {
    pipeline: pipelineOf('wait', [pure('paid', { wait: 'payment.received' }, { waits: 'early' })]),
    orders: [{ at: HOUR, command: { type: 'cancel', by } }],
  },
};
