/**
 * The log of one execution, its fold, and the definition it is pinned to.
 *
 * Invariants
 * 1. A turn is decided on the state to which it is appended: nothing comes between.
 * 2. Large values are in R2 before the events that refer to them are in the log.
 * 3. What is written beside the events (the alarm) is written in the same turn, without an await: all or nothing.
 */
import type { Definition } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import { LIMITS } from '#contracts/limits';
import type { Command } from '#engine/commands';
import { type Decision, decide } from '#engine/decide';
import { fold } from '#engine/evolve';
import { type ExecutionState, initialState, isStarted, type StartedState } from '#engine/state';
import type { World } from '#engine/turn';
import type { ExecutionPorts } from '#objects/execution/ports';
import { EventLog, type Sql } from '#storage/event-log';
import { externalize, hydrate } from '#storage/payloads';

type HistoryPorts = Pick<ExecutionPorts, 'definitions' | 'payloads' | 'evaluator' | 'context'>;

export class History {
  readonly #log: EventLog;
  readonly #ports: () => HistoryPorts;
  #state: ExecutionState | undefined;
  #definition: Definition | undefined;
  /** Held while large values are on their way to R2 before a commit. */
  #committing: Promise<unknown> | undefined;

  /** `ports` is asked late: a subclass sets them after its base's constructor has run. */
  constructor(sql: Sql, ports: () => HistoryPorts) {
    this.#log = new EventLog(sql);
    this.#ports = ports;
  }

  /** As it is now; `load` comes first. */
  get state(): ExecutionState {
    if (!this.#state) throw new Error('the log has not been read');
    return this.#state;
  }

  async load(): Promise<ExecutionState> {
    if (!this.#state) {
      const events = this.#log.load();
      const folded = events.length === 0 ? initialState : fold(await hydrate(events, this.#ports().payloads));
      // Another call may have read it meanwhile, and gone on from there.
      this.#state ??= folded;
    }
    return this.#state;
  }

  /** The state, if there is an execution and it is this tenant's. */
  async of(tenant: string): Promise<StartedState | null> {
    const state = await this.load();
    return isStarted(state) && state.facts.tenant_id === tenant ? state : null;
  }

  /** For a start: the definition that is to be pinned. False when the region does not have it. */
  async adopt(tenant: string, hash: string): Promise<boolean> {
    this.#definition ??= (await this.#ports().definitions.get(tenant, hash)) ?? undefined;
    return this.#definition !== undefined;
  }

  /** What it started with, whatever has been deployed since. */
  async definition(): Promise<Definition> {
    if (!this.#definition) {
      const { facts } = this.state as StartedState;
      if (!(await this.adopt(facts.tenant_id, facts.definition))) throw new Error(`definition ${facts.definition} is missing`);
    }
    return this.#definition!;
  }

  /** The definition if it has been needed yet: nothing is under way before. */
  get knownDefinition(): Definition | undefined {
    return this.#definition;
  }

  /** What deciding leans on. */
  async world(): Promise<World> {
    const { evaluator, context } = this.#ports();
    return { definition: await this.definition(), evaluator, context };
  }

  /** Decides, and commits what was decided together with what `alongside` writes. */
  async turn(command: Command, alongside: () => void): Promise<Decision & { before: ExecutionState }> {
    await this.load();
    const world = await this.world();
    while (this.#committing) await this.#committing;
    const before = this.state;
    const decision = decide(before, command, world);
    if (decision.events.length === 0) return { ...decision, before };
    const { events, payloads } = externalize(decision.events, (decision.state as StartedState).facts);
    if (payloads.length > 0) {
      this.#committing = Promise.all(payloads.map(({ key, text }) => this.#ports().payloads.put(key, text)));
      try {
        await this.#committing;
      } finally {
        this.#committing = undefined;
      }
    }
    this.#log.append(events, before.seq);
    this.#state = decision.state;
    alongside();
    return { ...decision, before };
  }

  /** Events as they are stored, references and all. */
  page(from = 1, limit = Number.MAX_SAFE_INTEGER): LogEvent[] {
    return this.#log.page(from, limit);
  }

  /** Whether the log has grown to its bound: nothing more may be added to it going forward. */
  get isFull(): boolean {
    return this.#log.bytes > LIMITS.logBytes;
  }

  get length(): number {
    return this.#log.version;
  }

  /** The fold of the log as it lies on disk. */
  async foldAnew(): Promise<ExecutionState> {
    return fold(await hydrate(this.page(), this.#ports().payloads));
  }

  /** An event with its large values in place. */
  async whole<T extends LogEvent>(event: T): Promise<T> {
    return (await hydrate([event], this.#ports().payloads, true))[0] as T;
  }
}
