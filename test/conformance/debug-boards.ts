/** What every DebugBoards does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { Breakpoint, Mock } from '#contracts/debugging';
import { type DebugBoards, MAX_BOARD_ENTRIES } from '#storage/ports';

const NAME = { tenant: 'acme', environment: 'production', workflow: 'orders', pipeline: 'process-order' };
const stamp = { created_at: 1000, expires_at: 5000, created_by: 'key:1' };
const breakpoint = (id: string, more: Partial<Breakpoint> = {}): Breakpoint => ({ id, step: 'charge', notify: [], ...stamp, ...more });
const mock = (id: string, step: string, more: Partial<Mock> = {}): Mock => ({ id, step, answers: [{ output: { text: 'Grüße, 世界' } }], ...stamp, ...more });

export function describeDebugBoards(name: string, make: () => Promise<DebugBoards>): void {
  describe(`boards: ${name}`, () => {
    it('give back what was put on them, in order, until it expires', async () => {
      const boards = await make();
      expect(await boards.read(NAME, 1000)).toEqual({ breakpoints: [], mocks: [] });
      const late = breakpoint('bp_a', { created_at: 2000, condition: 'total > 10000', notify: ['ops@example.com'], expires_at: 9000 });
      expect(await boards.addBreakpoint(NAME, breakpoint('bp_b'))).toBe(true);
      expect(await boards.addBreakpoint(NAME, late)).toBe(true);
      expect(await boards.putMocks(NAME, [mock('mock_1', 'reserve')])).toBe(true);
      expect(await boards.read(NAME, 2000)).toEqual({ breakpoints: [breakpoint('bp_b'), late], mocks: [mock('mock_1', 'reserve')] });
      expect(await boards.read(NAME, 5000)).toEqual({ breakpoints: [late], mocks: [] });
    });

    it('belong to one pipeline of one environment of one tenant', async () => {
      const boards = await make();
      await boards.addBreakpoint(NAME, breakpoint('bp_1'));
      for (const other of [{ tenant: 'globex' }, { environment: 'staging' }, { workflow: 'other' }, { pipeline: 'other' }]) {
        expect(await boards.read({ ...NAME, ...other }, 1000)).toEqual({ breakpoints: [], mocks: [] });
        expect(await boards.removeBreakpoints({ ...NAME, ...other })).toBe(0);
      }
      expect((await boards.read(NAME, 1000)).breakpoints).toHaveLength(1);
    });

    it('have one mock for a step, the latest', async () => {
      const boards = await make();
      await boards.putMocks(NAME, [mock('mock_1', 'reserve'), mock('mock_2', 'charge')]);
      await boards.putMocks(NAME, [mock('mock_3', 'reserve')]);
      expect((await boards.read(NAME, 1000)).mocks.map(({ id }) => id).sort()).toEqual(['mock_2', 'mock_3']);
      expect(await boards.putMocks(NAME, [])).toBe(true);
    });

    it('lose the one, or all of a kind', async () => {
      const boards = await make();
      for (const id of ['bp_1', 'bp_2', 'bp_3']) await boards.addBreakpoint(NAME, breakpoint(id));
      await boards.putMocks(NAME, [mock('mock_1', 'reserve'), mock('mock_2', 'charge')]);
      expect(await boards.removeBreakpoints(NAME, 'bp_2')).toBe(1);
      expect(await boards.removeBreakpoints(NAME, 'bp_2')).toBe(0);
      expect(await boards.removeMocks(NAME, 'charge')).toBe(1);
      expect(await boards.removeMocks(NAME, 'nothing')).toBe(0);
      expect(await boards.removeBreakpoints(NAME)).toBe(2);
      expect(await boards.read(NAME, 1000)).toEqual({ breakpoints: [], mocks: [mock('mock_1', 'reserve')] });
      expect(await boards.removeMocks(NAME)).toBe(1);
    });

    it('are full at some time, and have room again for what has expired or is replaced', async () => {
      const boards = await make();
      for (let n = 1; n < MAX_BOARD_ENTRIES; n++) await boards.addBreakpoint(NAME, breakpoint(`bp_${n}`));
      expect(await boards.putMocks(NAME, [mock('mock_1', 'a'), mock('mock_2', 'b')])).toBe(false);
      expect(await boards.putMocks(NAME, [mock('mock_1', 'a')])).toBe(true);
      expect(await boards.addBreakpoint(NAME, breakpoint('bp_more'))).toBe(false);
      expect(await boards.putMocks(NAME, [mock('mock_3', 'a')])).toBe(true);
      expect(await boards.addBreakpoint(NAME, breakpoint('bp_more', { created_at: 5000, expires_at: 9000 }))).toBe(true);
    });

    describe('listed over all pipelines', () => {
      const FIRST = { now: 1000, limit: 10 };
      const at = (more: Partial<typeof NAME>) => ({ ...NAME, ...more });

      /** Five breakpoints on four boards, one of them of another tenant, and a mock. */
      async function filled(): Promise<DebugBoards> {
        const boards = await make();
        await boards.addBreakpoint(at({ environment: 'staging' }), breakpoint('bp_4'));
        await boards.addBreakpoint(NAME, breakpoint('bp_3', { step: 'ship' }));
        await boards.addBreakpoint(NAME, breakpoint('bp_2', { expires_at: 2000 }));
        await boards.addBreakpoint(at({ workflow: 'billing', pipeline: 'pay' }), breakpoint('bp_1'));
        await boards.addBreakpoint(at({ tenant: 'globex' }), breakpoint('bp_other'));
        await boards.putMocks(NAME, [mock('mock_1', 'reserve')]);
        return boards;
      }
      const idsOf = async (boards: DebugBoards, filter: Partial<Parameters<DebugBoards['list']>[2]>) =>
        (await boards.list('acme', 'breakpoint', { ...FIRST, ...filter })).items.map(({ entry }) => entry.id);

      it('name the board of each, of one tenant and one kind', async () => {
        const boards = await filled();
        expect(await boards.list('acme', 'mock', FIRST)).toEqual({ items: [{ name: NAME, entry: mock('mock_1', 'reserve') }], next_cursor: null });
        expect(await idsOf(boards, {})).toEqual(['bp_1', 'bp_2', 'bp_3', 'bp_4']);
        expect(await boards.list('globex', 'breakpoint', FIRST)).toEqual({
          items: [{ name: at({ tenant: 'globex' }), entry: breakpoint('bp_other') }],
          next_cursor: null,
        });
        expect(await idsOf(boards, { now: 2000 })).toEqual(['bp_1', 'bp_3', 'bp_4']);
        expect(await idsOf(boards, { now: 5000 })).toEqual([]);
      });

      it.each([
        [{ environment: 'staging' }, ['bp_4']],
        [{ workflow: 'orders' }, ['bp_2', 'bp_3', 'bp_4']],
        [{ pipeline: 'pay' }, ['bp_1']],
        [{ environment: 'production', workflow: 'orders', pipeline: 'process-order' }, ['bp_2', 'bp_3']],
        [{ workflows: ['billing', 'unknown'] }, ['bp_1']],
        [{ workflows: ['billing'], workflow: 'orders' }, []],
        [{ workflows: [] }, []],
      ])('are filtered by %j, whole or page by page', async (filter, ids) => {
        const boards = await filled();
        expect(await idsOf(boards, filter)).toEqual(ids);
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await boards.list('acme', 'breakpoint', { ...FIRST, ...filter, limit: 1, cursor });
          paged.push(...page.items.map(({ entry }) => entry.id));
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined && paged.length < 10);
        expect(paged).toEqual(ids);
      });

      it('go on behind a cursor of the same list alone', async () => {
        const boards = await filled();
        const { next_cursor } = await boards.list('acme', 'breakpoint', { ...FIRST, limit: 2 });
        expect(await idsOf(boards, { cursor: next_cursor! })).toEqual(['bp_3', 'bp_4']);
        await expect(boards.list('acme', 'mock', { ...FIRST, cursor: next_cursor! })).rejects.toMatchObject({ code: 'invalid_cursor' });
      });
    });
  });
}
