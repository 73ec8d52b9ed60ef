/**
 * Chains of transitions: the one that is asked for, what its handlers ask for, and what the machine does by itself.
 *
 * Invariants
 * 1. `take` and `goOn` are synchronous: decision and write are one turn.
 * 2. One chain with hooks is under way at a time, whoever waits for it; after a crash it goes on from what is pending on disk.
 */
import { LIMITS } from '#contracts/limits';
import type { MachineAddress } from '#contracts/machine';
import { decideMove, hooksOf, MAX_BY_ITSELF, ownMove, type Step } from '#engine/machine';
import { complain } from '#objects/state-machine/complain';
import { askHooks, type Follow, hookOrder } from '#objects/state-machine/hooks';
import type { IndexHandOver } from '#objects/state-machine/index-hand-over';
import type { InstanceLedger, Pending } from '#objects/state-machine/ledger';
import type { MachinePorts, MachineRules } from '#objects/state-machine/ports';
import type { Stopped } from '#objects/state-machine/refusals';

/** Who asks for a transition. */
export type Cause = Pick<Pending, 'application' | 'by' | 'key' | 'execution_id' | 'auto' | 'hops'>;
/** What came of a chain of transitions. */
export interface Chain {
  /** Names of the transitions that were committed, in order. */
  taken: string[];
  /** Why the chain went no further than it wanted to. */
  stopped?: Stopped;
}

export class Chains {
  /** The chain under way in this life of the object. */
  #running: Promise<Chain> | undefined;

  constructor(
    private readonly ledger: InstanceLedger,
    private readonly ports: MachinePorts,
    private readonly index: IndexHandOver,
  ) {}

  /** Takes the step at once, or leaves it pending for its hooks. Synchronous: decision and write are one turn. */
  take(rules: MachineRules, address: MachineAddress, step: Step, cause: Cause): Chain {
    const hooks = hooksOf(rules.machine, step);
    if (hooks.length === 0) {
      this.#commit(step, cause);
      return this.goOn(rules, address, cause, [step.transition]);
    }
    const pending: Pending = { ...cause, id: crypto.randomUUID(), step, hooks, executions: [], at: this.ports.now() };
    pending.executions = hooks.map((_, index) => this.ports.hookExecution(hookOrder(this.ledger.snapshot!, address, pending, index)));
    this.ledger.wait(pending);
    this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
    return { taken: [] };
  }

  /** What the machine does by itself in the state it is in. */
  goOn(rules: MachineRules, address: MachineAddress, cause: Cause, taken: string[]): Chain {
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
        this.take(rules, address, step, own);
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

  /** Goes on with what `take` has left pending, and sees to the index. */
  async begin(begun: Chain): Promise<Chain> {
    this.ports.wakeAt(this.ports.now() + LIMITS.leaseMs);
    if (!this.ledger.pending) {
      void this.index.handOver();
      return begun;
    }
    const rest = await this.resume();
    return { taken: [...begun.taken, ...rest.taken], ...(rest.stopped ? { stopped: rest.stopped } : {}) };
  }

  /** Joins the chain under way, or starts it again after a crash. */
  resume(): Promise<Chain> {
    if (!this.#running) {
      this.#running = this.#runPending().finally(() => {
        this.#running = undefined;
        void this.index.handOver();
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
        ? await askHooks(this.ports, this.ledger.snapshot!, address, pending)
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
      next = this.take(rules, address, decision.step, cause);
    } else next = this.goOn(rules, address, cause, []);
    chain.taken.push(...next.taken);
    return next.stopped;
  }
}
