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
  MachineRpc,
  MachineSnapshot,
} from '#contracts/machine';
import { decideMove, fold, instanceView, type Step } from '#engine/machine';
import { type Cause, type Chain, Chains } from '#objects/state-machine/chains';
import { IndexHandOver } from '#objects/state-machine/index-hand-over';
import type { InstanceLedger } from '#objects/state-machine/ledger';
import type { MachinePorts, MachineRules } from '#objects/state-machine/ports';
import { expectation, inProgress, noMachine, refusalOf, sizeRefusal } from '#objects/state-machine/refusals';

export class MachineDesk implements MachineRpc {
  readonly #index: IndexHandOver;
  readonly #chains: Chains;

  constructor(
    private readonly ledger: InstanceLedger,
    private readonly ports: MachinePorts,
  ) {
    this.#index = new IndexHandOver(ledger, ports);
    this.#chains = new Chains(ledger, ports, this.#index);
  }

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
    const chain = await this.#inTime(
      this.#chains.begin(first ? this.#chains.take(rules, address, first.step, cause) : this.#chains.goOn(rules, address, cause, [])),
    );
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
      const came = await this.ports.within(cameToAnEnd(this.#chains.resume()), left);
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
    const chain = await this.#inTime(
      this.#chains.begin(this.#chains.take(rules, address, step, { application: order.application, hops: 0, ...causeOf({ ...order, key }) })),
    );
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
      await this.#chains.resume();
    }
    await this.#index.handOver();
  }

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
}

function cameToAnEnd(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

function causeOf(order: { by: string; key?: string; execution_id?: string }): { by: string; key?: string; execution_id?: string } {
  const { by, key, execution_id } = order;
  return { by, ...(key === undefined ? {} : { key }), ...(execution_id === undefined ? {} : { execution_id }) };
}

/** The key of the transition that a creation takes at once. */
function firstKey(key: string): string {
  return `${key}>`;
}
