/** What becomes of calls that a circuit breaker holds back; golden, see `scenarios.ts`. */
import type { BreakerPolicy } from '#contracts/breaker';
import type { Pipeline } from '#contracts/definition';
import type { RetryPolicy } from '#contracts/graph';
import { block, call, pipelineOf, pure, respond, type Scenario } from './simulation.ts';

const RETRY: RetryPolicy = { max_attempts: 3, backoff: 'fixed', initial_delay_ms: 1000, max_delay_ms: 10_000, jitter: false };
const SAGA: Partial<Pipeline> = { saga: { order: 'reverse', track: true } };
const breaker: BreakerPolicy = { failure_threshold: 5, success_threshold: 3, timeout_ms: 30_000 };
const withStatic = (status: number): BreakerPolicy => ({ ...breaker, fallback: { type: 'static', status, body: { error: 'unavailable' } } });
const withCache: BreakerPolicy = { ...breaker, fallback: { type: 'cached', max_age_ms: 60_000 } };
const REFUSED = { refuse: 25_000 };

export const CIRCUIT_SCENARIOS: Record<string, Scenario> = {
  'circuit-open-fails': { pipeline: pipelineOf('circuit', [call({ name: 'ask', breaker }), respond()]), script: { ask: [REFUSED] } },
  'circuit-open-then-tried-again': {
    // Not before the breaker may be half open, however short the pause of the policy is.
    pipeline: pipelineOf('circuit', [call({ name: 'ask', breaker, retry: RETRY }), respond()]),
    script: { ask: [{ fail: 503 }, REFUSED, { ok: { back: true } }] },
  },
  'circuit-open-static-fallback': {
    pipeline: pipelineOf('circuit', [call({ name: 'ask', breaker: withStatic(200), retry: RETRY }), respond()]),
    script: { ask: [REFUSED] },
  },
  'circuit-open-static-fallback-of-an-error': {
    pipeline: pipelineOf('circuit', [call({ name: 'ask', breaker: withStatic(503), on_error: 'skip' }), respond()]),
    script: { ask: [REFUSED] },
  },
  'circuit-open-cached-fallback': {
    pipeline: pipelineOf('circuit', [call({ name: 'ask', breaker: withCache }), respond()]),
    script: { ask: [{ ...REFUSED, kept: { output: { price: 12 }, response: { status_code: 200 } } }] },
  },
  'circuit-open-nothing-kept': { pipeline: pipelineOf('circuit', [call({ name: 'ask', breaker: withCache })]), script: { ask: [REFUSED] } },
  'circuit-fallback-is-not-undone': {
    pipeline: pipelineOf(
      'circuit',
      [call({ name: 'reserve', undo: true }), call({ name: 'score', undo: true, breaker: withStatic(200) }), call({ name: 'ship' })],
      SAGA,
    ),
    script: { score: [REFUSED], ship: [{ fail: 422 }] },
  },
  'circuit-open-while-undoing': {
    pipeline: pipelineOf('circuit', [call({ name: 'reserve', undo: { breaker: withStatic(200) } }), call({ name: 'ship' })], SAGA),
    script: { ship: [{ fail: 422 }], 'reserve:undo': [REFUSED, { ok: {} }] },
  },
  'circuit-block-falls-back': {
    pipeline: pipelineOf('circuit', [
      block(
        'guarded',
        { kind: 'retry', policy: { ...RETRY, max_attempts: 1 }, fallback_on: ['circuit_open'] },
        {
          try: [call({ name: 'ask', breaker })],
          fallback: [pure('last-known')],
        },
      ),
      respond(),
    ]),
    script: { 'guarded/1/ask': [REFUSED] },
  },
  'resilient-falls-back-at-once': {
    // An open breaker is no reason to wait: no third try, and no pause before the others.
    pipeline: pipelineOf('circuit', [
      block(
        'guarded',
        { kind: 'retry', policy: { ...RETRY, max_attempts: 5, give_up_on: ['circuit_open'] } },
        {
          try: [call({ name: 'ask', breaker })],
          fallback: [pure('last-known')],
        },
        { transient: true },
      ),
      respond(),
    ]),
    script: { 'guarded/1/ask': [{ fail: 503 }], 'guarded/2/ask': [REFUSED] },
  },
  'circuit-block-fails-of-something-else': {
    pipeline: pipelineOf('circuit', [
      block(
        'guarded',
        { kind: 'retry', policy: { ...RETRY, max_attempts: 1 }, fallback_on: ['circuit_open'] },
        {
          try: [call({ name: 'ask', breaker })],
          fallback: [pure('last-known')],
        },
      ),
    ]),
    script: { 'guarded/1/ask': [{ fail: 422 }] },
  },
};
