/**
 * The log of one execution, its fold, and the definition it is pinned to.
 *
 * Invariants
 * 1. A turn is decided on the state to which it is appended: nothing comes between.
 * 2. Large values are in R2, and waits in the registry, before the events that speak of them are in the log.
 * 3. What is written beside the events (the alarm) is written in the same turn, without an await: all or nothing.
 * 4. An archived log is only read. What is yet to be said of one, that its key is free, is said in the object: the log is taken back with it.
 */
import { type Board, EMPTY_BOARD } from '#contracts/debugging';
import type { Definition } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { Command } from '#engine/commands';
import { type Decision, decide } from '#engine/decide';
import { type ExecutionState, isStarted, type StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import type { World } from '#engine/turn';
import type { ArchivedLog } from '#objects/execution/archived-log';
import { waitsBegun } from '#objects/execution/event-waits';
import type { ExecutionPorts } from '#objects/execution/ports';
import { EventLog, type ReadableLog, type Sql } from '#storage/event-log';
import { externalize, foldWhole, hydrate } from '#storage/payloads';

type HistoryPorts = Pick<ExecutionPorts, 'definitions' | 'payloads' | 'evaluator' | 'context' | 'mask' | 'board' | 'waits'>;

/** `stored`: the events as they are in the log. */
type TurnTaken = Decision & { stored: LogEvent[]; before: ExecutionState };

/** Events that are unpacked at a time. */
const PAGE = 1000;

export class History {
  readonly #sql: Sql;
  #own: EventLog;
  readonly #archive: (tenant: string | undefined) => Promise<ArchivedLog | null>;
  /** In place of the object's own log, once that is empty. */
  #archived: ArchivedLog | undefined;
  readonly #ports: () => HistoryPorts;
  readonly #isHalted: () => boolean;
  #state: ExecutionState | undefined;
  #definition: Definition | undefined;
  #erased = false;
  /** Held while large values are on their way to R2 before a commit. */
  #committing: Promise<unknown> | undefined;

  /**
   * `ports` is asked late: a subclass sets them after its base's constructor has run. `archive` finds the log of an object
   * that has been emptied. `isHalted`: it is on its way to another region.
   */
  constructor(sql: Sql, ports: () => HistoryPorts, archive: (tenant: string | undefined) => Promise<ArchivedLog | null>, isHalted = () => false) {
    this.#sql = sql;
    this.#own = new EventLog(sql);
    this.#ports = ports;
    this.#archive = archive;
    this.#isHalted = isHalted;
  }

  /** As it is now; `load` comes first. */
  get state(): ExecutionState {
    if (!this.#state) throw new Error('the log has not been read');
    return this.#state;
  }

  /** `tenant`: who asks. Somebody's archive is looked for where the object has nothing of its own. */
  async load(tenant?: string): Promise<ExecutionState> {
    if (!this.#state) {
      this.#own.load();
      const folded = await foldWhole(pagesOf(this.#own), this.#ports().payloads);
      // Another call may have read it meanwhile, and gone on from there.
      this.#state ??= folded;
    }
    if (!isStarted(this.#state)) {
      const archived = await this.#archive(tenant);
      if (archived) {
        const folded = await foldWhole(pagesOf(archived), this.#ports().payloads);
        if (!isStarted(this.#state)) this.moved(archived, folded);
      }
    }
    return this.#state;
  }

  /** The log lies in an archive now. */
  moved(archived: ArchivedLog, state = this.state): void {
    this.#archived = archived;
    this.#state = state;
  }

  /** Nothing is appended any more. */
  erase(): void {
    this.#erased = true;
  }

  /** Brought from elsewhere: it can be looked at, never run. */
  get isImported(): boolean {
    return this.#archived?.imported !== undefined;
  }

  /** When it was brought here, epoch ms. */
  get importedAt(): number | undefined {
    return this.#archived?.imported?.at;
  }

  get isErased(): boolean {
    return this.#erased;
  }

  /** The state, if there is an execution, not erased, and it is this tenant's. */
  async of(tenant: string): Promise<StartedState | null> {
    const state = await this.load(tenant);
    return !this.#erased && isStarted(state) && state.facts.tenant_id === tenant ? state : null;
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
    const { evaluator, context, mask } = this.#ports();
    return { definition: await this.definition(), evaluator, context, mask };
  }

  /** Decides, and commits what was decided together with what `alongside` writes. */
  async turn(command: Command, alongside: () => void): Promise<TurnTaken> {
    await this.load();
    if (this.#isTooLate(command)) return this.#nothing();
    const world = { ...(await this.world()), board: await this.#board(command) };
    await this.settled();
    // It may have been archived or erased meanwhile.
    if (this.#isTooLate(command)) return this.#nothing();
    // Whoever brings it keeps it, and comes again.
    if (this.#isHalted()) throw new Problem('tenant_moving', undefined, { extra: { headers: { 'Retry-After': '5' } } });
    const before = this.state;
    const decision = decide(before, command, world);
    if (decision.events.length === 0) return { ...decision, stored: decision.events, before };
    const { events, payloads } = externalize(decision.events, (decision.state as StartedState).facts);
    const waits = waitsBegun(decision.events, decision.state as StartedState);
    if (payloads.length > 0 || waits.length > 0) {
      const puts = payloads.map(({ key, text }) => this.#ports().payloads.put(key, text));
      this.#committing = Promise.all(waits.length > 0 ? [...puts, this.#ports().waits.put(waits)] : puts);
      try {
        await this.#committing;
      } finally {
        this.#committing = undefined;
      }
    }
    if (this.#archived) this.#takeBack(this.#archived);
    this.#own.append(events, before.seq);
    this.#state = decision.state;
    if (command.type === 'migrate') this.#definition = command.definition;
    alongside();
    return { ...decision, stored: events, before };
  }

  /** What comes to an archived or erased execution comes too late, as to any that has ended. */
  #isTooLate({ type }: Command): boolean {
    return this.#erased || (this.#archived !== undefined && type !== 'release_key');
  }

  #nothing(): TurnTaken {
    return { events: [], stored: [], state: this.state, effects: [], unfinished: false, before: this.state };
  }

  /** Into the object again, as it was. It is archived anew in its time. */
  #takeBack(archived: ArchivedLog): void {
    this.#own = new EventLog(this.#sql);
    this.#own.load();
    for (const page of pagesOf(archived)) this.#own.append(page, page[0]!.seq - 1);
    this.#archived = undefined;
  }

  #board(command: Command): Board | Promise<Board> {
    const { state } = this;
    if (isStarted(state)) {
      const { tenant_id: tenant, environment, workflow, pipeline } = state.facts;
      return hasEnded(state) ? EMPTY_BOARD : this.#ports().board({ tenant, environment, workflow, pipeline });
    }
    if (command.type !== 'start') return EMPTY_BOARD;
    const { tenant, environment, workflow, pipeline } = command.request;
    return this.#ports().board({ tenant, environment, workflow, pipeline });
  }

  /** Resolves once nothing is half way into the log. */
  async settled(): Promise<void> {
    while (this.#committing) await this.#committing;
  }

  /** Events as they are stored, references and all. */
  page(from = 1, limit = Number.MAX_SAFE_INTEGER): LogEvent[] {
    return this.#log.page(from, limit);
  }

  /** The same, as pages. */
  pages(): Generator<LogEvent[]> {
    return pagesOf(this.#log);
  }

  /** The whole log, a part at a time. */
  *events(): Generator<LogEvent> {
    for (const page of pagesOf(this.#log)) yield* page;
  }

  get #log(): ReadableLog {
    return this.#archived ?? this.#own;
  }

  /** Whether the log has grown to its bound: nothing more may be added to it going forward. */
  get isFull(): boolean {
    return this.#own.bytes > LIMITS.logBytes;
  }

  /** Of the object's own log. */
  get bytes(): number {
    return this.#own.bytes;
  }

  /** Of the object's own log; what is archived has none any more. */
  get rows(): number | undefined {
    return this.#archived ? undefined : this.#own.rows;
  }

  get length(): number {
    return this.#log.version;
  }

  /** As it was right after an event. */
  async stateAfter(seq: number): Promise<ExecutionState> {
    return foldWhole(pagesOf(this.#log, seq), this.#ports().payloads);
  }

  /** The fold of the log as it lies on disk. */
  async foldAnew(): Promise<ExecutionState> {
    return foldWhole(pagesOf(this.#log), this.#ports().payloads);
  }

  /** An event with its large values in place. */
  async whole<T extends LogEvent>(event: T): Promise<T> {
    return (await hydrate([event], this.#ports().payloads))[0] as T;
  }
}

function* pagesOf(log: ReadableLog, last = Number.MAX_SAFE_INTEGER): Generator<LogEvent[]> {
  const version = Math.min(log.version, last);
  for (let from = 1; from <= version; from += PAGE) yield log.page(from, Math.min(PAGE, version - from + 1));
}
