/**
 * A log as its archive holds it. The lines are kept as text and read when they are asked for, so that a long log
 * takes no more memory than its file has bytes.
 */
import type { LogEvent, PayloadRef } from '#contracts/events';
import { STORED_KEYS, type Stored } from '#contracts/events';
import { LIMITS } from '#contracts/limits';
import { ExportReader, linesOf } from '#portable/read';
import type { ReadableLog } from '#storage/event-log';
import { payloadKey } from '#storage/payloads';
import type { ArchiveStore, ImportNote } from '#storage/ports';

/** Whose it is here. An imported execution has another id and tenant than where it ran. */
export interface ArchivePlace {
  tenant: string;
  execution_id: string;
}

export class ArchivedLog implements ReadableLog {
  readonly imported: ImportNote | undefined;
  readonly #place: ArchivePlace;
  readonly #lines: string[];

  private constructor(place: ArchivePlace, lines: string[], imported: ImportNote | undefined) {
    this.#place = place;
    this.#lines = lines;
    this.imported = imported;
  }

  /** `null`: there is no such archive. Throws when it is not as it was written. */
  static async open(archives: ArchiveStore, place: ArchivePlace): Promise<ArchivedLog | null> {
    const found = await archives.get(place.tenant, place.execution_id);
    if (!found) return null;
    const reader = new ExportReader({ keep: 'nothing' });
    const lines: string[] = [];
    for await (const line of linesOf(found.content, LIMITS.archiveBytes)) if (reader.take(line) === 'event') lines.push(line);
    reader.end();
    return new ArchivedLog(place, lines, found.imported);
  }

  get version(): number {
    return this.#lines.length;
  }

  page(from: number, limit: number): LogEvent[] {
    const end = Math.min(this.#lines.length, from - 1 + limit);
    return this.#lines.slice(from - 1, end).map((line) => {
      const { seq, at, type, data } = JSON.parse(line) as LogEvent;
      const event = { seq, at, type, data } as LogEvent;
      return this.imported ? adopted(event, this.#place, this.imported) : event;
    });
  }
}

/** An event of another execution, as one of this: it is known here under this id, and its large values lie with it. */
function adopted(event: LogEvent, { tenant, execution_id }: ArchivePlace, { by, at }: ImportNote): LogEvent {
  const data = { ...event.data } as Record<string, unknown>;
  for (const key of STORED_KEYS) {
    const stored = data[key] as Stored | undefined;
    if (stored && 'ref' in stored) data[key] = { ref: refHere(stored.ref, tenant, execution_id) };
  }
  if (event.type === 'execution.started') {
    const { execution_id: from, tenant_id, tags } = event.data;
    const imported = { imported_from: from, imported_tenant: tenant_id, imported_by: by, imported_at: new Date(at).toISOString() };
    Object.assign(data, { execution_id, tenant_id: tenant, tags: { ...tags, ...imported } });
  }
  return { ...event, data } as unknown as LogEvent;
}

function refHere(ref: PayloadRef, tenant: string, executionId: string): PayloadRef {
  return { ...ref, key: payloadKey(tenant, executionId, ref.sha256) };
}
