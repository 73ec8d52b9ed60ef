/** What every DefinitionStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import type { DefinitionStore } from '#storage/ports';

const definition: Definition = {
  format: 1,
  hash: 'a'.repeat(64),
  name: 'orders',
  pipelines: {
    'process-order': {
      name: 'process-order',
      trigger: { type: 'http', config: { path: '/orders' } },
      nodes: [],
      on_error: 'stop',
      strict_templates: false,
    },
  },
  routes: [{ method: 'POST', path: '/orders', pipeline: 'process-order' }],
  databases: {},
  config: { greeting: 'Grüße 🌍' },
};
const source = '# kept as it was\nname: orders\n';

export function describeDefinitionStore(name: string, make: () => Promise<DefinitionStore>): void {
  describe(`definition store: ${name}`, () => {
    it('gives back graph and document', async () => {
      const store = await make();
      await store.put('acme', definition, source);
      expect(await store.get('acme', definition.hash)).toEqual(definition);
      expect(await store.source('acme', definition.hash)).toBe(source);
    });

    it('gives the same object again, so that others can keep what they compile from it', async () => {
      const store = await make();
      await store.put('acme', definition, source);
      expect(await store.get('acme', definition.hash)).toBe(await store.get('acme', definition.hash));
    });

    it('knows nothing of other hashes and other tenants', async () => {
      const store = await make();
      await store.put('acme', definition, source);
      expect(await store.get('acme', 'b'.repeat(64))).toBeNull();
      expect(await store.get('globex', definition.hash)).toBeNull();
      expect(await store.source('globex', definition.hash)).toBeNull();
    });
  });
}
