/** The behaviours that are golden: each is a history in `test/golden`, and is killed between every two commits. */
import type { AdmissionAnswer, AdmissionRequest } from '#contracts/admission';
import type { DeadLetterPolicy } from '#contracts/definition';
import type { RetryPolicy } from '#contracts/graph';
import { CONTROL_SCENARIOS } from './control-scenarios.ts';
import { BLOCK_SCENARIOS } from './scenarios-blocks.ts';
import { CIRCUIT_SCENARIOS } from './scenarios-circuit.ts';
import { COMPENSATION_SCENARIOS } from './scenarios-compensation.ts';
import { call, jump, pipelineOf, pure, respond, type Scenario } from './simulation.ts';

const RETRY: RetryPolicy = { max_attempts: 3, backoff: 'exponential', initial_delay_ms: 1000, max_delay_ms: 10_000, jitter: true };
const ONE_AT_A_TIME: AdmissionRequest = { max: 1, on_conflict: 'queue', priority: 0 };
const QUEUED: AdmissionAnswer = { kind: 'queued', reason: 'concurrency', position: 1 };
const LETTERS: DeadLetterPolicy = { of: 'unattended', retention_ms: 7 * 24 * 3_600_000, replayable: true };
const saga = (names: string[], more: object = {}) =>
  pipelineOf(
    'saga',
    names.map((name) => call({ name, undo: true, ...(name === 'charge' ? { idempotency_key: 'charge_1' } : {}) })),
    { saga: { order: 'reverse', track: true }, ...more },
  );

/** A run of an endless process: `never` is behind its end. */
const CHAIN = pipelineOf('chain', [call({ name: 'one' }), call({ name: 'next', type: 'step.continue_as_new', continues: true, retry: RETRY }), pure('never')]);
const NEXT = { next: [{ ok: { execution_id: 'exec_next' } }] };

export const SCENARIOS: Record<string, Scenario> = {
  ...CONTROL_SCENARIOS,
  ...CIRCUIT_SCENARIOS,
  ...COMPENSATION_SCENARIOS,
  'pure-five-steps': { pipeline: pipelineOf('pure', [pure('a'), pure('b'), pure('c'), pure('d'), respond()]) },
  'three-calls': {
    pipeline: pipelineOf('calls', [pure('parse'), call({ name: 'one' }), call({ name: 'two' }), call({ name: 'three' }), respond('respond', 201)]),
  },
  'saga-third-fails': { pipeline: saga(['reserve', 'charge', 'ship']), script: { ship: [{ fail: 422 }] } },
  'saga-with-timeout-answered-at-once': {
    pipeline: saga(['reserve', 'charge'], { saga: { order: 'reverse', track: true, timeout_ms: 30_000 } }),
    answeredAtOnce: true,
  },
  'saga-parallel-undo': { pipeline: saga(['reserve', 'charge', 'ship'], { saga: { order: 'parallel', track: true } }), script: { ship: [{ fail: 422 }] } },
  'saga-nothing-to-undo': { pipeline: saga(['reserve', 'charge']), script: { reserve: [{ fail: 422 }] } },
  'saga-undo-retried': { pipeline: saga(['reserve', 'charge']), script: { charge: [{ fail: 422 }], 'reserve:undo': [{ fail: 503 }, { ok: {} }] } },
  'saga-undo-gives-up-then-resumed': {
    pipeline: saga(['reserve', 'charge', 'ship']),
    script: { ship: [{ fail: 422 }], 'charge:undo': [{ fail: 409 }, { ok: {} }] },
    orders: [{ at: 60_000, command: { type: 'resume', by: 'key:1' } }],
  },
  'saga-parallel-undo-gives-up-then-resumed': {
    pipeline: saga(['reserve', 'charge', 'ship'], { saga: { order: 'parallel', track: true } }),
    script: { ship: [{ fail: 422 }], 'charge:undo': [{ fail: 409 }, { ok: {} }], 'reserve:undo': [{ ok: {}, ms: 500 }] },
    orders: [{ at: 60_000, command: { type: 'resume', by: 'key:1' } }],
  },
  'retry-then-success': {
    pipeline: pipelineOf('retry', [call({ name: 'flaky', retry: RETRY }), respond()]),
    script: { flaky: [{ fail: 503 }, { fail: 503 }, { ok: { n: 3 } }] },
  },
  'retry-exhausted': { pipeline: pipelineOf('retry', [call({ name: 'down', retry: RETRY })]), script: { down: [{ fail: 503 }] } },
  'dead-letter-after-retries': {
    pipeline: pipelineOf('retry', [call({ name: 'down', retry: RETRY })], { dead_letter: { ...LETTERS, alert_threshold: 100 } }),
    script: { down: [{ fail: 503 }] },
  },
  'dead-letter-of-an-undone-saga': {
    pipeline: saga(['reserve', 'charge', 'ship'], { dead_letter: LETTERS }),
    script: { ship: [{ fail: 422 }] },
  },
  'cancel-leaves-no-dead-letter': {
    pipeline: saga(['reserve', 'charge'], { dead_letter: LETTERS }),
    script: { charge: [{ ok: {}, ms: 5000 }] },
    orders: [{ at: 1000, command: { type: 'cancel', by: 'key:1' } }],
  },
  'key-released-once-it-has-ended': {
    pipeline: pipelineOf('calls', [call({ name: 'one' }), respond()]),
    key: 'order_1',
    script: { one: [{ ok: {}, ms: 5000 }] },
    orders: [1000, 60_000, 70_000].map((at) => ({ at, command: { type: 'release_key', by: 'key:1', reason: 'sent by mistake' } })),
  },
  'queued-then-granted': {
    pipeline: pipelineOf('calls', [call({ name: 'one' }), respond()], { timeout_ms: 30_000 }),
    admission: ONE_AT_A_TIME,
    orders: [
      { at: 0, command: { type: 'admission', answer: QUEUED, run: false } },
      { at: 60_000, command: { type: 'admission', answer: { kind: 'granted' }, run: false } },
    ],
  },
  'queued-then-superseded': {
    pipeline: pipelineOf('calls', [call({ name: 'one' })]),
    admission: ONE_AT_A_TIME,
    orders: [
      { at: 0, command: { type: 'admission', answer: QUEUED, run: false } },
      { at: 5000, command: { type: 'admission', answer: { kind: 'refused', reason: 'superseded', by: 'exec_2' }, run: false } },
    ],
  },
  'cancel-while-queued': {
    pipeline: saga(['reserve']),
    admission: ONE_AT_A_TIME,
    orders: [
      { at: 0, command: { type: 'admission', answer: QUEUED, run: false } },
      { at: 5000, command: { type: 'cancel', by: 'key:1' } },
    ],
  },
  'retry-after-honoured': {
    pipeline: pipelineOf('retry', [call({ name: 'busy', retry: RETRY })]),
    script: { busy: [{ fail: 503, retryAfter: 7000 }, { ok: {} }] },
  },
  'not-retryable': { pipeline: pipelineOf('retry', [call({ name: 'refused', retry: RETRY })]), script: { refused: [{ fail: 404 }] } },
  'on-error-skip': { pipeline: pipelineOf('skip', [call({ name: 'optional', on_error: 'skip' }), pure('after')]), script: { optional: [{ fail: 500 }] } },
  'on-error-continue': {
    pipeline: pipelineOf('continue', [call({ name: 'optional', on_error: 'continue' }), pure('after')]),
    script: { optional: [{ fail: 500 }] },
  },
  'on-error-compensate-without-saga': {
    pipeline: pipelineOf('undo', [call({ name: 'first', undo: true }), call({ name: 'second' })], { on_error: 'compensate' }),
    script: { second: [{ fail: 400 }] },
  },
  'conditional-jumps-over': {
    pipeline: pipelineOf('jump', [pure('check', { answer: 'big' }), jump('route', 'check', { big: 3 }, 2), pure('small'), pure('large')]),
  },
  'conditional-without-match': { pipeline: pipelineOf('jump', [jump('route', 'nothing', { big: 1 }), pure('end')]) },
  'if-and-skip-if': { pipeline: pipelineOf('if', [pure('a', {}, { if: 'false' }), pure('b', {}, { skip_if: 'true' }), pure('c', {}, { if: 'true' })]) },
  'condition-broken': { pipeline: pipelineOf('if', [pure('a', {}, { if: 'broken' })]) },
  'settings-cannot-be-filled-in': { pipeline: pipelineOf('bad', [call({ name: 'a', config: { unresolvable: true } })]) },
  'delay-of-three-days': { pipeline: pipelineOf('delay', [pure('sleep', { sleep: 259_200_000 }), pure('after')]) },
  'pipeline-timeout-while-calling': {
    pipeline: pipelineOf('slow', [call({ name: 'slow' }), pure('after')], { timeout_ms: 2000 }),
    script: { slow: [{ ok: {}, ms: 5000 }] },
  },
  'saga-timeout-undoes': {
    pipeline: saga(['reserve', 'charge'], { saga: { order: 'reverse', track: true, timeout_ms: 2000 } }),
    script: { charge: [{ ok: {}, ms: 5000 }] },
  },
  'cancel-while-calling-undoes-it-too': {
    pipeline: saga(['reserve', 'charge', 'ship']),
    script: { charge: [{ ok: { charged: true }, ms: 1000 }] },
    orders: [{ at: 500, command: { type: 'cancel', by: 'key:1', reason: 'customer asked' } }],
  },
  'cancel-while-waiting': {
    pipeline: pipelineOf('delay', [pure('sleep', { sleep: 60_000 }), pure('after')]),
    orders: [{ at: 1000, command: { type: 'cancel', by: 'key:1' } }],
  },
  'cancel-between-retries': {
    pipeline: pipelineOf('retry', [call({ name: 'down', retry: RETRY })]),
    script: { down: [{ fail: 503 }] },
    orders: [{ at: 500, command: { type: 'cancel', by: 'key:1' } }],
  },
  'pure-step-fails': { pipeline: pipelineOf('pure', [pure('a', { fail: true })]) },
  'replay-from-third-step': {
    pipeline: pipelineOf('calls', [pure('parse'), call({ name: 'one' }), call({ name: 'two' }), respond('respond', 201)]),
    recording: {
      until: { step: 'two', runs: 0 },
      steps: {
        parse: [{ kind: 'completed', output: { n: 7 } }],
        one: [{ kind: 'completed', output: { done: 'at the origin' }, response: { status_code: 200 } }],
      },
      undos: {},
    },
  },
  'replay-follows-the-way': {
    pipeline: pipelineOf('way', [
      pure('check', { answer: 'small' }),
      pure('passed', {}, { if: 'true' }),
      call({ name: 'optional', on_error: 'continue' }),
      jump('route', 'check', { big: 6 }, 4),
      pure('small'),
      call({ name: 'never' }),
      call({ name: 'last' }),
    ]),
    recording: {
      until: { step: 'last', runs: 0 },
      steps: {
        check: [{ kind: 'completed', output: 'big' }],
        passed: [{ kind: 'skipped', reason: 'if: true' }],
        optional: [{ kind: 'failed', error: { code: 'upstream_status', message: '500 from optional', retryable: true, status: 500 } }],
        route: [{ kind: 'routed', value: 'big', route: 'big' }],
      },
      undos: {},
    },
  },
  'replay-undoes-its-own-only': {
    pipeline: saga(['reserve', 'charge', 'ship']),
    script: { ship: [{ fail: 422 }] },
    recording: { until: { step: 'charge', runs: 0 }, steps: { reserve: [{ kind: 'completed', output: { done: 'at the origin' } }] }, undos: {} },
  },
  'replay-of-a-loop': {
    // Twice round: the second time the route leads on.
    pipeline: pipelineOf('loop', [call({ name: 'poll' }), jump('route', 'poll', { again: 0 }, 2), call({ name: 'done' })]),
    recording: {
      until: { step: 'done', runs: 0 },
      steps: {
        poll: [
          { kind: 'completed', output: 'again' },
          { kind: 'completed', output: 'ready' },
        ],
        route: [
          { kind: 'routed', value: 'again', route: 'again' },
          { kind: 'routed', value: 'ready', route: 'ready' },
        ],
      },
      undos: {},
    },
  },
  'dry-run': {
    pipeline: pipelineOf('calls', [pure('sleep', { sleep: 259_200_000 }), call({ name: 'one', retry: RETRY }), pure('after'), respond()]),
    recording: { steps: { one: [{ kind: 'completed', output: { done: 'at the origin' } }] }, undos: {} },
    dry_run: true,
  },
  'continue-as-new': { pipeline: CHAIN, script: NEXT },
  'continue-as-new-after-an-interruption': { pipeline: CHAIN, script: { next: [{ fail: 503 }, { ok: { execution_id: 'exec_next' } }] } },
  'continue-as-new-cancelled-as-it-starts': {
    pipeline: CHAIN,
    script: { next: [{ ok: { execution_id: 'exec_next' }, ms: 5000 }] },
    orders: [{ at: 1000, command: { type: 'cancel', by: 'key:1' } }],
  },
  'continue-as-new-paused-as-it-starts': {
    pipeline: CHAIN,
    script: { next: [{ ok: { execution_id: 'exec_next' }, ms: 5000 }] },
    orders: [
      { at: 1000, command: { type: 'pause', by: 'key:1' } },
      { at: 60_000, command: { type: 'resume', by: 'key:1' } },
    ],
  },
  'dry-run-starts-no-next-run': {
    pipeline: CHAIN,
    recording: {
      steps: { one: [{ kind: 'completed', output: {} }], next: [{ kind: 'completed', output: { execution_id: 'exec_of_the_origin' } }] },
      undos: {},
    },
    dry_run: true,
  },
  'continue-as-new-mocked': { pipeline: CHAIN, mocks: { by: 'key:1', steps: { one: [{ output: {} }], next: [{ output: { execution_id: 'exec_mocked' } }] } } },
  'dry-run-of-a-failure-undoes-from-the-record': {
    pipeline: saga(['reserve', 'charge', 'ship']),
    recording: {
      steps: {
        reserve: [{ kind: 'completed', output: { reserved: 1 } }],
        charge: [{ kind: 'completed', output: { charged: 1 } }],
        ship: [{ kind: 'failed', error: { code: 'upstream_status', message: '503 from ship', retryable: true, status: 503 } }],
      },
      undos: { charge: [{ kind: 'completed', output: { refunded: 1 } }], reserve: [{ kind: 'completed', output: {} }] },
    },
    dry_run: true,
  },
  'dry-run-without-a-record': {
    pipeline: pipelineOf('calls', [call({ name: 'one' }), call({ name: 'two', retry: RETRY })]),
    recording: { steps: { one: [{ kind: 'completed', output: {} }] }, undos: {} },
    dry_run: true,
  },
  'pure-undo': {
    pipeline: pipelineOf('undo', [call({ name: 'a', undo: { type: 'step.log', pure: true } }), pure('b', { fail: true })], {
      saga: { order: 'reverse', track: true },
    }),
  },
  ...BLOCK_SCENARIOS,
};
