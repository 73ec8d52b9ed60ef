import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Json } from '#contracts/json';
import type { KeyStoreRpc } from '#contracts/key-store';
import { Problem } from '#contracts/problems';
import type { PerformEffect, SecretRef, StepOutcome } from '#contracts/step';
import { Stop } from '#contracts/stop';
import { defineStep, type EffectContext } from '#steps/define-step';
import { set } from '#steps/set';
import { createPerformer, type PerformerPorts } from '#workers/performer/performer';
import { envSecrets } from '#workers/secrets/providers';
import { memoryKeyStore } from '../../conformance/memory-key-store.ts';

const TOKEN = 'sk-live/α+1234';
const mark = (name: string) => `\${${name}}`;

interface World {
  /** What the step under test does. */
  perform?(input: Json, context: EffectContext): Promise<StepOutcome>;
  keys?: KeyStoreRpc;
  env?: Record<string, string>;
  masked?(outcome: StepOutcome): StepOutcome;
}

const owner = { workflow_id: 'wf_1', workflow: 'orders', pipeline: 'pay' };

function world({
  perform = async (input) => ({ kind: 'completed', output: input }),
  keys = memoryKeyStore(),
  env = {},
  masked = (outcome) => outcome,
}: World = {}) {
  const calls: { input: Json; context: EffectContext }[] = [];
  const reported: string[] = [];
  const step = defineStep({
    type: 'step.test',
    summary: '',
    pure: false,
    config: z.strictObject({}),
    example: '',
    output: '',
    async perform(input: Json, context) {
      calls.push({ input, context });
      return perform(input, context);
    },
  });
  const unused = () => {
    throw new Error('not used here');
  };
  const ports: PerformerPorts = {
    steps: new Map([
      [step.type, step],
      [set.type, set],
    ]),
    secrets: envSecrets(env),
    http: () => ({ fetch: unused }),
    databases: () => ({ query: unused, exec: unused }),
    bus: () => ({ publish: unused }),
    actors: () => ({ tell: unused }),
    artifacts: () => ({ put: unused, get: unused, list: unused, delete: unused }),
    machines: () => ({ create: unused, move: unused, read: unused }),
    calls: () => ({ start: unused, goOn: unused }),
    revocations: () => ({ revoke: unused }),
    platform: () => ({ call: unused }),
    breakers: { look: unused, enter: unused, leave: unused },
    kept: { get: unused, put: unused },
    masked: async (_effect, outcome) => masked(outcome),
    keys: () => keys,
    now: () => 0,
    report: (what) => reported.push(what),
  };
  return { performer: createPerformer(ports), calls, reported };
}

function effect(more: Partial<PerformEffect> = {}): PerformEffect {
  return {
    kind: 'perform',
    tenant: 'acme',
    workflow: 'orders',
    environment: 'production',
    pipeline: 'process-order',
    definition: 'f00d',
    execution_id: 'exec_1',
    step: 'charge',
    phase: 'run',
    run: 1,
    attempt: 1,
    type: 'step.test',
    input: {},
    secrets: [],
    timeout_ms: 5000,
    idempotency_key: 'charge_o1',
    dedupe: false,
    dedupe_ttl_ms: 60_000,
    detached: false,
    caller: { workflow_id: 'wf_1', version: 1, depth: 0 },
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...more,
  };
}

describe('what a pipeline masks', () => {
  const masked = (outcome: StepOutcome) => (outcome.kind === 'completed' ? { ...outcome, output: 'masked' } : outcome);

  it('is masked before a result is kept under a key', async () => {
    const keys = memoryKeyStore();
    const { performer } = world({ keys, masked });
    await performer.perform(effect({ input: 'ada', dedupe: true }), new Stop());
    expect(await keys.look('production/run/charge_o1')).toMatchObject({ result: { output: 'masked' } });
  });

  it('is masked by the log alone where nothing is kept beside it', async () => {
    const { performer } = world({ masked });
    expect(await performer.perform(effect({ input: 'ada' }), new Stop())).toMatchObject({ output: 'ada' });
  });
});

describe('secrets', () => {
  const env = { SECRET_ACME_TOKEN: TOKEN, VAR_HOST: 'api.example.com' };
  const filled = async (input: Json, secrets: SecretRef[], settings: Record<string, string> = env, tenant = 'acme') => {
    const { performer, calls } = world({ env: settings });
    const outcome = await performer.perform(effect({ input, secrets, tenant }), new Stop());
    return { seen: calls[0]?.input, outcome };
  };

  it('are filled in where the definition names them', async () => {
    const input = { headers: { authorization: `Bearer ${mark('TOKEN')}` }, urls: [`https://${mark('HOST')}/${mark('TOKEN')}/x`] };
    const { seen } = await filled(input, [
      { path: ['headers', 'authorization'], start: 7, name: 'TOKEN' },
      { path: ['urls', 0], start: 8, name: 'HOST' },
      { path: ['urls', 0], start: 16, name: 'TOKEN' },
    ]);
    expect(seen).toEqual({ headers: { authorization: `Bearer ${TOKEN}` }, urls: [`https://api.example.com/${TOKEN}/x`] });
    expect(input.headers.authorization).toBe(`Bearer ${mark('TOKEN')}`);
  });

  it('are in nothing that the operator is told', async () => {
    const { performer, reported } = world({ env, perform: async (input) => JSON.parse(input as string) });
    const secrets = [{ path: [], start: 0, name: 'TOKEN' }];
    expect(await performer.perform(effect({ input: mark('TOKEN'), secrets }), new Stop())).toMatchObject({ kind: 'failed', error: { code: 'step_failed' } });
    expect(reported).toEqual([expect.stringContaining('***')]);
    expect(reported[0]).not.toContain('sk-live');
  });

  it('do not come from data that looks like one', async () => {
    const input = { body: { note: mark('TOKEN') }, url: `https://x/${mark('TOKEN')}` };
    const { seen } = await filled(input, [{ path: ['url'], start: 10, name: 'TOKEN' }]);
    expect(seen).toEqual({ body: { note: mark('TOKEN') }, url: `https://x/${TOKEN}` });
  });

  it('that look like a place themselves are not filled in again', async () => {
    const { seen } = await filled(
      `${mark('A')}${mark('B')}`,
      [
        { path: [], start: 0, name: 'A' },
        { path: [], start: 4, name: 'B' },
      ],
      { VAR_A: mark('B'), VAR_B: 'b-value' },
    );
    expect(seen).toBe(`${mark('B')}b-value`);
  });

  it('are masked in outputs and keys, in every form', async () => {
    const base64 = Buffer.from(TOKEN).toString('base64');
    const { performer } = world({
      env,
      perform: async () => ({
        kind: 'completed',
        output: { echo: `got ${TOKEN}`, list: [encodeURIComponent(TOKEN), base64, new URLSearchParams({ a: TOKEN }).toString()], [TOKEN]: 1, n: 5 },
        response: { headers: { 'x-echo': TOKEN } },
      }),
    });
    const outcome = await performer.perform(effect({ input: mark('TOKEN'), secrets: [{ path: [], start: 0, name: 'TOKEN' }] }), new Stop());
    expect(outcome).toEqual({
      kind: 'completed',
      output: { echo: 'got ***', list: ['***', '***', 'a=***'], '***': 1, n: 5 },
      response: { headers: { 'x-echo': '***' } },
    });
  });

  it('are masked in errors', async () => {
    for (const error of [new Problem('connection_failed', `no route to ${TOKEN}`), new Error(`no route to ${TOKEN}`)]) {
      const { performer } = world({
        env,
        perform: async () => {
          throw error;
        },
      });
      const outcome = await performer.perform(effect({ input: mark('TOKEN'), secrets: [{ path: [], start: 0, name: 'TOKEN' }] }), new Stop());
      expect(JSON.stringify(outcome)).toContain('no route to ***');
      expect(JSON.stringify(outcome)).not.toContain(TOKEN);
    }
  });

  it('leave short values alone, which would spoil every text', async () => {
    const { outcome } = await filled({ a: mark('N'), b: 'a1b' }, [{ path: ['a'], start: 0, name: 'N' }], { VAR_N: '1' });
    expect(outcome).toEqual({ kind: 'completed', output: { a: '1', b: 'a1b' } });
  });

  it('do not touch the form of an outcome', async () => {
    const { outcome } = await filled({ a: mark('W') }, [{ path: ['a'], start: 0, name: 'W' }], { VAR_W: 'completed' });
    expect(outcome).toEqual({ kind: 'completed', output: { a: '***' } });
  });

  it('that are missing fail the step by name, before anything goes out', async () => {
    const { seen, outcome } = await filled({ a: mark('ABSENT') }, [{ path: ['a'], start: 0, name: 'ABSENT' }]);
    expect(seen).toBeUndefined();
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'secret_missing', retryable: false, message: expect.stringContaining('ABSENT') } });
  });

  it('whose place is wrong fail the step', async () => {
    const { outcome } = await filled({ a: 'x' }, [{ path: ['a', 'b'], start: 0, name: 'TOKEN' }]);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'step_failed' } });
  });

  it.each([
    ['its own before the shared', 'acme', 'K', { SECRET_ACME_K: 'own', VAR_K: 'shared' }, 'own'],
    ['the shared one', 'acme', 'K', { VAR_K: 'shared' }, 'shared'],
    ['a tenant with hyphens', 'acme-corp', 'K', { SECRET_ACME__CORP_K: 'own' }, 'own'],
    ['not the secret of a tenant whose name continues', 'acme', 'CORP_K', { SECRET_ACME__CORP_K: 'theirs' }, undefined],
    ['not by a name that begins with an underscore', 'acme', '_CORP_K', { SECRET_ACME__CORP_K: 'theirs' }, undefined],
    ['not a binding of the platform', 'acme', 'ADMIN_API_KEY', { ADMIN_API_KEY: 'admin' }, undefined],
    ['an empty value is a value', 'acme', 'K', { SECRET_ACME_K: '' }, ''],
  ])('of a tenant: %s', async (_name, tenant, name, settings, value) => {
    expect(await envSecrets(settings).get({ tenant, environment: 'production' }, name)).toBe(value);
  });
});

describe('outcomes', () => {
  const outcomeOf = async (perform: NonNullable<World['perform']>, more: Partial<PerformEffect> = {}) => {
    const { performer, reported } = world({ perform });
    return { outcome: await performer.perform(effect(more), new Stop()), reported };
  };
  const throwing = (error: unknown) => async () => {
    throw error;
  };

  it('are what the step gives', async () => {
    const given: StepOutcome = { kind: 'completed', output: [1], response: { status_code: 200 } };
    expect((await outcomeOf(async () => given)).outcome).toEqual(given);
  });

  it('of a Problem keep its code and facts', async () => {
    const problem = new Problem('upstream_status', 'no', { extra: { status: 503, retryable: true, retry_after_ms: 5, details: { a: 1 }, other: 2 } });
    const { outcome, reported } = await outcomeOf(throwing(problem));
    expect(outcome).toEqual({
      kind: 'failed',
      error: { code: 'upstream_status', message: 'no', retryable: true, status: 503, retry_after_ms: 5, details: { a: 1 } },
    });
    expect(reported).toEqual([]);
  });

  it.each([new TypeError('x is not a function'), 'text', undefined])('of anything else (%s) are a failure on our side', async (error) => {
    const { outcome, reported } = await outcomeOf(throwing(error));
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'step_failed', retryable: false } });
    expect(reported).toEqual([String(error)]);
  });

  it.each(['step.unknown', 'step.set'])('of %s, which cannot be performed', async (type) => {
    const { outcome } = await outcomeOf(async () => ({ kind: 'completed', output: 1 }), { type });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'unknown_step_type' } });
  });

  it('come with what a step needs to know', async () => {
    const { performer, calls } = world();
    await performer.perform(effect({ attempt: 3 }), new Stop());
    await performer.perform(effect({ attempt: 4 }), new Stop());
    expect(calls[0]!.context).toMatchObject({
      tenant: 'acme',
      step: 'charge',
      attempt: 3,
      idempotency_key: 'charge_o1',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(calls[0]!.context.span_id).toMatch(/^[0-9a-f]{16}$/);
    expect(calls[1]!.context.span_id).not.toBe(calls[0]!.context.span_id);
  });
});

describe('time', () => {
  const forever = () => new Promise<StepOutcome>(() => undefined);

  it('over ends a step that does not listen', async () => {
    const { performer, calls } = world({ perform: forever });
    let over = () => {};
    const stop = new Stop((ms, then) => {
      expect(ms).toBe(5000);
      over = then;
      return () => undefined;
    });
    const outcome = performer.perform(effect(), stop);
    over();
    expect(await outcome).toMatchObject({ kind: 'failed', error: { code: 'step_timeout', retryable: true, message: 'charge took longer than 5000 ms.' } });
    expect(calls[0]?.context.signal.aborted ?? true).toBe(true);
  });

  it('given up by the execution is a cancellation', async () => {
    const cancel = new Stop();
    const { performer } = world({ perform: forever });
    const outcome = performer.perform(effect(), cancel);
    cancel.end();
    expect(await outcome).toMatchObject({ kind: 'failed', error: { code: 'execution_cancelled' } });
  });

  it('given up for a reason keeps the reason', async () => {
    const cancel = new Stop();
    const { performer } = world({ perform: forever });
    const outcome = performer.perform(effect(), cancel);
    cancel.end(new Problem('execution_timeout', 'too late'));
    expect(await outcome).toMatchObject({ kind: 'failed', error: { code: 'execution_timeout', message: 'too late' } });
  });

  it('is not kept waiting for when the step has ended', async () => {
    const { performer } = world();
    let kept = 0;
    const stop = new Stop(() => {
      kept++;
      return () => kept--;
    });
    await performer.perform(effect(), stop);
    expect(kept).toBe(0);
  });

  it('over before it began lets nothing go out', async () => {
    const { performer, calls } = world();
    const cancel = new Stop();
    cancel.end();
    expect(await performer.perform(effect(), cancel)).toMatchObject({ kind: 'failed', error: { code: 'execution_cancelled' } });
    expect(calls).toEqual([]);
  });
});

describe('one effect under a key', () => {
  const dedupe = { dedupe: true };
  const counting = () => {
    let n = 0;
    return async (): Promise<StepOutcome> => ({ kind: 'completed', output: { n: ++n }, response: { status_code: 201 } });
  };

  it('is had once; the second gets the result and where it came from', async () => {
    const { performer, calls } = world({ perform: counting() });
    expect(await performer.perform(effect(dedupe), new Stop())).toEqual({ kind: 'completed', output: { n: 1 }, response: { status_code: 201 } });
    expect(await performer.perform(effect({ ...dedupe, execution_id: 'exec_2' }), new Stop())).toEqual({
      kind: 'completed',
      output: { n: 1 },
      response: { status_code: 201, reused: true, reused_from: 'exec_1' },
    });
    expect(calls).toHaveLength(1);
  });

  it('is had by each that does not ask for it', async () => {
    const { performer, calls } = world({ perform: counting() });
    await performer.perform(effect(), new Stop());
    await performer.perform(effect({ execution_id: 'exec_2' }), new Stop());
    expect(calls).toHaveLength(2);
  });

  it.each<[string, Partial<PerformEffect>]>([
    ['another key', { idempotency_key: 'charge_o2' }],
    ['the undoing of a step', { phase: 'compensate' }],
    ['another environment', { environment: 'staging' }],
  ])('is another one for %s', async (_name, more) => {
    const { performer, calls } = world({ perform: counting() });
    await performer.perform(effect(dedupe), new Stop());
    await performer.perform(effect({ ...dedupe, execution_id: 'exec_2', ...more }), new Stop());
    expect(calls).toHaveLength(2);
  });

  it('is waited for while it is under way', async () => {
    let finish: (outcome: StepOutcome) => void = () => undefined;
    const { performer, calls } = world({ perform: () => new Promise((resolve) => (finish = resolve)) });
    const first = performer.perform(effect(dedupe), new Stop());
    const second = performer.perform(effect({ ...dedupe, execution_id: 'exec_2' }), new Stop());
    await new Promise(setImmediate);
    finish({ kind: 'completed', output: 'once' });
    expect(await Promise.all([first, second])).toEqual([
      { kind: 'completed', output: 'once' },
      { kind: 'completed', output: 'once', response: { reused: true, reused_from: 'exec_1' } },
    ]);
    expect(calls).toHaveLength(1);
  });

  it('stores nothing when it fails, and the next one has it', async () => {
    let n = 0;
    const { performer, calls } = world({
      perform: async () => {
        if (++n === 1) throw new Problem('connection_failed', 'no');
        return { kind: 'completed', output: n };
      },
    });
    expect(await performer.perform(effect(dedupe), new Stop())).toMatchObject({ kind: 'failed' });
    expect(await performer.perform(effect({ ...dedupe, execution_id: 'exec_2' }), new Stop())).toEqual({ kind: 'completed', output: 2 });
    expect(calls).toHaveLength(2);
  });

  it('is had again by the attempt that follows a crash', async () => {
    const keys = memoryKeyStore();
    // The first attempt claims, and its runtime ends.
    await keys.claim({ key: 'production/run/charge_o1', holder: 'exec_1/charge/run', lease_ms: 15_000, owner });
    const { performer } = world({ keys, perform: counting() });
    expect(await performer.perform(effect({ ...dedupe, attempt: 2 }), new Stop())).toMatchObject({ kind: 'completed', output: { n: 1 } });
  });

  it('keeps masked values only', async () => {
    const { performer } = world({ env: { SECRET_ACME_TOKEN: TOKEN } });
    const input = { a: mark('TOKEN') };
    const secrets = [{ path: ['a'], start: 0, name: 'TOKEN' }];
    await performer.perform(effect({ ...dedupe, input, secrets }), new Stop());
    expect(await performer.perform(effect({ ...dedupe, execution_id: 'exec_2', input, secrets }), new Stop())).toMatchObject({ output: { a: '***' } });
  });

  it('gives the key back when nobody waits for it any more', async () => {
    const keys = memoryKeyStore();
    const { performer } = world({ keys, perform: counting() });
    await keys.claim({ key: 'production/run/charge_o1', holder: 'other', lease_ms: 60_000, owner });
    const cancel = new Stop();
    const waiting = performer.perform(effect(dedupe), cancel);
    await new Promise(setImmediate);
    cancel.end();
    expect(await waiting).toMatchObject({ kind: 'failed', error: { code: 'execution_cancelled' } });
    await keys.settle({ key: 'production/run/charge_o1', holder: 'other', ttl_ms: 0 });
    await new Promise(setImmediate);
    expect(await performer.perform(effect({ ...dedupe, execution_id: 'exec_2' }), new Stop())).toMatchObject({ kind: 'completed', output: { n: 1 } });
  });

  it('is not had when the store of keys does not answer', async () => {
    const broken: KeyStoreRpc = {
      claim: () => Promise.reject(new Error('network')),
      settle: async () => undefined,
      forget: async () => undefined,
      look: async () => null,
      list: async () => ({ items: [], next: null }),
      release: async () => 'gone',
    };
    const { performer, calls, reported } = world({ keys: broken });
    expect(await performer.perform(effect(dedupe), new Stop())).toMatchObject({ kind: 'failed', error: { code: 'internal', retryable: true } });
    expect(calls).toEqual([]);
    expect(reported).toHaveLength(1);
  });

  it('counts as had when its result cannot be kept', async () => {
    let tries = 0;
    const forgetful: KeyStoreRpc = {
      claim: async () => ({ kind: 'run' }),
      forget: async () => undefined,
      look: async () => null,
      list: async () => ({ items: [], next: null }),
      release: async () => 'gone',
      settle: async () => {
        tries++;
        throw new Error('full');
      },
    };
    const { performer, reported } = world({ keys: forgetful, perform: counting() });
    expect(await performer.perform(effect(dedupe), new Stop())).toMatchObject({ kind: 'completed', output: { n: 1 } });
    expect(tries).toBe(2);
    expect(reported).toHaveLength(1);
  });
});
