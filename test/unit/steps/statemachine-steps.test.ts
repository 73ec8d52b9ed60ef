import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import type { MachineInstance } from '#contracts/machine';
import { Problem } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import type { EffectContext, EffectStep, MachinePort } from '#steps/define-step';
import { steps } from '#steps/registry';
import { fakeEffect } from './fake-effect';

const INSTANCE: MachineInstance = {
  id: 'o-1',
  machine: 'order',
  state: 'packed',
  previous_state: 'paid',
  data: { total: 5 },
  final: false,
  error: false,
  seq: 3,
  created_at: '2026-02-15T14:30:00.000Z',
  updated_at: '2026-02-15T14:31:00.000Z',
  transitions: [{ name: 'ship', to: 'shipped' }],
};

async function perform(type: string, settings: JsonObject, machines: Partial<MachinePort>): Promise<StepOutcome> {
  const step = steps.get(type) as EffectStep;
  const input = step.prepare!(step.config.parse(settings), undefined as never);
  const { context } = fakeEffect({ context: { machines: machines as EffectContext['machines'] } });
  return step.perform(input as never, context);
}

const refusing = (code: ConstructorParameters<typeof Problem>[0], extra = {}) => ({
  move: async () => {
    throw new Problem(code, 'not now', { extra });
  },
});
const transition = { statemachine: 'order', entity_id: 7, event: 'pay', data: { card: 'visa' } };

describe('step.statemachine_transition', () => {
  it('hands the key of the effect on, and tells what came of it', async () => {
    const calls: unknown[] = [];
    const outcome = await perform(
      'step.statemachine_transition',
      { ...transition, expected_state: 'new' },
      {
        move: async (...call) => {
          calls.push(call);
          return { ok: true, instance: INSTANCE, transition: 'pay', from: 'new', to: 'paid', followed: ['pack'] };
        },
      },
    );
    expect(calls).toEqual([['order', '7', { transition: 'pay', data: { card: 'visa' }, expected_state: 'new' }, 'exec_1:charge']]);
    expect(outcome).toEqual({
      kind: 'completed',
      output: {
        transition_ok: true,
        entity_id: 'o-1',
        state: 'packed',
        new_state: 'packed',
        previous_state: 'new',
        transition: 'pay',
        reached: 'paid',
        followed: ['pack'],
        final: false,
        seq: 3,
      },
    });
  });

  it('fails when the machine refuses', async () => {
    await expect(perform('step.statemachine_transition', transition, refusing('wrong_state'))).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('with fail_on_error: false tells why instead', async () => {
    const outcome = await perform(
      'step.statemachine_transition',
      { ...transition, fail_on_error: false },
      refusing('guard_refused', { details: { state: 'new' } }),
    );
    expect(outcome).toEqual({
      kind: 'completed',
      output: { transition_ok: false, entity_id: '7', state: 'new', transition: 'pay', error: 'not now', code: 'guard_refused' },
    });
  });

  it.each(['transition_in_progress', 'not_deployed', 'key_reused'] as const)(
    'with fail_on_error: false still fails on %s, which is no answer of the machine',
    async (code) => {
      await expect(perform('step.statemachine_transition', { ...transition, fail_on_error: false }, refusing(code))).rejects.toMatchObject({ code });
    },
  );
});

describe('step.statemachine_create', () => {
  it('makes the instance with its data and first transition', async () => {
    const calls: unknown[] = [];
    const create: MachinePort['create'] = async (...call) => {
      calls.push(call);
      return { ok: true, instance: { ...INSTANCE, state: 'new', seq: 1 }, to: 'new', followed: [] };
    };
    const outcome = await perform('step.statemachine_create', { statemachine: 'order', entity_id: 'o-1', data: { total: 5 }, transition: 'open' }, { create });
    expect(calls).toEqual([['order', 'o-1', { data: { total: 5 }, transition: 'open' }, 'exec_1:charge']]);
    expect(outcome).toMatchObject({ output: { state: 'new', entity_id: 'o-1', seq: 1 } });
  });
});

describe('step.statemachine_get', () => {
  const read = (instance: MachineInstance | null) => ({ read: async () => instance });

  it('gives state, data and what may come next', async () => {
    const outcome = await perform('step.statemachine_get', { statemachine: 'order', entity_id: 'o-1' }, read(INSTANCE));
    expect(outcome).toMatchObject({ output: { found: true, state: 'packed', current_state: 'packed', data: { total: 5 }, transitions: ['ship'] } });
  });

  it('fails for what is not there, unless told otherwise', async () => {
    await expect(perform('step.statemachine_get', { statemachine: 'order', entity_id: 'x' }, read(null))).rejects.toMatchObject({ code: 'unknown_instance' });
    const outcome = await perform('step.statemachine_get', { statemachine: 'order', entity_id: 'x', fail_on_missing: false }, read(null));
    expect(outcome).toEqual({ kind: 'completed', output: { found: false, entity_id: 'x' } });
  });
});
