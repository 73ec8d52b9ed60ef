/**
 * Where a finished execution goes: into one file in R2, and out of its object.
 *
 * Invariants
 * 1. The object is emptied only once the file has been read back and says all that the log says.
 * 2. A crash at any point leaves the log, or the file, or both: the alarm stays until the object has been emptied.
 * 3. An object that is named by an idempotency key keeps a note, so that it is never taken for a new one.
 */
import type { Definition } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import type { StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { ArchivedLog, type ArchivePlace } from '#objects/execution/archived-log';
import { sourceOf } from '#objects/execution/export';
import type { History } from '#objects/execution/history';
import type { ExecutionPorts } from '#objects/execution/ports';
import { exportLines } from '#portable/write';

type Storage = Pick<DurableObjectStorage, 'sql' | 'kv' | 'deleteAll'>;

/** What stays of a keyed object. */
interface Note {
  tenant: string;
  /** When it was emptied, epoch ms. */
  at: number;
}

const NOTE = 'archived';

/** When a finished execution leaves its object, epoch ms; `undefined`: it stays. */
export function archiveAt(state: StartedState, definition: Definition | undefined, bytes: number, retention: number | undefined): number | undefined {
  const { phase } = state;
  // One whose undoing gave up may be resumed, so it has not come to its end.
  if (!hasEnded(state) || !('at' in phase) || (phase.kind === 'failed' && phase.saga)) return undefined;
  const kept = bytes > LIMITS.archiveAbove ? 0 : (definition?.pipelines[state.facts.pipeline]?.retention_ms ?? retention);
  if (kept === undefined) return undefined;
  const { dead_letter: letter } = state;
  // A letter that waits for somebody may yet be replayed or discarded.
  const awaited = letter?.status === 'waiting' ? letter.expires_at : 0;
  return Math.max(phase.at + Math.max(kept, LIMITS.archiveGraceMs), awaited);
}

export class Archive {
  readonly #storage: Storage;
  readonly #id: () => string;
  readonly #ports: () => Pick<ExecutionPorts, 'archives' | 'now'>;
  readonly #disarm: () => void;

  /** `disarm`: no alarm is needed any more. */
  constructor(storage: Storage, id: () => string, ports: () => Pick<ExecutionPorts, 'archives' | 'now'>, disarm: () => void) {
    this.#storage = storage;
    this.#id = id;
    this.#ports = ports;
    this.#disarm = disarm;
  }

  /** The log of an object that has none (any more). Without a tenant, only one that left a note is looked for. */
  async log(tenant: string | undefined): Promise<ArchivedLog | null> {
    const note = this.#storage.kv.get<Note>(NOTE);
    const owner = note?.tenant ?? tenant;
    if (owner === undefined) return null;
    const log = await ArchivedLog.open(this.#ports().archives, this.#place(owner));
    if (note && !log) throw new Error('the archive of this execution is missing');
    return log;
  }

  /** The file as it lies there. */
  async file(tenant: string): Promise<ReadableStream<Uint8Array> | null> {
    return (await this.#ports().archives.get(tenant, this.#id()))?.content ?? null;
  }

  /** Writes the file, reads it back, empties the object. When the log goes on meanwhile, the object stays as it is. */
  async seal(state: StartedState, history: History): Promise<void> {
    const { tenant_id: tenant, idempotency_key } = state.facts;
    const { archives, now } = this.#ports();
    const place = this.#place(tenant);
    await archives.put(tenant, place.execution_id, exportLines(sourceOf(history)));
    const written = await ArchivedLog.open(archives, place);
    if (written?.version !== history.length || history.state.seq !== state.seq) return;
    // From here on without an await: all of it is on disk, or none.
    if (idempotency_key === undefined) void this.#storage.deleteAll();
    else {
      this.#storage.sql.exec('DROP TABLE log');
      this.#storage.kv.put(NOTE, { tenant, at: now() } satisfies Note);
    }
    this.#disarm();
    history.moved(written);
  }

  #place(tenant: string): ArchivePlace {
    return { tenant, execution_id: this.#id() };
  }
}
