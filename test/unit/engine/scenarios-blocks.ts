/** The behaviours of blocks that are golden, see `scenarios.ts`. */
import type { Pipeline } from '#contracts/definition';
import type { BlockNode, BlockPlan, RetryPolicy } from '#contracts/graph';
import { block, call, foreach, jump, parallel, pipelineOf, pure, respond, type Scenario } from './simulation.ts';

const RETRY: RetryPolicy = { max_attempts: 3, backoff: 'fixed', initial_delay_ms: 1000, max_delay_ms: 10_000, jitter: false };
const SAGA: Partial<Pipeline> = { saga: { order: 'reverse', track: true } };
const undoable = (name: string) => call({ name, undo: true });
const branch = (name: string, field: string, bodies: Parameters<typeof block>[2], routes: Record<string, number>, more: Partial<BlockPlan> = {}) =>
  block(name, { kind: 'branch', config: {}, select: { by: 'field', field }, routes, ...more } as BlockPlan, bodies);
const loop = (name: string, condition: string, max: number, body: Parameters<typeof foreach>[2], more: Partial<BlockNode> = {}) =>
  block(name, { kind: 'while', condition, max, variable: 'round', collect: { key: 'all', from: 'ask' } }, { round: body }, more);
const retried = (name: string, bodies: Parameters<typeof block>[2], more: Partial<BlockNode> = {}) =>
  block(name, { kind: 'retry', policy: RETRY }, bodies, more);

export const BLOCK_SCENARIOS: Record<string, Scenario> = {
  'parallel-pure': {
    pipeline: pipelineOf('fan', [pure('before'), parallel('fan', { profile: [pure('profile')], orders: [pure('list'), pure('sum')] }), respond()]),
  },
  'parallel-calls-of-different-length': {
    pipeline: pipelineOf('fan', [parallel('fan', { slow: [call({ name: 'slow' })], quick: [call({ name: 'one' }), call({ name: 'two' })] }), pure('after')]),
    script: { 'fan/slow': [{ ok: { took: 'long' }, ms: 500 }] },
  },
  'parallel-fails-fast': {
    pipeline: pipelineOf('fan', [parallel('fan', { bad: [call({ name: 'bad' })], long: [call({ name: 'long' }), call({ name: 'never' })] })]),
    script: { 'fan/bad': [{ fail: 422, ms: 50 }], 'fan/long/long': [{ ok: {}, ms: 5000 }] },
  },
  'parallel-fails-fast-and-undoes': {
    // What is under way and can be undone is awaited; its successor is not begun.
    pipeline: pipelineOf(
      'fan',
      [
        undoable('first'),
        parallel('fan', {
          bad: [undoable('ok'), call({ name: 'bad' })],
          long: [undoable('long'), undoable('never')],
          done: [undoable('done')],
        }),
      ],
      SAGA,
    ),
    script: { 'fan/bad/bad': [{ fail: 422, ms: 50 }], 'fan/long/long': [{ ok: {}, ms: 5000 }] },
  },
  'parallel-collects-errors': {
    pipeline: pipelineOf('fan', [
      parallel('fan', { bad: [call({ name: 'bad' })], good: [call({ name: 'good' })] }, { errors: 'collect_errors' }),
      pure('after'),
    ]),
    script: { 'fan/bad': [{ fail: 422 }] },
  },
  'parallel-all-fail': {
    pipeline: pipelineOf('fan', [
      parallel('fan', { a: [call({ name: 'a' })], b: [call({ name: 'b' })] }, { errors: 'collect_errors' }, { on_error: 'skip' }),
      pure('after'),
    ]),
    script: { 'fan/a': [{ fail: 422 }], 'fan/b': [{ fail: 422 }] },
  },
  'parallel-any': {
    pipeline: pipelineOf('race', [
      parallel('race', { slow: [call({ name: 'slow' })], quick: [call({ name: 'quick' })], bad: [call({ name: 'bad' })] }, { wait: 1 }),
      pure('after'),
    ]),
    script: { 'race/slow': [{ ok: {}, ms: 9000 }], 'race/quick': [{ ok: { won: true }, ms: 100 }], 'race/bad': [{ fail: 422 }] },
  },
  'parallel-retries-inside': {
    pipeline: pipelineOf('fan', [
      parallel('fan', { flaky: [call({ name: 'flaky', retry: RETRY })], sleepy: [pure('sleep', { sleep: 1500 }), call({ name: 'then' })] }),
    ]),
    script: { 'fan/flaky': [{ fail: 503 }, { fail: 503 }, { ok: { n: 3 } }] },
  },
  'parallel-timeout-on-the-block': {
    pipeline: pipelineOf(
      'fan',
      [
        undoable('first'),
        parallel('fan', { slow: [call({ name: 'slow' })], waits: [pure('sleep', { sleep: 60_000 })], quick: [undoable('quick')] }, {}, { timeout_ms: 2000 }),
      ],
      SAGA,
    ),
    script: { 'fan/slow': [{ ok: {}, ms: 5000 }] },
  },
  'parallel-cancelled': {
    pipeline: pipelineOf(
      'fan',
      [parallel('fan', { slow: [undoable('slow'), undoable('never')], waits: [undoable('first'), pure('sleep', { sleep: 60_000 })] })],
      SAGA,
    ),
    script: { 'fan/slow/slow': [{ ok: {}, ms: 2000 }] },
    orders: [{ at: 500, command: { type: 'cancel', by: 'key:1' } }],
  },
  'parallel-pipeline-timeout': {
    pipeline: pipelineOf('fan', [parallel('fan', { slow: [call({ name: 'slow' })], quick: [undoable('quick'), pure('sleep', { sleep: 60_000 })] })], {
      ...SAGA,
      timeout_ms: 2000,
    }),
    script: { 'fan/slow': [{ ok: {}, ms: 5000 }] },
  },
  'parallel-in-parallel': {
    pipeline: pipelineOf('fan', [
      parallel('outer', { a: [pure('x'), parallel('inner', { b: [call({ name: 'b' })], c: [call({ name: 'c' })] }), pure('y')], d: [call({ name: 'd' })] }),
      pure('after'),
    ]),
    script: { 'outer/a/inner/b': [{ ok: {}, ms: 70 }] },
  },
  'parallel-stops-what-is-within': {
    pipeline: pipelineOf(
      'fan',
      [
        parallel('outer', {
          a: [parallel('inner', { b: [call({ name: 'b' })], c: [undoable('c'), pure('sleep', { sleep: 60_000 })] })],
          bad: [call({ name: 'bad' })],
        }),
      ],
      SAGA,
    ),
    script: { 'outer/a/inner/b': [{ ok: {}, ms: 7000 }], 'outer/bad': [{ fail: 422, ms: 500 }] },
  },
  'foreach-in-order': {
    pipeline: pipelineOf('each', [pure('list', { answer: [10, 20, 30] }), foreach('each', 'list', [pure('look'), call({ name: 'charge' })]), respond()]),
  },
  'foreach-of-nothing': { pipeline: pipelineOf('each', [foreach('each', [], [call({ name: 'charge' })]), pure('after')]) },
  'foreach-of-no-list': { pipeline: pipelineOf('each', [foreach('each', 7, [call({ name: 'charge' })])]) },
  'foreach-three-at-a-time': {
    pipeline: pipelineOf('each', [foreach('each', [1, 2, 3, 4, 5, 6, 7], [call({ name: 'charge' })], { concurrency: 3 }), pure('after')]),
    script: { 'each/0/charge': [{ ok: { slow: true }, ms: 95 }] },
  },
  'foreach-fails-and-undoes-its-items': {
    pipeline: pipelineOf('each', [undoable('open'), foreach('each', ['a', 'b', 'c', 'd'], [undoable('charge'), pure('note')], { concurrency: 2 })], SAGA),
    script: { 'each/2/charge': [{ fail: 422 }], 'each/3/charge': [{ ok: {}, ms: 300 }] },
  },
  'foreach-collects-errors-and-is-undone-later': {
    pipeline: pipelineOf('each', [foreach('each', ['a', 'b', 'c'], [undoable('charge')], { errors: 'collect_errors' }), call({ name: 'ship' })], SAGA),
    script: { 'each/1/charge': [{ fail: 422 }], ship: [{ fail: 409 }] },
  },
  'foreach-in-foreach': {
    pipeline: pipelineOf('each', [foreach('rows', [[1, 2], [3]], [foreach('cells', 'item', [undoable('charge')]), pure('sum')]), call({ name: 'ship' })], SAGA),
    script: { ship: [{ fail: 409 }] },
  },
  'branch-then-merge': {
    pipeline: pipelineOf('branch', [
      pure('check', { answer: 'express' }),
      branch('choose', 'check', { express: [call({ name: 'fast' }), pure('note')], slow: [pure('slow')] }, { express: 0, slow: 1 }, { merge: 3 }),
      pure('passed over'),
      pure('merged'),
    ]),
  },
  'branch-without-match': { pipeline: pipelineOf('branch', [branch('choose', 'nothing', { a: [pure('x')] }, { a: 0 })]) },
  'branch-answers': {
    pipeline: pipelineOf('branch', [
      pure('check', { answer: 'no' }),
      branch('choose', 'check', { no: [branch('again', 'check', { no: [respond('refuse', 403)] }, { no: 0 })] }, { no: 0 }),
      pure('after'),
    ]),
  },
  'branch-fails-and-undoes': {
    pipeline: pipelineOf(
      'branch',
      [pure('check', { answer: 'a' }), branch('choose', 'check', { a: [undoable('charge'), call({ name: 'bad' })] }, { a: 0 })],
      SAGA,
    ),
    script: { 'choose/a/bad': [{ fail: 422 }] },
  },
  'while-until-the-condition-fails': {
    pipeline: pipelineOf('loop', [loop('poll', 'until last', 10, [call({ name: 'ask' })]), pure('after')]),
    script: { 'poll/2/ask': [{ ok: { last: true } }] },
  },
  'while-past-its-bound': { pipeline: pipelineOf('loop', [loop('poll', 'true', 2, [undoable('ask')])], SAGA) },
  'retry-then-success-of-a-block': {
    pipeline: pipelineOf('again', [retried('again', { try: [call({ name: 'one' }), call({ name: 'two' })] }), pure('after')]),
    script: { 'again/1/two': [{ fail: 422 }], 'again/2/one': [{ fail: 422 }] },
  },
  'retry-of-a-block-falls-back': {
    pipeline: pipelineOf(
      'again',
      [retried('again', { try: [undoable('one'), call({ name: 'two' })], fallback: [pure('other')] }), call({ name: 'ship' })],
      SAGA,
    ),
    script: { 'again/1/two': [{ fail: 422 }], 'again/2/two': [{ fail: 422 }], 'again/3/two': [{ fail: 500 }], ship: [{ fail: 409 }] },
  },
  // As the tries of a step: what is refused is not asked for again, and the others run at once.
  'resilient-tries-only-what-is-worth-it': {
    pipeline: pipelineOf('again', [retried('again', { try: [call({ name: 'ask' })], fallback: [pure('other')] }, { transient: true }), pure('after')]),
    script: { 'again/1/ask': [{ fail: 503 }], 'again/2/ask': [{ fail: 422 }] },
  },
  'retry-of-a-block-cancelled-in-its-pause': {
    pipeline: pipelineOf('again', [retried('again', { try: [undoable('one'), call({ name: 'two' })] })], SAGA),
    script: { 'again/1/two': [{ fail: 422 }] },
    orders: [{ at: 500, command: { type: 'cancel', by: 'key:1' } }],
  },
  'block-run-again-by-a-jump': {
    pipeline: pipelineOf(
      'jump',
      [
        parallel('fan', { a: [undoable('a')], b: [pure('b')] }),
        jump('route', 'mark', { set: 4 }, 2),
        pure('mark', { answer: 'set' }),
        jump('back', 'mark', { set: 0 }),
        call({ name: 'ship' }),
      ],
      SAGA,
    ),
    script: { ship: [{ fail: 409 }] },
  },
  'conditions-and-jumps-in-a-lane': {
    pipeline: pipelineOf('fan', [
      parallel('fan', {
        a: [pure('check', { answer: 'big' }), jump('route', 'check', { big: 3 }), pure('small'), pure('large', {}, { skip_if: 'true' })],
        b: [call({ name: 'optional', on_error: 'skip' }), call({ name: 'more', on_error: 'continue' }), pure('look')],
      }),
    ]),
    script: { 'fan/b/optional': [{ fail: 422 }], 'fan/b/more': [{ fail: 422 }] },
  },
};
