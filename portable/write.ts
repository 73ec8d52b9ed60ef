/**
 * An execution as lines. The same log gives the same bytes, and so the same seal, wherever and whenever it is written.
 */
import type { Definition } from '#contracts/definition';
import { type LogEvent, type PayloadRef, payloadRefs } from '#contracts/events';
import { Fold } from '#engine/evolve';
import { statusOf } from '#engine/status';
import { Chain } from '#portable/chain';
import { EXPORT_FORMAT, type Header, type Line } from '#portable/lines';
import { stateHash } from '#portable/state-hash';

export interface ExportSource {
  /** How many events are written; the log may grow meanwhile. */
  length: number;
  /** The log from a sequence number on, as it is stored: at most `limit` events. */
  page(from: number, limit: number): LogEvent[];
  /** What goes into an export and not into an archive. */
  export?: {
    definition(hash: string): Promise<{ definition: Definition; source: string | null } | null>;
    payload(ref: PayloadRef): Promise<string | null>;
  };
}

const PAGE = 500;

/** Lines with their line breaks. */
export async function* exportLines(source: ExportSource): AsyncGenerator<string> {
  const { page, export: whole } = source;
  const chain = new Chain();
  const line = (body: Line) => `${chain.write(body)}\n`;
  const first = page(1, 1)[0];
  if (first?.type !== 'execution.started') throw new Error('the log does not begin with its start');
  yield line(headerOf(first, whole ? 'export' : 'archive'));
  if (whole) {
    for (const hash of pinned(source)) {
      const found = await whole.definition(hash);
      if (!found) continue;
      const { definition, source } = found;
      yield line({ kind: 'definition', definition_hash: hash, definition: definition as never, ...(source === null ? {} : { source }) });
    }
  }
  const fold = new Fold();
  const refs = new Map<string, PayloadRef>();
  let events = 0;
  for (const event of all(source)) {
    fold.take(event);
    for (const ref of payloadRefs(event)) refs.set(ref.key, ref);
    events++;
    yield line({ kind: 'event', seq: event.seq, at: event.at, type: event.type, data: event.data as unknown as Record<string, unknown> });
  }
  let payloads = 0;
  if (whole) {
    for (const ref of refs.values()) {
      const text = await whole.payload(ref);
      if (text === null) throw new Error(`payload ${ref.key} is missing`);
      payloads++;
      yield line({ kind: 'payload', key: ref.key, sha256: ref.sha256, size: ref.size, text });
    }
  }
  yield line({ kind: 'seal', events, payloads, status: statusOf(fold.state), state_hash: stateHash(fold.state) });
}

function headerOf({ data }: Extract<LogEvent, { type: 'execution.started' }>, content: Header['content']): Header {
  const { execution_id, tenant_id, region, workflow, pipeline } = data;
  return { kind: 'header', format: EXPORT_FORMAT, content, execution_id, tenant: tenant_id, region, workflow, pipeline };
}

function* all({ page, length }: ExportSource): Generator<LogEvent> {
  for (let from = 1; from <= length; from += PAGE) yield* page(from, Math.min(PAGE, length - from + 1));
}

/** Hashes of the definitions that it was ever pinned to, in order. */
function pinned(source: ExportSource): Set<string> {
  const hashes = new Set<string>();
  for (const event of all(source)) {
    if (event.type === 'execution.started') hashes.add(event.data.definition);
    else if (event.type === 'execution.migrated') hashes.add(event.data.to.definition);
  }
  return hashes;
}
