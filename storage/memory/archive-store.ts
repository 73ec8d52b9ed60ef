/** Memory twin of the archive store. */
import type { ArchiveStore, ImportNote } from '#storage/ports';

export class MemoryArchiveStore implements ArchiveStore {
  readonly #stored = new Map<string, { text: string; imported?: ImportNote }>();

  async put(tenant: string, executionId: string, lines: AsyncIterable<string>, imported?: ImportNote): Promise<void> {
    let text = '';
    for await (const line of lines) text += line;
    this.#stored.set(`${tenant}/${executionId}`, { text, imported });
  }

  async get(tenant: string, executionId: string): Promise<{ content: ReadableStream<Uint8Array>; imported?: ImportNote } | null> {
    const found = this.#stored.get(`${tenant}/${executionId}`);
    if (!found) return null;
    const content = new Blob([found.text]).stream() as unknown as ReadableStream<Uint8Array>;
    return { content, ...(found.imported ? { imported: found.imported } : {}) };
  }
}
