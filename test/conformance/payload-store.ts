/** What every PayloadStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { PayloadStore } from '#storage/ports';

export function describePayloadStore(name: string, make: () => Promise<PayloadStore>): void {
  describe(`payload store: ${name}`, () => {
    it('gives back the text, and again when it is put twice', async () => {
      const store = await make();
      const text = JSON.stringify({ text: 'ä🌍'.repeat(40_000) });
      await store.put('payloads/acme/exec_1/ff', text);
      await store.put('payloads/acme/exec_1/ff', text);
      expect(await store.get('payloads/acme/exec_1/ff')).toBe(text);
    });

    it('answers null for what is not there', async () => {
      expect(await (await make()).get('payloads/acme/exec_1/00')).toBeNull();
    });
  });
}
