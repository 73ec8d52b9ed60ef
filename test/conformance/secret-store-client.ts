/** What every store of secrets elsewhere does, whatever it speaks. `make` gives a stand-in and the way to it. */
import { describe, expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import type { OpenStore, StoreReader } from '#workers/secrets/stores/reader';
import { valueIn } from '#workers/secrets/stores/store';
import type { SecretServer } from '../peers/secret-stores/server';

export interface StoreWorld {
  server: SecretServer;
  reader: StoreReader;
  /** Moves the clock, ms. */
  pass(ms: number): void;
}

export function describeSecretStoreClient(name: string, make: () => StoreWorld): void {
  const openOf = ({ server }: StoreWorld, more: Partial<OpenStore> = {}): OpenStore => ({
    tenant: 'acme',
    name: 'there',
    key: 'acme/there/1',
    settings: server.settings,
    credential: async () => server.credential,
    ...more,
  });
  const failure = async (promise: Promise<unknown>): Promise<Problem> => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Problem);
    return error as Problem;
  };

  describe(`store of secrets elsewhere: ${name}`, () => {
    it('gives fields by their names, and the only value without one', async () => {
      const world = make();
      world.server.put('payments-stripe', { key: 'sk_1', other: 'sk_2' });
      world.server.put('plain', 'just a text');
      const secret = await world.reader.read(openOf(world), 'payments-stripe');
      expect([valueIn(secret!, 'key'), valueIn(secret!, 'other'), valueIn(secret!, 'nothing'), valueIn(secret!, 'constructor')]).toEqual([
        'sk_1',
        'sk_2',
        undefined,
        undefined,
      ]);
      expect(valueIn((await world.reader.read(openOf(world), 'plain'))!, undefined)).toBe('just a text');
      expect(await world.reader.read(openOf(world), 'none')).toBeUndefined();
    });

    it('is asked once in a moment, also for what is not there', async () => {
      const world = make();
      world.server.put('a', 'one');
      for (const path of ['a', 'a', 'none', 'none']) await world.reader.read(openOf(world), path);
      const before = world.server.asked.length;
      world.server.put('a', 'two');
      for (const path of ['a', 'none']) await world.reader.read(openOf(world), path);
      expect(world.server.asked).toHaveLength(before);
      world.pass(30_001);
      expect(valueIn((await world.reader.read(openOf(world), 'a'))!, undefined)).toBe('two');
      // What is set up anew is another store.
      world.server.put('a', 'three');
      expect(valueIn((await world.reader.read(openOf(world, { key: 'acme/there/2' }), 'a'))!, undefined)).toBe('three');
    });

    it('signs in anew when what it was lent is taken back', async () => {
      const world = make();
      world.server.put('a', 'one');
      world.server.put('b', 'two');
      await world.reader.read(openOf(world), 'a');
      world.server.forget();
      const { settings } = world.server;
      const again = world.reader.read(openOf(world), 'b');
      // The token itself is the credential: nobody but its owner can have another.
      if (settings.kind === 'vault' && settings.auth.method === 'token') expect(await failure(again)).toMatchObject({ code: 'secret_store_refused' });
      else expect(valueIn((await again)!, undefined)).toBe('two');
    });

    it('says that a credential is not taken, and tells none of it', async () => {
      const world = make();
      const bent = world.server.credential.startsWith('{') ? '{"client_email":"x@y","private_key":"hunter2-hunter2"}' : 'hunter2-hunter2';
      for (const problem of [
        await failure(world.reader.read(openOf(world, { credential: async () => bent }), 'a')),
        await failure(world.reader.check(openOf(world, { credential: async () => bent, key: 'acme/there/3' }))),
      ]) {
        expect(problem).toMatchObject({ code: 'secret_store_refused', message: expect.stringMatching(/^there: /) });
        expect(JSON.stringify([problem.message, problem.extra])).not.toContain('hunter2');
      }
      await world.reader.check(openOf(world, { key: 'acme/there/4' }));
    });

    it('may be down for now, which is worth another try', async () => {
      const world = make();
      world.server.put('a', 'one');
      world.server.down = true;
      expect(await failure(world.reader.read(openOf(world), 'a'))).toMatchObject({ code: 'secret_store_unavailable' });
      expect(await failure(world.reader.check(openOf(world)))).toMatchObject({ code: 'secret_store_unavailable' });
      world.server.down = false;
      expect(valueIn((await world.reader.read(openOf(world), 'a'))!, undefined)).toBe('one');
    });
  });
}
