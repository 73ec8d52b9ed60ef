/** What every gate keeps to. Time and executions are the suite's. */
import { describe, expect, it } from 'vitest';
import type { AdmissionAnswer, AdmissionRequest, GateRpc } from '#contracts/admission';
import type { GatePeers } from '#objects/gate-core';

/** Executions by script: they hear what they are told, unless they are deaf. */
export class ScriptedPeers implements GatePeers {
  heard: string[] = [];
  deaf = false;
  readonly ended = new Set<string>();

  async tell(_tenant: string, id: string, answer: AdmissionAnswer): Promise<void> {
    this.#hear(answer.kind === 'refused' ? `${id} refused: ${answer.reason} by ${answer.by}` : `${id} ${answer.kind}`);
  }
  async cancel(_tenant: string, id: string, reason: string): Promise<void> {
    this.#hear(`${id} cancel: ${reason}`);
  }
  async isOpen(_tenant: string, id: string): Promise<boolean> {
    return !this.ended.has(id);
  }

  #hear(words: string): void {
    if (this.deaf) throw new Error('nobody hears');
    this.heard.push(words);
  }
}

export interface GateUnderTest {
  gate: GateRpc;
  peers: ScriptedPeers;
  /** Moves time on, and rings the alarm if it is due then. */
  advance(ms: number): Promise<void>;
  /** Ends the instance: the next call meets a new one over the same storage. */
  restart(): Promise<void>;
  /** Epoch ms. */
  now(): number;
}

const granted = { kind: 'granted' };
const queued = (position: number) => ({ kind: 'queued', reason: 'concurrency', position });

export function gateConformance(name: string, make: () => Promise<GateUnderTest>): void {
  const setUp = async (policy: Partial<AdmissionRequest> = {}) => {
    const under = await make();
    const enter = (id: string, more: Partial<AdmissionRequest> = {}) =>
      under.gate.enter({ tenant: 'acme', execution_id: id, request: { max: 1, on_conflict: 'queue', priority: 0, ...policy, ...more } });
    /** What has been told so far, once everything that can be told now has been. */
    const heard = async () => {
      for (let i = 0; i < 5; i++) await under.gate.standing('nobody');
      return under.peers.heard;
    };
    return { ...under, enter, heard };
  };

  describe(`gate: ${name}`, () => {
    it('lets in as many as there are places, and tells the next when one is free', async () => {
      const { gate, enter, heard } = await setUp({ max: 2 });
      expect([await enter('a'), await enter('b'), await enter('c'), await enter('d')]).toEqual([granted, granted, queued(1), queued(2)]);
      expect(await gate.standing('c')).toEqual({ reason: 'concurrency', position: 1, holders: ['a', 'b'] });
      await gate.leave('a');
      expect(await heard()).toEqual(['c granted']);
      expect(await gate.standing('c')).toBeNull();
      expect(await gate.standing('d')).toEqual({ reason: 'concurrency', position: 1, holders: ['b', 'c'] });
      await gate.leave('b');
      await gate.leave('c');
      expect(await heard()).toEqual(['c granted', 'd granted']);
    });

    it('answers the same to whoever asks again', async () => {
      const { gate, enter } = await setUp();
      for (let i = 0; i < 3; i++) expect([await enter('a'), await enter('b'), await enter('c')]).toEqual([granted, queued(1), queued(2)]);
      await gate.leave('a');
      expect([await enter('b'), await enter('c')]).toEqual([granted, queued(1)]);
    });

    it('is free again when its holder has left, however often that is said', async () => {
      const { gate, enter } = await setUp();
      await enter('a');
      await gate.leave('a');
      await gate.leave('a');
      await gate.leave('stranger');
      expect(await enter('b')).toEqual(granted);
      expect(await enter('c')).toEqual(queued(1));
    });

    it('goes by priority, then by who came first', async () => {
      const { gate, enter, heard } = await setUp();
      await enter('a');
      await enter('low', { priority: -10 });
      await enter('one');
      await enter('two');
      expect(await enter('high', { priority: 10 })).toEqual(queued(1));
      expect(await gate.standing('low')).toMatchObject({ position: 4 });
      for (const id of ['a', 'high', 'one', 'two']) await gate.leave(id);
      expect(await heard()).toEqual(['high granted', 'one granted', 'two granted', 'low granted']);
    });

    it('lets nobody overtake who waits', async () => {
      const { gate, enter } = await setUp({ max: 2 });
      await enter('a');
      await enter('b');
      await enter('c');
      await gate.leave('a');
      expect(await enter('d')).toEqual(queued(1));
    });

    it('forgets who waits no longer', async () => {
      const { gate, enter, heard } = await setUp();
      await enter('a');
      await enter('b');
      await enter('c');
      await gate.leave('b');
      await gate.leave('a');
      expect(await heard()).toEqual(['c granted']);
    });

    it('keeps places and queue over a restart', async () => {
      const { gate, enter, heard, restart } = await setUp();
      await enter('a');
      await enter('b');
      await restart();
      expect(await enter('c')).toEqual(queued(2));
      await restart();
      await gate.leave('a');
      expect(await heard()).toEqual(['b granted']);
    });

    it('tells again what was not heard, also after a restart', async () => {
      const { gate, peers, enter, heard, restart, advance } = await setUp();
      await enter('a');
      await enter('b');
      peers.deaf = true;
      await gate.leave('a');
      expect(await heard()).toEqual([]);
      // The place is b's, whether it has heard it or not.
      expect(await enter('c')).toEqual(queued(1));
      await restart();
      peers.deaf = false;
      await advance(6_000);
      expect(await heard()).toEqual(['b granted']);
      await advance(6_000);
      expect(await heard()).toEqual(['b granted']);
    });

    it('takes back the place of a holder that has ended and never said so', async () => {
      const { peers, enter, heard, advance } = await setUp();
      await enter('lost');
      await advance(1);
      await enter('b');
      await advance(61_000);
      expect(await heard()).toEqual([]);
      peers.ended.add('lost');
      await advance(61_000);
      expect(await heard()).toEqual(['b granted']);
    });

    describe('with skip', () => {
      it('refuses who finds no place, and says who has it', async () => {
        const { gate, enter, heard } = await setUp({ on_conflict: 'skip' });
        expect(await enter('a')).toEqual(granted);
        expect(await enter('b')).toEqual({ kind: 'refused', reason: 'busy', by: 'a' });
        await gate.leave('b');
        expect(await enter('c')).toEqual({ kind: 'refused', reason: 'busy', by: 'a' });
        await gate.leave('a');
        expect(await enter('d')).toEqual(granted);
        expect(await heard()).toEqual([]);
      });

      it('does not skip for ever because of a holder that was lost', async () => {
        const { peers, enter, advance } = await setUp({ on_conflict: 'skip' });
        await enter('lost');
        peers.ended.add('lost');
        await advance(61_000);
        await enter('b');
        await advance(61_000);
        expect(await enter('c')).toEqual(granted);
      });
    });

    describe('with cancel_previous', () => {
      it('cancels who runs, refuses who waits, and begins when the place is free', async () => {
        const { gate, enter, heard } = await setUp({ on_conflict: 'cancel_previous' });
        await enter('a');
        expect(await enter('b')).toEqual(queued(1));
        expect(await heard()).toEqual(['a cancel: superseded by b']);
        expect(await enter('c')).toEqual(queued(1));
        expect(await heard()).toEqual(['a cancel: superseded by b', 'b refused: superseded by c']);
        await gate.leave('b');
        await gate.leave('a');
        expect(await heard()).toEqual(['a cancel: superseded by b', 'b refused: superseded by c', 'c granted']);
      });

      it('cancels the oldest, as many as it needs', async () => {
        const { enter, heard } = await setUp({ on_conflict: 'cancel_previous', max: 2 });
        for (const id of ['a', 'b', 'c']) await enter(id);
        expect(await heard()).toEqual(['a cancel: superseded by c']);
        await enter('d');
        // a is about to leave; its place will be d's.
        expect(await heard()).toEqual(['a cancel: superseded by c', 'c refused: superseded by d']);
      });
    });

    describe('with debounce', () => {
      const window = { debounce: { window_ms: 1_000 }, max: undefined };

      it('lets in the last that came, once the window has passed', async () => {
        const { enter, heard, advance, now } = await setUp(window);
        const first = now();
        expect(await enter('a')).toEqual({ kind: 'queued', reason: 'debounce', until: first + 1_000 });
        await advance(600);
        expect(await enter('b')).toEqual({ kind: 'queued', reason: 'debounce', until: first + 1_600 });
        expect(await heard()).toEqual(['a refused: superseded by b']);
        await advance(600);
        expect(await heard()).toEqual(['a refused: superseded by b']);
        await advance(400);
        expect(await heard()).toEqual(['a refused: superseded by b', 'b granted']);
        await advance(10_000);
        expect(await enter('c')).toMatchObject({ kind: 'queued', reason: 'debounce' });
      });

      it('waits no longer than max_wait, however many come', async () => {
        const { enter, heard, advance } = await setUp({ debounce: { window_ms: 1_000, max_wait_ms: 1_500 }, max: undefined });
        for (const id of ['a', 'b']) {
          await enter(id);
          await advance(700);
        }
        await enter('c');
        await advance(100);
        expect(await heard()).toEqual(['a refused: superseded by b', 'b refused: superseded by c', 'c granted']);
      });

      it('settles first, then takes its turn', async () => {
        const { gate, enter, heard, advance } = await setUp({ debounce: { window_ms: 1_000 }, max: 1 });
        await enter('a');
        await advance(1_000);
        await enter('b');
        await advance(1_000);
        expect(await heard()).toEqual(['a granted']);
        expect(await gate.standing('b')).toEqual({ reason: 'concurrency', position: 1, holders: ['a'] });
        await gate.leave('a');
        expect(await heard()).toEqual(['a granted', 'b granted']);
      });

      it('has a timer that outlives the instance', async () => {
        const { gate, enter, heard, advance, restart, now } = await setUp(window);
        const until = now() + 1_000;
        await enter('a');
        await restart();
        expect(await gate.standing('a')).toEqual({ reason: 'debounce', until });
        await advance(1_000);
        expect(await heard()).toEqual(['a granted']);
      });
    });
  });
}
