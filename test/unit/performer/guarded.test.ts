// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dialect's own spelling
/** Calls behind a breaker: which one it is, and what each outcome says of the other side. */
import { describe, expect, it } from 'vitest';
import type { BreakerOrder } from '#contracts/breaker';
import { errorInfo, Problem, type ProblemCode } from '#contracts/problems';
import type { PerformEffect, StepOutcome } from '#contracts/step';
import type { EffectStep } from '#steps/define-step';
import { steps } from '#steps/registry';
import { breakerName, type GuardPorts, guarded, type Passage } from '#workers/performer/guarded';

const ORDER: BreakerOrder = { failure_threshold: 5, success_threshold: 3, timeout_ms: 30_000 };

function effect(type: string, input: unknown, more: Partial<PerformEffect> = {}): PerformEffect {
  const place = { tenant: 'acme', workflow: 'shop', environment: 'production', pipeline: 'pay', step: 'charge', timeout_ms: 1000 };
  return { ...place, type, input, breaker: ORDER, ...more } as PerformEffect;
}

const stepOf = (type: string) => steps.get(type) as EffectStep;
const nameOf = (type: string, input: unknown, more: Partial<PerformEffect> = {}) =>
  breakerName(stepOf(type), effect(type, input, more), more.breaker ?? ORDER).name;

describe('the breaker of a call', () => {
  it.each<[string, string, unknown, Partial<PerformEffect>, string]>([
    ['is that of the host', 'step.http_call', { url: 'https://API.example/v1/charges?x=1' }, {}, 'api.example'],
    ['knows the port', 'step.http_call', { url: 'http://api.example:8080/v1' }, {}, 'api.example:8080'],
    ['does not know the usual port', 'step.http_call', { url: 'https://api.example:443/' }, {}, 'api.example'],
    ['does not show who signs in', 'step.http_call', { url: 'https://user:secret@api.example/' }, {}, 'api.example'],
    ['does not show a secret host', 'step.http_call', { url: 'https://${HOST}/v1' }, {}, 'shop/pay/charge'],
    ['is the step’s own where there is no host', 'step.http_call', { url: 'not a url' }, {}, 'shop/pay/charge'],
    ['is that of a proxy’s backend', 'step.http_proxy', { url: 'http://backend.example/x' }, {}, 'backend.example'],
    ['is that of a webhook', 'step.webhook_send', { url: 'http://hooks.example/x' }, {}, 'hooks.example'],
    ['is that of GraphQL', 'step.graphql', { url: 'http://graph.example/x' }, {}, 'graph.example'],
    ['is the step’s own where it calls no host', 'step.db_query', { database: 'd' }, {}, 'shop/pay/charge'],
    ['is the same for each item', 'step.db_query', { database: 'd' }, { step: 'each/17/save' }, 'shop/pay/save'],
    ['is the one that is named', 'step.http_call', { url: 'https://api.example/' }, { breaker: { ...ORDER, name: 'payments' } }, 'payments'],
  ])('%s', (_, type, input, more, name) => {
    expect(nameOf(type, input, more)).toBe(name);
  });
});

function world(passage: Passage = { kind: 'go', probe: 'p1' }) {
  const left: (boolean | null)[] = [];
  const kept = new Map<string, unknown>();
  const ports: GuardPorts = {
    breakers: {
      look: async () => Promise.reject(new Error('not used here')),
      enter: async () => passage,
      async leave(_, __, succeeded, probe) {
        expect(probe).toBe(passage.kind === 'go' ? passage.probe : undefined);
        left.push(succeeded);
      },
    },
    kept: {
      get: async (key) => kept.get(key) as never,
      put: async (key, result) => void kept.set(key, result),
    },
  };
  return { ports, left, kept };
}

const failedWith = (code: ProblemCode, more = {}): StepOutcome => ({ kind: 'failed', error: errorInfo(code, 'x', more) });
const ASKED = effect('step.http_call', { url: 'https://api.example/' });

describe('a call says of the other side', () => {
  it.each<[string, () => StepOutcome, boolean | null]>([
    ['that it is well, when it completes', () => ({ kind: 'completed', output: {} }), true],
    ['that it is well, with a no', () => failedWith('upstream_status', { status: 422, retryable: false }), true],
    ['that it is well, with an answer that is too large', () => failedWith('response_too_large'), true],
    ['that it is not, with a 503', () => failedWith('upstream_status', { status: 503, retryable: true }), false],
    ['that it is not, with a 429', () => failedWith('upstream_status', { status: 429, retryable: true }), false],
    ['that it is not, out of reach', () => failedWith('connection_failed'), false],
    ['that it is not, out of time', () => failedWith('step_timeout'), false],
    ['nothing, when our settings are wrong', () => failedWith('step_config_invalid'), null],
    ['nothing, when a secret is missing', () => failedWith('secret_missing'), null],
    ['nothing, when the address is refused', () => failedWith('address_refused'), null],
    ['nothing, when a database refuses the statement', () => failedWith('database_error'), null],
  ])('%s', async (_, outcome, verdict) => {
    const { ports, left } = world();
    expect(await guarded(ports, stepOf('step.http_call'), ASKED, async () => outcome())).toEqual(outcome());
    expect(left).toEqual([verdict]);
  });

  it.each<[string, unknown, boolean | null]>([
    ['that it is not, out of time', new Problem('step_timeout'), false],
    ['nothing, when the execution is cancelled', new Problem('execution_cancelled'), null],
    ['nothing, when the step has a defect', new TypeError('x is undefined'), null],
    ['what is known of a status', new Problem('upstream_status', 'x', { extra: { retryable: true } }), false],
  ])('%s, thrown', async (_, thrown, verdict) => {
    const { ports, left } = world();
    await expect(guarded(ports, stepOf('step.http_call'), ASKED, () => Promise.reject(thrown))).rejects.toBe(thrown);
    expect(left).toEqual([verdict]);
  });
});

describe('a call that is held back', () => {
  const refused: Passage = { kind: 'refused', retry_after_ms: 5000 };

  it('is not made, and is no outcome that counts', async () => {
    const { ports, left } = world(refused);
    const outcome = await guarded(ports, stepOf('step.http_call'), ASKED, () => Promise.reject(new Error('it was made')));
    expect(outcome).toEqual({ kind: 'refused', breaker: 'api.example', retry_after_ms: 5000 });
    expect(left).toEqual([]);
  });

  it('gets the last good result of the same call, without the span it was made in', async () => {
    const asked = effect('step.http_call', { url: 'https://api.example/' }, { breaker: { ...ORDER, cached_ms: 60_000 } });
    const { ports, kept } = world();
    const good: StepOutcome = { kind: 'completed', output: { price: 12 }, response: { status_code: 200, span_id: 's' } };
    await guarded(ports, stepOf('step.http_call'), asked, async () => good);
    await guarded(ports, stepOf('step.http_call'), asked, async () => failedWith('connection_failed'));
    const held = { ...ports, breakers: { ...ports.breakers, enter: async () => refused } };
    const never = () => Promise.reject(new Error('it was made'));
    expect(await guarded(held, stepOf('step.http_call'), asked, never)).toMatchObject({ kept: { output: { price: 12 }, response: { status_code: 200 } } });
    for (const other of [{ tenant: 'globex' }, { environment: 'staging' }, { workflow: 'other' }, { input: { url: 'https://api.example/2' } }]) {
      expect(await guarded(held, stepOf('step.http_call'), { ...asked, ...other }, never)).not.toHaveProperty('kept');
    }
    expect(kept.size).toBe(1);
  });
});
