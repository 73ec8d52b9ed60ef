/**
 * One instance of a state machine: takes orders, asks the hooks, commits, and goes on by itself.
 *
 * Invariants
 * 1. Deciding and committing happen in one turn without an await between, so writers cannot conflict: each decides on
 *    the state that the one before it left.
 * 2. While hooks run, the transition is on disk as pending and nothing else moves the instance. It ends committed or
 *    given up, whoever waits for it: after a crash the hooks are asked again under the same keys, so none runs twice.
 * 3. A refused or vetoed order leaves no trace.
 * 4. The index gets its row after the commit; until it has, an alarm is set.
 */
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type {
  MachineAddress,
  MachineAnswer,
  MachineApplication,
  MachineCreate,
  MachineEntry,
  MachineHistoryItem,
  MachineHistoryQuery,
  MachineInstance,
  MachineMove,
  MachineRefusal,
  MachineRpc,
  MachineSnapshot,
} from '#contracts/machine';
import { decideMove, fold, hooksOf, instanceView, MAX_BY_ITSELF, ownMove, type Step } from '#engine/machine';
import type { InstanceLedger, Pending } from '#objects/state-machine/ledger';
import type { HookOrder, MachinePorts, MachineRules } from '#objects/state-machine/ports';

/** A hook that has not ended by then vetoes, ms. */
const HOOK_LIMIT_MS = 15 * 60_000;

/** Who asks for a transition. */
type Cause = Pick<Pending, 'application' | 'by' | 'key' | 'execution_id' | 'auto' | 'hops'>;
/** What a handler has the machine do next. */
interface Follow {
  transition: string;
  data: JsonObject;
}

type Stopped = { transition: string; code: MachineRefusal['code']; message: string; execution_id?: string };

/** What came of a chain of transitions. */
interface Chain {
  /** Names of the transitions that were committed, in order. */
  taken: string[];
  /** Why the chain went no further than it wanted to. */
  stopped?: Stopped;
}

export class MachineDesk implements MachineRpc {
  /** The chain under way in this life of the object. */
  #running: Promise<Chain> | undefined;
  /** Number of the entry that the index has been handed. */
  #projected = 0;
  #handing: Promise<void> | undefined;

  constructor(
    private readonly ledger: InstanceLedger,
    private readonly ports: MachinePorts,
  ) {}

  async create(address: MachineAddress, order: MachineCreate): Promise<MachineAnswer> {
    const rules = await this.ports.rules(address, order.application);
    if (!rules) return noMachine(address);
    const { machine } = rules;
    const known = this.ledger.snapshot;
    if (known) {
      const first = this.ledger.byKey(order.key);
      if (first?.entry.kind === 'created') return this.#answer(rules, address, first.entry.to, { taken: [] }, { reused: true });
      return {
        ok: false,
        code: 'instance_exists',
        message: `${machine.name} already has an instance ${address.id}; it is in ${known.state}.`,
        state: known.state,
      };
    }
    const entry: MachineEntry & { kind: 'created' } = { kind: 'created', to: machine.initial, data: order.data, at: this.ports.now(), ...causeOf(order) };
    const tooLarge = sizeRefusal(order.data);
    if (tooLarge) return tooLarge;
    const first = order.transition === undefined ? undefined : decideMove(machine, fold(undefined, entry), order.transition, {}, rules.test);
    if (first && !first.ok) return first;
    this.ledger.create(address, entry);
    const { key, ...who } = causeOf(order);
    const cause: Cause = { application: order.application, hops: 0, ...who, ...(first && key !== undefined ? { key: firstKey(key) } : {}) };
    const chain = await this.#inTime(this.#begin(first ? this.#take(rules, address, first.step, cause) : this.#goOn(rules, address, cause, [])));
    return this.#answer(rules, address, machine.initial, chain);
  }

  async move(address: MachineAddress, order: MachineMove): Promise<MachineAnswer> {
    const rules = await this.ports.rules(address, order.application);
    if (!rules) return noMachine(address);
    const deadline = this.ports.now() + LIMITS.syncWaitMs;
    for (let pending = this.ledger.pending; pending; pending = this.ledger.pending) {
      const left = deadline - this.ports.now();
      const own = order.execution_id !== undefined && pending.executions.includes(order.execution_id);
      if (left <= 0 || own) return inProgress(pending, this.ledger.snapshot!, own);
      const came = await this.ports.within(cameToAnEnd(this.#resume()), left);
      // What stands in the way is the platform's; the alarm goes on with it.
      if (came === false) return inProgress(pending, this.ledger.snapshot!, false);
    }
    const { snapshot } = this.ledger;
    if (!snapshot) return { ok: false, code: 'unknown_instance', message: `${rules.machine.name} has no instance ${address.id}.` };
    const created = this.ledger.byKey(order.key)?.entry.kind === 'created';
    // A creation that was to take this transition at once may not have come to it.
    const key = created && order.key !== undefined ? firstKey(order.key) : order.key;
    const known = this.ledger.byKey(key);
    if (known) return this.#again(rules, address, order, known.entry);
    const refusal = expectation(order, snapshot) ?? sizeRefusal({ ...snapshot.data, ...order.data }, snapshot);
    if (refusal) return refusal;
    const decision = decideMove(rules.machine, snapshot, order.transition, order.data, rules.test);
    if (!decision.ok) return this.#tookItself(rules, address, order, snapshot) ?? decision;
    const { step } = decision;
    const chain = await this.#inTime(this.#begin(this.#take(rules, address, step, { application: order.application, hops: 0, ...causeOf({ ...order, key }) })));
    if (chain && chain.taken.length === 0 && chain.stopped) return { ...refusalOf(chain.stopped), state: snapshot.state };
    if (!chain && this.ledger.pending?.step.transition === step.transition) return inProgress(this.ledger.pending, this.ledger.snapshot!, false);
    return this.#answer(rules, address, step.to, chain, { step });
  }

  async read(address: MachineAddress, application: MachineApplication): Promise<MachineInstance | null> {
    const rules = await this.ports.rules(address, application);
    return rules && this.ledger.snapshot ? this.#view(rules, address, this.ledger.snapshot) : null;
  }

  async history(_address: MachineAddress, { from = 1, limit }: MachineHistoryQuery): Promise<{ items: MachineHistoryItem[]; next: number | null } | null> {
    const { snapshot } = this.ledger;
    if (!snapshot) return null;
    const items = this.ledger.page(from, limit).map(({ seq, entry: { at, ...entry } }) => ({ seq, at: new Date(at).toISOString(), ...entry }));
    const last = items.at(-1)?.seq ?? snapshot.seq;
    return { items, next: last < snapshot.seq ? last + 1 : null };
  }

  /** The alarm: goes on with what a crash has interrupted. */
  async wake(): Promise<void> {
    if (!this.ledger.snapshot) return;
    if (this.ledger.pending) {
      this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
      await this.#resume();
    }
    await this.#handOver();
  }

  // --- chains ---------------------------------------------------------------------------------------

  /** Takes the step at once, or leaves it pending for its hooks. Synchronous: decision and write are one turn. */
  #take(rules: MachineRules, address: MachineAddress, step: Step, cause: Cause): Chain {
    const hooks = hooksOf(rules.machine, step);
    if (hooks.length === 0) {
      this.#commit(step, cause);
      return this.#goOn(rules, address, cause, [step.transition]);
    }
    const pending: Pending = { ...cause, id: crypto.randomUUID(), step, hooks, executions: [], at: this.ports.now() };
    pending.executions = hooks.map((_, index) => this.ports.hookExecution(this.#hookOrder(address, pending, index)));
    this.ledger.wait(pending);
    this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
    return { taken: [] };
  }

  /** What the machine does by itself in the state it is in. */
  #goOn(rules: MachineRules, address: MachineAddress, cause: Cause, taken: string[]): Chain {
    const chain: Chain = { taken: [...taken] };
    for (let { hops } = cause; ; hops++) {
      const step = ownMove(rules.machine, this.ledger.snapshot!, rules.test);
      if (!step) return chain;
      if (hops >= MAX_BY_ITSELF) {
        const message = `${rules.machine.name} has taken ${MAX_BY_ITSELF} transitions by itself and stops before ${step.transition}.`;
        return { ...chain, stopped: { transition: step.transition, code: 'endless_machine', message } };
      }
      const own: Cause = {
        application: cause.application,
        by: cause.by,
        auto: true,
        hops: hops + 1,
        ...(cause.execution_id === undefined ? {} : { execution_id: cause.execution_id }),
      };
      if (hooksOf(rules.machine, step).length > 0) {
        this.#take(rules, address, step, own);
        return chain;
      }
      this.#commit(step, own);
      chain.taken.push(step.transition);
    }
  }

  #commit(step: Step, cause: Cause, hooks?: string[]): void {
    const { transition, from, to, data } = step;
    const { by, key, execution_id, auto } = cause;
    this.ledger.append({
      kind: 'moved',
      transition,
      from,
      to,
      data,
      at: this.ports.now(),
      by,
      ...(key === undefined ? {} : { key }),
      ...(execution_id === undefined ? {} : { execution_id }),
      ...(auto ? { auto } : {}),
      ...(hooks ? { hooks } : {}),
    });
  }

  /** Goes on with what `#take` has left pending, and sees to the index. */
  async #begin(begun: Chain): Promise<Chain> {
    this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
    if (!this.ledger.pending) {
      void this.#handOver();
      return begun;
    }
    const rest = await this.#resume();
    return { taken: [...begun.taken, ...rest.taken], ...(rest.stopped ? { stopped: rest.stopped } : {}) };
  }

  /** Joins the chain under way, or starts it again after a crash. */
  #resume(): Promise<Chain> {
    if (!this.#running) {
      this.#running = this.#runPending().finally(() => {
        this.#running = undefined;
        void this.#handOver();
      });
      // Whoever waits hears of it; when nobody does, the alarm comes back to it.
      this.#running.catch((error: unknown) => complain('hooks of a state machine', error, this.ledger.address));
    }
    return this.#running;
  }

  async #runPending(): Promise<Chain> {
    const address = this.ledger.address!;
    const chain: Chain = { taken: [] };
    for (let pending = this.ledger.pending; pending; pending = this.ledger.pending) {
      const rules = await this.ports.rules(address, pending.application);
      const { step } = pending;
      const verdict = rules
        ? await this.#askHooks(address, pending)
        : { refused: { transition: step.transition, code: 'unknown_machine' as const, message: 'The version that asked for it is gone.' } };
      // From here to the next hook there is no await: the commit and what follows from it are one turn.
      this.ledger.settle();
      if ('refused' in verdict) return { ...chain, stopped: verdict.refused };
      this.#commit(step, pending, pending.executions);
      chain.taken.push(step.transition);
      const stopped = this.#follow(rules!, address, pending, verdict.follow, chain);
      if (stopped) return { ...chain, stopped };
    }
    return chain;
  }

  /** After a commit with hooks: the transition that a handler asks for, then what the machine does by itself. */
  #follow(rules: MachineRules, address: MachineAddress, pending: Pending, follow: Follow | undefined, chain: Chain): Stopped | undefined {
    const { application, by, execution_id, hops } = pending;
    const cause: Cause = { application, by, auto: true, hops: hops + 1, ...(execution_id === undefined ? {} : { execution_id }) };
    let next: Chain;
    if (follow !== undefined && hops < MAX_BY_ITSELF) {
      const decision = decideMove(rules.machine, this.ledger.snapshot!, follow.transition, follow.data, rules.test);
      if (!decision.ok) return { transition: follow.transition, code: decision.code, message: decision.message };
      next = this.#take(rules, address, decision.step, cause);
    } else next = this.#goOn(rules, address, cause, []);
    chain.taken.push(...next.taken);
    return next.stopped;
  }

  async #askHooks(address: MachineAddress, pending: Pending): Promise<{ refused: Stopped } | { follow?: Follow }> {
    const { transition } = pending.step;
    let follow: Follow | undefined;
    for (const [index, hook] of pending.hooks.entries()) {
      const order = this.#hookOrder(address, pending, index);
      let result = await this.ports.runHook(order);
      while (result.kind === 'running' && this.ports.now() < pending.at + HOOK_LIMIT_MS) result = await this.ports.runHook(order);
      if (result.kind === 'passed') {
        if (hook.on_success !== undefined) follow ??= { transition: hook.on_success, data: result.data ?? {} };
        continue;
      }
      const why = result.kind === 'refused' ? result.message : 'it took too long';
      if (hook.on_failure === undefined) {
        const message = `${hook.handler} refused ${transition}: ${why}`;
        return { refused: { transition, code: 'transition_vetoed', message, execution_id: pending.executions[index]! } };
      }
      follow = { transition: hook.on_failure, data: { error: why } };
      break;
    }
    return follow === undefined ? {} : { follow };
  }

  #hookOrder(address: MachineAddress, pending: Omit<Pending, 'executions'>, index: number): HookOrder {
    const { transition, from, to, data } = pending.step;
    const snapshot = this.ledger.snapshot!;
    return {
      address,
      application: pending.application,
      pipeline: pending.hooks[index]!.pipeline,
      key: `machine/${pending.id}/${index}`,
      by: pending.by,
      data: {
        machine: address.machine,
        instance_id: address.id,
        id: address.id,
        transition,
        from_state: from,
        to_state: to,
        state: snapshot.state,
        data: { ...snapshot.data, ...data },
        seq: snapshot.seq,
      },
    };
  }

  // --- answers --------------------------------------------------------------------------------------

  /** The chain's end, or nothing when it takes longer than a caller waits. */
  #inTime(chain: Promise<Chain>): Promise<Chain | undefined> {
    if (!this.ledger.pending) return chain;
    return this.ports.within(
      chain.catch(() => undefined),
      LIMITS.syncWaitMs,
    );
  }

  #answer(rules: MachineRules, address: MachineAddress, to: string, chain: Chain | undefined, more: { step?: Step; reused?: true } = {}): MachineAnswer {
    const taken = chain?.taken ?? [];
    return {
      ok: true,
      instance: this.#view(rules, address, this.ledger.snapshot!),
      ...(more.reused ? { reused: true } : {}),
      ...(more.step ? { transition: more.step.transition, from: more.step.from } : {}),
      to,
      followed: more.step ? taken.slice(1) : taken,
      ...(chain?.stopped ? { stopped: chain.stopped } : {}),
    };
  }

  #view(rules: MachineRules, address: MachineAddress, snapshot: MachineSnapshot): MachineInstance {
    const view = instanceView(rules.machine, address.id, snapshot);
    const { pending } = this.ledger;
    if (!pending) return view;
    const { step, executions, at } = pending;
    return { ...view, pending: { transition: step.transition, to: step.to, since: new Date(at).toISOString(), executions } };
  }

  /** The order was carried out before. */
  #again(rules: MachineRules, address: MachineAddress, order: MachineMove, entry: MachineEntry): MachineAnswer {
    if (entry.kind === 'moved' && entry.transition === order.transition) {
      const { transition, from, to, data } = entry;
      return this.#answer(rules, address, to, undefined, { reused: true, step: { transition, from, to, data } });
    }
    const done = entry.kind === 'moved' ? entry.transition : 'the creation';
    return {
      ok: false,
      code: 'key_reused',
      message: `The key was used for ${done} before, and now for ${order.transition}.`,
      state: this.ledger.snapshot!.state,
    };
  }

  /** Asked for what the machine has just done by itself: callers who know nothing of that get what they wanted. */
  #tookItself(rules: MachineRules, address: MachineAddress, order: MachineMove, snapshot: MachineSnapshot): MachineAnswer | undefined {
    const last = this.ledger.page(snapshot.seq, 1)[0]?.entry;
    if (last?.kind !== 'moved' || !last.auto || last.transition !== order.transition || Object.keys(order.data).length > 0) return undefined;
    const { transition, from, to, data } = last;
    return this.#answer(rules, address, to, undefined, { reused: true, step: { transition, from, to, data } });
  }

  // --- index ----------------------------------------------------------------------------------------

  /** One at a time: what is committed meanwhile goes along as the next row. */
  #handOver(): Promise<void> {
    this.#handing ??= this.#handAll().finally(() => {
      this.#handing = undefined;
    });
    return this.#handing;
  }

  async #handAll(): Promise<void> {
    const address = this.ledger.address!;
    for (let snapshot = this.ledger.snapshot!; this.#projected < snapshot.seq; snapshot = this.ledger.snapshot!) {
      const { seq, state, previous_state, created_at, updated_at } = snapshot;
      try {
        await this.ports.project({ ...address, state, ...(previous_state === undefined ? {} : { previous_state }), seq, created_at, updated_at });
      } catch (error) {
        // Not lost: the alarm comes back to it.
        this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
        complain('index row of a state machine', error, address);
        return;
      }
      this.#projected = seq;
    }
  }
}

function cameToAnEnd(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function complain(message: string, error: unknown, address: MachineAddress | undefined): void {
  console.error(JSON.stringify({ level: 'error', message: `${message}: ${String(error)}`, tenant: address?.tenant, machine: address?.machine }));
}

function causeOf(order: { by: string; key?: string; execution_id?: string }): { by: string; key?: string; execution_id?: string } {
  const { by, key, execution_id } = order;
  return { by, ...(key === undefined ? {} : { key }), ...(execution_id === undefined ? {} : { execution_id }) };
}

/** The key of the transition that a creation takes at once. */
function firstKey(key: string): string {
  return `${key}>`;
}

function refusalOf({ code, message, execution_id }: Stopped): MachineRefusal {
  return { ok: false, code, message, ...(execution_id === undefined ? {} : { execution_id }) };
}

function noMachine({ workflow, machine }: MachineAddress): MachineRefusal {
  return { ok: false, code: 'unknown_machine', message: `${workflow} has no state machine ${machine}.` };
}

function inProgress(pending: Pending, snapshot: MachineSnapshot, own: boolean): MachineRefusal {
  const { transition } = pending.step;
  const message = own
    ? `This runs before ${transition} is committed, so it cannot move the same instance. Let the machine go on by itself: autoTransform, or a transition of the handler.`
    : `The hooks of ${transition} are still running.`;
  return { ok: false, code: 'transition_in_progress', message, state: snapshot.state };
}

function expectation(order: MachineMove, snapshot: MachineSnapshot): MachineRefusal | undefined {
  const { expected_state, expected_seq } = order;
  const { state, seq } = snapshot;
  if (expected_state !== undefined && expected_state !== state)
    return { ok: false, code: 'state_changed', message: `The instance is in ${state}, not in ${expected_state}.`, state };
  if (expected_seq !== undefined && expected_seq !== seq)
    return { ok: false, code: 'state_changed', message: `The last entry of the instance is ${seq}, not ${expected_seq}.`, state };
  return undefined;
}

function sizeRefusal(data: object, snapshot?: MachineSnapshot): MachineRefusal | undefined {
  const size = new TextEncoder().encode(JSON.stringify(data)).byteLength;
  if (size <= LIMITS.machineData) return undefined;
  const message = `The data of an instance may take ${LIMITS.machineData} bytes; it would take ${size}. Keep large values elsewhere, and their ids here.`;
  return { ok: false, code: 'data_too_large', message, ...(snapshot ? { state: snapshot.state } : {}) };
}
