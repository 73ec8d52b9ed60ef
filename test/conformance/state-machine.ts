/**
 * What every instance of a state machine keeps to. The other side of its hooks is the suite's, and outlives the
 * instance, as executions do: `restart` ends the instance at any instant, and the next call meets a new one over the
 * same storage.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '#contracts/json';
import type { Machine, MachineAddress, MachineAnswer, MachineMove, MachineRow, MachineRpc } from '#contracts/machine';
import type { GuardTest } from '#engine/machine';
import type { HookOrder, HookResult, MachinePorts } from '#objects/state-machine/ports';

/** Executions of hooks by their key: started once each, settled by the test or at once. */
export class HookDesk {
  readonly started: HookOrder[] = [];
  readonly #results = new Map<string, HookResult>();
  #waiting: { key: string; resolve: (result: HookResult) => void }[] = [];
  /** What a new hook gets at once; absent: it runs until `settle`. */
  answer: HookResult | undefined;
  /** Asking fails: the other side is away. */
  away = false;

  idOf(order: HookOrder): string {
    return `exec-of-${order.key}`;
  }

  run(order: HookOrder): Promise<HookResult> {
    const { key } = order;
    if (this.away) return Promise.reject(new Error('the other side is away'));
    if (!this.started.some((known) => known.key === key)) this.started.push(order);
    const known = this.#results.get(key) ?? this.answer;
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.push({ key, resolve }));
  }

  /** All hooks that run end with this. */
  settle(result: HookResult): void {
    for (const { key } of this.started) if (!this.#results.has(key)) this.#results.set(key, result);
    for (const { resolve } of this.#waiting.splice(0)) resolve(result);
  }

  /** Who waits has died. */
  orphan(): void {
    this.#waiting = [];
  }
}

export interface MachineUnderTest {
  machine: MachineRpc;
  hooks: HookDesk;
  /** What the index was handed. */
  rows: MachineRow[];
  restart(): Promise<MachineRpc>;
  /** All hooks that run end with this. */
  settle(result: HookResult): Promise<void>;
  /** The alarm goes off, if one is set. */
  alarm(): Promise<void>;
}

/** Guards of the suite: `false`, `true`, `broken`, or the name of a field that must be true. */
export const suiteGuards: GuardTest = (condition, context) => {
  if (condition === 'broken') return { kind: 'error', error: { code: 'expression_error', message: 'it is broken', retryable: false } };
  return { kind: 'value', value: condition === 'true' || (context.data as JsonObject)[condition] === true };
};

export const ADDRESS: MachineAddress = { tenant: 'acme', workflow: 'orders', environment: 'production', machine: 'order', id: 'o-1' };

const state = (more: object = {}) => ({ final: false, error: false, ...more });
const via = (from: string, to: string, more: object = {}) => ({ from: [from], to, auto: false, ...more });

/** new -pay-> paid -(own, once `stock`)-> packed -ship-> shipped; cancel; ping-pong between a and b. */
export const ORDER: Machine = {
  name: 'order',
  engine: 'engine',
  initial: 'new',
  states: {
    new: state(),
    paid: state(),
    packed: state(),
    shipped: state({ final: true }),
    cancelled: state({ final: true, error: true }),
    a: state(),
    b: state(),
  },
  transitions: {
    pay: via('new', 'paid', { data: { currency: 'EUR' } }),
    pack: via('paid', 'packed', { auto: true, condition: 'stock' }),
    ship: via('packed', 'shipped', { condition: 'allowed' }),
    cancel: { from: ['new', 'paid'], to: 'cancelled', auto: false },
    odd: via('new', 'paid', { condition: 'broken' }),
    start_a: via('new', 'a'),
    there: via('a', 'b'),
    back: via('b', 'a'),
  },
  hooks: [],
};

export const withHooks = (...hooks: Machine['hooks']): Machine => ({ ...ORDER, hooks });

export const application = { workflow_id: 'wf_1', version: 1, hash: 'h1' };

export function suitePorts(
  machine: () => Machine,
  hooks: HookDesk,
  rows: MachineRow[],
): Pick<MachinePorts, 'rules' | 'hookExecution' | 'runHook' | 'project' | 'now'> {
  return {
    rules: async (address) => (address.machine === machine().name ? { machine: machine(), test: suiteGuards } : null),
    hookExecution: (order) => hooks.idOf(order),
    runHook: (order) => hooks.run(order),
    project: async (row) => void rows.push(row),
    now: () => 1_771_165_800_000,
  };
}

export function stateMachineConformance(name: string, make: (machine?: Machine) => Promise<MachineUnderTest>): void {
  const create = (machine: MachineRpc, data: JsonObject = {}, more: object = {}) => machine.create(ADDRESS, { application, by: 'test', data, ...more });
  const move = (machine: MachineRpc, transition: string, more: Partial<MachineMove> = {}) =>
    machine.move(ADDRESS, { application, by: 'test', data: {}, transition, ...more });
  const states = async (machine: MachineRpc) => (await machine.history(ADDRESS, { limit: 1000 }))!.items.map((item) => item.to);
  const stateOf = async (machine: MachineRpc) => (await machine.read(ADDRESS, application))?.state;
  const code = (answer: MachineAnswer) => (answer.ok ? 'ok' : answer.code);
  const pay = { handler: 'check', pipeline: 'check', transitions: ['pay'] };

  describe(`state machine: ${name}`, () => {
    it('is not there before it is made, and reading it makes nothing', async () => {
      const { machine, rows } = await make();
      expect(await machine.read(ADDRESS, application)).toBeNull();
      expect(await machine.history(ADDRESS, { limit: 10 })).toBeNull();
      expect(code(await move(machine, 'pay'))).toBe('unknown_instance');
      expect(rows).toEqual([]);
    });

    it('begins in its initial state, once', async () => {
      const { machine } = await make();
      expect(await create(machine, { total: 5 })).toMatchObject({ ok: true, to: 'new', followed: [], instance: { state: 'new', data: { total: 5 }, seq: 1 } });
      expect(code(await create(machine, { total: 9 }))).toBe('instance_exists');
      expect((await machine.read(ADDRESS, application))!.data).toEqual({ total: 5 });
    });

    it('moves, lays data over data, and tells what it was', async () => {
      const { machine } = await make();
      await create(machine, { total: 5, note: 'a' });
      const answer = await move(machine, 'pay', { data: { note: 'b' } });
      expect(answer).toMatchObject({ ok: true, transition: 'pay', from: 'new', to: 'paid', instance: { state: 'paid', previous_state: 'new', seq: 2 } });
      expect((await machine.read(ADDRESS, application))!.data).toEqual({ total: 5, note: 'b', currency: 'EUR' });
      expect(await states(machine)).toEqual(['new', 'paid']);
    });

    it.each([
      ['a wrong state', 'ship', {}, 'wrong_state'],
      ['an unknown transition', 'fly', {}, 'unknown_transition'],
      ['a name of every object', 'constructor', {}, 'unknown_transition'],
      ['a guard that cannot be evaluated', 'odd', {}, 'guard_refused'],
      ['another state than expected', 'pay', { expected_state: 'paid' }, 'state_changed'],
      ['another number than expected', 'pay', { expected_seq: 4 }, 'state_changed'],
      ['too much data', 'pay', { data: { blob: 'x'.repeat(200_000) } }, 'data_too_large'],
    ])('refuses %s, and nothing changes', async (_name, transition, more, expected) => {
      const { machine } = await make();
      await create(machine);
      expect(await move(machine, transition, more)).toMatchObject({ ok: false, code: expected, state: 'new' });
      expect(await states(machine)).toEqual(['new']);
    });

    it('asks the guard about the data as it would be', async () => {
      const { machine } = await make();
      await create(machine, { stock: true });
      await move(machine, 'pay');
      expect(code(await move(machine, 'ship'))).toBe('guard_refused');
      expect(code(await move(machine, 'ship', { data: { allowed: true } }))).toBe('ok');
    });

    it('goes on by itself as soon as a guard lets it, and tells', async () => {
      const { machine } = await make();
      await create(machine, { stock: true });
      expect(await move(machine, 'pay', { key: 'k' })).toMatchObject({ ok: true, to: 'paid', followed: ['pack'], instance: { state: 'packed' } });
      expect(await states(machine)).toEqual(['new', 'paid', 'packed']);
    });

    it('takes as asked what it has just done by itself', async () => {
      const { machine } = await make();
      await create(machine, { stock: true });
      await move(machine, 'pay');
      expect(await move(machine, 'pack')).toMatchObject({ ok: true, reused: true, to: 'packed' });
      expect(await states(machine)).toEqual(['new', 'paid', 'packed']);
    });

    it('goes on by itself from its initial state, after what it was told to do first', async () => {
      const machine = { ...ORDER, transitions: { ...ORDER.transitions, open: via('new', 'paid', { auto: true }) } };
      const first = await make(machine);
      expect(await create(first.machine)).toMatchObject({ ok: true, to: 'new', followed: ['open'], instance: { state: 'paid' } });
      const second = await make(machine);
      expect(await create(second.machine, {}, { transition: 'cancel' })).toMatchObject({ ok: true, followed: ['cancel'], instance: { state: 'cancelled' } });
      const third = await make(machine);
      expect(code(await create(third.machine, {}, { transition: 'ship' }))).toBe('wrong_state');
      expect(await third.machine.read(ADDRESS, application)).toBeNull();
    });

    it('comes to rest when it would go round for ever', async () => {
      const round = { there: via('a', 'b', { auto: true, condition: 'true' }), back: via('b', 'a', { auto: true, condition: 'true' }) };
      const { machine } = await make({ ...ORDER, transitions: { ...ORDER.transitions, ...round } });
      await create(machine);
      expect(await move(machine, 'start_a')).toMatchObject({ ok: true, stopped: { code: 'endless_machine' } });
      expect((await states(machine)).length).toBe(102);
    });

    it('carries an order out once under its key, also after a restart', async () => {
      const under = await make();
      let { machine } = under;
      await create(machine, {}, { key: 'make' });
      expect(await create(machine, {}, { key: 'make' })).toMatchObject({ ok: true, reused: true });
      await move(machine, 'start_a');
      await move(machine, 'there', { key: 'k1' });
      machine = await under.restart();
      expect(await move(machine, 'there', { key: 'k1' })).toMatchObject({ ok: true, reused: true, from: 'a', to: 'b' });
      await move(machine, 'back', { key: 'k2' });
      expect(await move(machine, 'there', { key: 'k1' })).toMatchObject({ ok: true, reused: true, instance: { state: 'a' } });
      expect(code(await move(machine, 'there', { key: 'k2' }))).toBe('key_reused');
      expect(await states(machine)).toEqual(['new', 'a', 'b', 'a']);
    });

    it('made and moved under one key: asked again it is neither made nor moved twice', async () => {
      const { machine } = await make();
      await create(machine, { stock: false }, { key: 'k', transition: 'pay' });
      expect(await create(machine, {}, { key: 'k', transition: 'pay' })).toMatchObject({ ok: true, reused: true, instance: { state: 'paid' } });
      expect(await move(machine, 'pay', { key: 'k' })).toMatchObject({ ok: true, reused: true, instance: { state: 'paid' } });
      expect(await states(machine)).toEqual(['new', 'paid']);
    });

    it('is folded from its history after a restart, over checkpoints', async () => {
      const under = await make();
      await create(under.machine, { n: 0 });
      await move(under.machine, 'start_a');
      for (let n = 1; n <= 150; n++) await move(under.machine, n % 2 ? 'there' : 'back', { data: { n } });
      const before = await under.machine.read(ADDRESS, application);
      const machine = await under.restart();
      expect(await machine.read(ADDRESS, application)).toEqual(before);
      expect(before).toMatchObject({ state: 'a', seq: 152, data: { n: 150 } });
      const page = (await machine.history(ADDRESS, { from: 100, limit: 10 }))!;
      expect(page.items.map((item) => item.seq)).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109]);
      expect(page.next).toBe(110);
      expect((await machine.history(ADDRESS, { from: 150, limit: 10 }))!.next).toBeNull();
    });

    it('hands the index each last state', async () => {
      const { machine, rows } = await make();
      await create(machine);
      await move(machine, 'pay');
      await expect.poll(() => rows.at(-1)).toMatchObject({ ...ADDRESS, state: 'paid', previous_state: 'new', seq: 2 });
    });

    describe('hooks', () => {
      // An instance that dies, or whose hooks are away, complains to the operator.
      beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
      afterEach(() => void vi.restoreAllMocks());

      it('run before the commit, see both states, and stand in the history', async () => {
        const { machine, hooks } = await make(withHooks(pay));
        hooks.answer = { kind: 'passed' };
        await create(machine, { total: 5 });
        expect(await move(machine, 'pay', { data: { card: 'visa' } })).toMatchObject({ ok: true, to: 'paid', instance: { state: 'paid' } });
        expect(hooks.started).toHaveLength(1);
        expect(hooks.started[0]!.data).toMatchObject({ transition: 'pay', from_state: 'new', to_state: 'paid', state: 'new', instance_id: 'o-1' });
        expect(hooks.started[0]!.data.data).toEqual({ total: 5, card: 'visa', currency: 'EUR' });
        expect((await machine.history(ADDRESS, { limit: 9 }))!.items[1]).toMatchObject({ hooks: [hooks.idOf(hooks.started[0]!)] });
      });

      it('veto: nothing changes, and the next try asks anew', async () => {
        const { machine, hooks } = await make(withHooks(pay));
        await create(machine);
        hooks.answer = { kind: 'refused', message: 'no money' };
        const refused = await move(machine, 'pay', { key: 'k' });
        expect(refused).toMatchObject({ ok: false, code: 'transition_vetoed', state: 'new', execution_id: hooks.idOf(hooks.started[0]!) });
        expect(refused).toMatchObject({ message: expect.stringContaining('no money') });
        expect(await states(machine)).toEqual(['new']);
        hooks.answer = { kind: 'passed' };
        expect(code(await move(machine, 'pay', { key: 'k' }))).toBe('ok');
        expect(hooks.started).toHaveLength(2);
      });

      it.each([
        ['of another transition', { ...pay, transitions: ['ship'] }],
        ['of another state before', { handler: 'check', pipeline: 'check', from: ['paid'] }],
        ['of another state after', { handler: 'check', pipeline: 'check', to: ['shipped'] }],
      ])('%s are not asked', async (_name, hook) => {
        const { machine, hooks } = await make(withHooks(hook));
        await create(machine);
        expect(code(await move(machine, 'pay'))).toBe('ok');
        expect(hooks.started).toEqual([]);
      });

      it('nobody else moves the instance meanwhile; who waits goes on from what came of it', async () => {
        const { machine, hooks, settle } = await make(withHooks(pay));
        await create(machine);
        const first = move(machine, 'pay');
        await expect.poll(() => hooks.started.length).toBe(1);
        const second = move(machine, 'cancel');
        expect(await machine.read(ADDRESS, application)).toMatchObject({ state: 'new', pending: { transition: 'pay', to: 'paid' } });
        await settle({ kind: 'passed' });
        expect(code(await first)).toBe('ok');
        expect(await second).toMatchObject({ ok: true, from: 'paid', to: 'cancelled' });
        expect(await states(machine)).toEqual(['new', 'paid', 'cancelled']);
      });

      it('the same order twice meanwhile is one transition', async () => {
        const { machine, hooks, settle } = await make(withHooks(pay));
        await create(machine);
        const calls = [1, 2, 3].map(() => move(machine, 'pay', { key: 'same' }));
        await expect.poll(() => hooks.started.length).toBe(1);
        await settle({ kind: 'passed' });
        expect((await Promise.all(calls)).map(code)).toEqual(['ok', 'ok', 'ok']);
        expect(await states(machine)).toEqual(['new', 'paid']);
        expect(hooks.started).toHaveLength(1);
      });

      it('a hook that moves its own instance is told so at once', async () => {
        const { machine, hooks, settle } = await make(withHooks(pay));
        await create(machine);
        const first = move(machine, 'pay');
        await expect.poll(() => hooks.started.length).toBe(1);
        expect(code(await move(machine, 'cancel', { execution_id: hooks.idOf(hooks.started[0]!) }))).toBe('transition_in_progress');
        await settle({ kind: 'passed' });
        expect(code(await first)).toBe('ok');
      });

      it.each<[string, HookResult, string[]]>([
        ['and commits', { kind: 'passed' }, ['new', 'paid']],
        ['and vetoes', { kind: 'refused', message: 'no' }, ['new']],
      ])('the object dies between hook and commit: it asks the same execution again %s', async (_name, result, expected) => {
        const under = await make(withHooks(pay));
        await create(under.machine);
        void move(under.machine, 'pay', { key: 'k' }).catch(() => undefined);
        await expect.poll(() => under.hooks.started.length).toBe(1);
        const machine = await under.restart();
        await under.settle(result);
        await under.alarm();
        await expect.poll(() => states(machine)).toEqual(expected);
        expect((await machine.read(ADDRESS, application))!.pending).toBeUndefined();
        expect(under.hooks.started).toHaveLength(1);
      });

      it('the other side of the hooks is away: the caller hears that it goes on, and the alarm brings it to its end', async () => {
        const under = await make(withHooks(pay));
        under.hooks.away = true;
        await create(under.machine);
        expect(code(await move(under.machine, 'pay', { key: 'k' }))).toBe('transition_in_progress');
        expect(code(await move(under.machine, 'cancel'))).toBe('transition_in_progress');
        under.hooks.away = false;
        under.hooks.answer = { kind: 'passed' };
        await under.alarm();
        await expect.poll(() => stateOf(under.machine)).toBe('paid');
        expect(await move(under.machine, 'pay', { key: 'k' })).toMatchObject({ ok: true, reused: true });
      });

      it('what the handler names is done next, with what it answered', async () => {
        const { machine, hooks } = await make(withHooks({ ...pay, on_success: 'cancel' }));
        hooks.answer = { kind: 'passed', data: { reason: 'sold out' } };
        await create(machine);
        expect(await move(machine, 'pay')).toMatchObject({
          ok: true,
          to: 'paid',
          followed: ['cancel'],
          instance: { state: 'cancelled', data: { reason: 'sold out' } },
        });
      });

      it('a failure with a way of its own does not veto', async () => {
        const { machine, hooks } = await make(withHooks({ ...pay, on_failure: 'cancel' }));
        hooks.answer = { kind: 'refused', message: 'card declined' };
        await create(machine);
        expect(await move(machine, 'pay')).toMatchObject({
          ok: true,
          followed: ['cancel'],
          instance: { state: 'cancelled', data: { error: 'card declined' } },
        });
      });

      it('stop what the machine would do by itself; what was asked for stays done', async () => {
        const { machine, hooks } = await make(withHooks({ handler: 'check', pipeline: 'check', transitions: ['pack'] }));
        hooks.answer = { kind: 'refused', message: 'no box' };
        await create(machine, { stock: true });
        const answer = await move(machine, 'pay');
        expect(answer).toMatchObject({
          ok: true,
          to: 'paid',
          followed: [],
          instance: { state: 'paid' },
          stopped: { transition: 'pack', code: 'transition_vetoed' },
        });
        expect(await stateOf(machine)).toBe('paid');
      });
    });
  });
}
