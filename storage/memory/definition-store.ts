/** Memory twin of the definition store. */
import type { Definition } from '#contracts/definition';
import type { DefinitionStore } from '#storage/ports';

export class MemoryDefinitionStore implements DefinitionStore {
  readonly #stored = new Map<string, { definition: Definition; source: string }>();

  async put(tenant: string, definition: Definition, source: string): Promise<void> {
    this.#stored.set(`${tenant}/${definition.hash}`, { definition: structuredClone(definition), source });
  }

  async get(tenant: string, hash: string): Promise<Definition | null> {
    return this.#stored.get(`${tenant}/${hash}`)?.definition ?? null;
  }

  async source(tenant: string, hash: string): Promise<string | null> {
    return this.#stored.get(`${tenant}/${hash}`)?.source ?? null;
  }
}
