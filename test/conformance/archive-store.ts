/** What every ArchiveStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { ArchiveStore } from '#storage/ports';

async function* lines(count: number, size: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) yield `${i} ${'ä'.repeat(size)}\n`;
}

const text = async (stream: ReadableStream<Uint8Array> | undefined) =>
  stream ? new TextDecoder().decode(await new Response(stream as never).arrayBuffer()) : null;

export function describeArchiveStore(name: string, make: () => Promise<ArchiveStore>): void {
  describe(`archive store: ${name}`, () => {
    it.each([
      ['small', 3, 10],
      ['of many parts', 90, 100_000],
    ])('gives back a %s file as it was', async (_, count, size) => {
      const store = await make();
      await store.put('acme', 'exec_1', lines(count, size));
      let wanted = '';
      for await (const line of lines(count, size)) wanted += line;
      const found = await store.get('acme', 'exec_1');
      expect((await text(found?.content)) === wanted).toBe(true);
      expect(found?.imported).toBeUndefined();
    });

    it('replaces a file, and keeps who imported it', async () => {
      const store = await make();
      await store.put('acme', 'exec_2', lines(2, 1));
      await store.put('acme', 'exec_2', lines(1, 1), { by: 'key:1', at: 5 });
      const found = await store.get('acme', 'exec_2');
      expect([await text(found?.content), found?.imported]).toEqual(['0 ä\n', { by: 'key:1', at: 5 }]);
    });

    it('has nothing of what broke off, nor of another tenant', async () => {
      const store = await make();
      const broken = async function* () {
        yield* lines(90, 100_000);
        throw new Error('it breaks off');
      };
      await expect(store.put('acme', 'exec_3', broken())).rejects.toThrow('it breaks off');
      expect(await store.get('acme', 'exec_3')).toBeNull();
      await store.put('acme', 'exec_4', lines(1, 1));
      expect(await store.get('globex', 'exec_4')).toBeNull();
    });
  });
}
