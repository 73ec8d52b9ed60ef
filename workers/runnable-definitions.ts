/** Stored definitions, each handed out only when this isolate has all that its steps need. */
import type { Definition } from '#contracts/definition';
import { isLoaded, loadFor } from '#steps/loading';
import { stepCatalog } from '#steps/registry';
import type { DefinitionStore } from '#storage/ports';

export class RunnableDefinitions implements DefinitionStore {
  readonly put: DefinitionStore['put'];
  readonly source: DefinitionStore['source'];

  constructor(private readonly stored: DefinitionStore) {
    this.put = stored.put.bind(stored);
    this.source = stored.source.bind(stored);
  }

  async get(tenant: string, hash: string): Promise<Definition | null> {
    const definition = await this.stored.get(tenant, hash);
    if (definition && !isLoaded(definition)) await loadFor(definition, stepCatalog);
    return definition;
  }
}
