/**
 * What an instance of a state machine keeps: its history, and the transition whose hooks are running.
 *
 * Invariants
 * 1. The history is only appended to; its numbers are 1, 2, 3, … An entry follows the snapshot it was decided on.
 * 2. A key stands in the history once: what was asked for under it is carried out once.
 * 3. Entry and checkpoint of a turn are written without an await between: they are on disk together or not at all.
 * 4. Reading an object that was never written to writes nothing.
 */
import type { MachineAddress, MachineApplication, MachineEntry, MachineHook, MachineSnapshot } from '#contracts/machine';
import { fold, type Step } from '#engine/machine';
import type { Sql } from '#storage/event-log';

/** Small values beside the history. */
export interface LedgerValues {
  get(name: string): unknown;
  put(name: string, value: unknown): void;
  delete(name: string): void;
}

/** A transition that waits for its hooks. Everything needed to go on after a crash. */
export interface Pending {
  /** Names the executions of its hooks, so that they run once. */
  id: string;
  step: Step;
  hooks: MachineHook[];
  /** Executions of the hooks, in their order. */
  executions: string[];
  application: MachineApplication;
  by: string;
  key?: string;
  execution_id?: string;
  auto?: true;
  /** Epoch ms. */
  at: number;
  /** How many transitions the machine has taken by itself before it. */
  hops: number;
}

/** Entries folded at most when an instance is read back. */
const CHECKPOINT_EVERY = 64;

/** What a desk asks of it. */
export type InstanceLedger = Pick<Ledger, 'snapshot' | 'pending' | 'address' | 'create' | 'append' | 'wait' | 'settle' | 'byKey' | 'page'>;

export class Ledger {
  #snapshot: MachineSnapshot | undefined;
  #pending: Pending | undefined;
  #loaded = false;
  /** The table is there. */
  #made = false;

  constructor(
    private readonly sql: Sql,
    private readonly values: LedgerValues,
  ) {}

  get snapshot(): MachineSnapshot | undefined {
    this.#load();
    return this.#snapshot;
  }

  get pending(): Pending | undefined {
    this.#load();
    return this.#pending;
  }

  get address(): MachineAddress | undefined {
    return this.values.get('address') as MachineAddress | undefined;
  }

  create(address: MachineAddress, entry: MachineEntry & { kind: 'created' }): MachineSnapshot {
    this.#make();
    this.values.put('address', address);
    return this.append(entry);
  }

  append(entry: MachineEntry): MachineSnapshot {
    const snapshot = fold(this.snapshot, entry);
    this.sql.exec('INSERT INTO history (seq, key, entry) VALUES (?, ?, ?)', snapshot.seq, entry.key ?? null, JSON.stringify(entry));
    if (snapshot.seq % CHECKPOINT_EVERY === 0) this.values.put('checkpoint', snapshot);
    this.#snapshot = snapshot;
    return snapshot;
  }

  wait(pending: Pending): void {
    this.values.put('pending', pending);
    this.#pending = pending;
  }

  settle(): void {
    if (!this.pending) return;
    this.values.delete('pending');
    this.#pending = undefined;
  }

  byKey(key: string | undefined): { seq: number; entry: MachineEntry } | undefined {
    if (key === undefined || !this.snapshot) return undefined;
    const [row] = [...this.sql.exec('SELECT seq, entry FROM history WHERE key = ?', key)];
    return row && { seq: Number(row.seq), entry: JSON.parse(String(row.entry)) as MachineEntry };
  }

  page(from: number, limit: number): { seq: number; entry: MachineEntry }[] {
    if (!this.snapshot) return [];
    const rows = this.sql.exec('SELECT seq, entry FROM history WHERE seq >= ? ORDER BY seq LIMIT ?', from, limit);
    return [...rows].map((row) => ({ seq: Number(row.seq), entry: JSON.parse(String(row.entry)) as MachineEntry }));
  }

  #load(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    this.#made = [...this.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'history'")].length > 0;
    if (!this.#made) return;
    let snapshot = this.values.get('checkpoint') as MachineSnapshot | undefined;
    for (const row of this.sql.exec('SELECT entry FROM history WHERE seq > ? ORDER BY seq', snapshot?.seq ?? 0))
      snapshot = fold(snapshot, JSON.parse(String(row.entry)) as MachineEntry);
    this.#snapshot = snapshot;
    this.#pending = this.values.get('pending') as Pending | undefined;
  }

  #make(): void {
    this.#load();
    if (this.#made) return;
    this.sql.exec('CREATE TABLE history (seq INTEGER PRIMARY KEY, key TEXT, entry TEXT NOT NULL)');
    this.sql.exec('CREATE UNIQUE INDEX history_key ON history (key) WHERE key IS NOT NULL');
    this.#made = true;
  }
}
