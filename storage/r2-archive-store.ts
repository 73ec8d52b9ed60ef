/** Executions as files in R2. A file appears when it is whole: small ones by one put, large ones in parts. */
import type { ArchiveStore, ImportNote } from '#storage/ports';

/** R2 takes parts of at least 5 MiB, all of one size but the last. */
const PART = 8 * 1024 * 1024;

export class R2ArchiveStore implements ArchiveStore {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  async put(tenant: string, executionId: string, lines: AsyncIterable<string>, imported?: ImportNote): Promise<void> {
    const key = keyOf(tenant, executionId);
    const options = {
      httpMetadata: { contentType: 'application/jsonl' },
      ...(imported ? { customMetadata: { imported_by: imported.by, imported_at: String(imported.at) } } : {}),
    };
    const parts = partsOf(lines);
    const first = (await parts.next()).value ?? new Uint8Array();
    if (first.byteLength < PART) return void (await this.#bucket.put(key, first, options));
    const upload = await this.#bucket.createMultipartUpload(key, options);
    try {
      const uploaded = [await upload.uploadPart(1, first)];
      for await (const part of parts) uploaded.push(await upload.uploadPart(uploaded.length + 1, part));
      await upload.complete(uploaded);
    } catch (error) {
      await upload.abort();
      throw error;
    }
  }

  async get(tenant: string, executionId: string): Promise<{ content: ReadableStream<Uint8Array>; imported?: ImportNote } | null> {
    const stored = await this.#bucket.get(keyOf(tenant, executionId));
    if (!stored) return null;
    const { imported_by, imported_at } = stored.customMetadata ?? {};
    return { content: stored.body, ...(imported_by === undefined ? {} : { imported: { by: imported_by, at: Number(imported_at) } }) };
  }
}

function keyOf(tenant: string, executionId: string): string {
  return `archives/${tenant}/${executionId}.jsonl`;
}

/** Parts of exactly PART bytes, and what is left. */
async function* partsOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder();
  let part = new Uint8Array(PART);
  let filled = 0;
  for await (const line of lines) {
    const bytes = encoder.encode(line);
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + PART - filled);
      part.set(piece, filled);
      filled += piece.length;
      from += piece.length;
      if (filled < PART) continue;
      yield part;
      part = new Uint8Array(PART);
      filled = 0;
    }
  }
  if (filled > 0) yield part.slice(0, filled);
}
