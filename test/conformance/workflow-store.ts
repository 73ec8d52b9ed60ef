/** What every WorkflowStore does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { NewVersion, WorkflowStore } from '#storage/platform-ports';

const version = (hash: string, more: Partial<NewVersion> = {}): NewVersion => ({
  hash,
  pipelines: ['process-order'],
  routes: [{ method: 'POST', path: '/orders', pipeline: 'process-order' }],
  created_at: 1_000,
  created_by: 'key:key_1',
  ...more,
});

export function describeWorkflowStore(name: string, make: () => Promise<WorkflowStore>): void {
  describe(`workflow store: ${name}`, () => {
    it('makes a workflow with version 1', async () => {
      const store = await make();
      expect(await store.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_default' }, version('h1', { label: '2.0' }))).toEqual({ created: true });
      const expected = { id: 'wf_1', name: 'orders', project: 'prj_default', latest_version: 1, created_at: 1_000, updated_at: 1_000 };
      expect(await store.find('acme', 'wf_1')).toEqual(expected);
      expect(await store.find('acme', 'orders')).toEqual(expected);
      expect(await store.version('acme', 'wf_1', 1)).toEqual({ ...version('h1', { label: '2.0' }), workflow_id: 'wf_1', version: 1 });
    });

    it('refuses a taken name and says who has it', async () => {
      const store = await make();
      await store.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_default' }, version('h1'));
      expect(await store.create('acme', { id: 'wf_2', name: 'orders', project: 'prj_default' }, version('h2'))).toEqual({ created: false, id: 'wf_1' });
      expect(await store.find('acme', 'wf_2')).toBeNull();
      expect(await store.version('acme', 'wf_2', 1)).toBeNull();
      expect(await store.create('globex', { id: 'wf_3', name: 'orders', project: 'prj_default' }, version('h1'))).toEqual({ created: true });
    });

    it('counts versions, and makes none of the same content', async () => {
      const store = await make();
      await store.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_default' }, version('h1'));
      expect(await store.addVersion('acme', 'wf_1', version('h1', { created_at: 2_000 }))).toMatchObject({ changed: false, version: { version: 1 } });
      expect(await store.addVersion('acme', 'wf_1', version('h2', { created_at: 3_000 }))).toMatchObject({
        changed: true,
        version: { version: 2, hash: 'h2' },
      });
      // Back to the first content: that is a change again.
      expect(await store.addVersion('acme', 'wf_1', version('h1', { created_at: 4_000 }))).toMatchObject({ changed: true, version: { version: 3 } });
      expect(await store.find('acme', 'orders')).toMatchObject({ latest_version: 3, created_at: 1_000, updated_at: 4_000 });
      expect(await store.addVersion('globex', 'wf_1', version('h4'))).toBeNull();
      expect(await store.addVersion('acme', 'wf_9', version('h4'))).toBeNull();
    });

    it('gives writers at the same moment different numbers', async () => {
      const store = await make();
      await store.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_default' }, version('h1'));
      const made = await Promise.all(['a', 'b', 'c'].map((hash) => store.addVersion('acme', 'wf_1', version(hash))));
      expect(made.map((one) => one!.version.version).sort()).toEqual([2, 3, 4]);
    });

    it('lists versions newest first, of the own tenant only', async () => {
      const store = await make();
      await store.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_default' }, version('h1'));
      for (const hash of ['h2', 'h3']) await store.addVersion('acme', 'wf_1', version(hash));
      const first = await store.versions('acme', 'wf_1', { limit: 2 });
      const second = await store.versions('acme', 'wf_1', { limit: 2, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((one) => one.version)).toEqual([3, 2, 1]);
      expect(second.next_cursor).toBeNull();
      expect((await store.versions('globex', 'wf_1', { limit: 2 })).items).toEqual([]);
      expect(await store.version('globex', 'wf_1', 1)).toBeNull();
    });

    it('lists workflows by name with their latest version', async () => {
      const store = await make();
      for (const name of ['c', 'a', 'b']) await store.create('acme', { id: `wf_${name}`, name, project: 'prj_default' }, version(`h-${name}`));
      await store.create('globex', { id: 'wf_x', name: 'x', project: 'prj_default' }, version('hx'));
      await store.addVersion('acme', 'wf_a', version('h-a2'));
      const first = await store.list('acme', { limit: 2 });
      expect(first.items.map((one) => [one.name, one.latest.version, one.latest.hash])).toEqual([
        ['a', 2, 'h-a2'],
        ['b', 1, 'h-b'],
      ]);
      const second = await store.list('acme', { limit: 2, cursor: first.next_cursor! });
      expect(second.items.map((one) => one.name)).toEqual(['c']);
      expect(second.next_cursor).toBeNull();
    });

    it('hides a removed workflow and frees its name', async () => {
      const store = await make();
      await store.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_default' }, version('h1'));
      expect(await store.remove('globex', 'wf_1', 5_000)).toBe(false);
      expect(await store.remove('acme', 'wf_1', 5_000)).toBe(true);
      expect(await store.remove('acme', 'wf_1', 5_000)).toBe(false);
      expect(await store.find('acme', 'orders')).toBeNull();
      expect((await store.list('acme', { limit: 10 })).items).toEqual([]);
      expect(await store.addVersion('acme', 'wf_1', version('h2'))).toBeNull();
      expect(await store.create('acme', { id: 'wf_2', name: 'orders', project: 'prj_default' }, version('h1'))).toEqual({ created: true });
      expect((await store.find('acme', 'orders'))?.id).toBe('wf_2');
    });

    it('is in one project at a time', async () => {
      const store = await make();
      await store.create('acme', { id: 'wf_1', name: 'orders', project: 'prj_1' }, version('h1'));
      await store.create('acme', { id: 'wf_2', name: 'returns', project: 'prj_2' }, version('h1'));
      await store.create('globex', { id: 'wf_3', name: 'orders', project: 'prj_1' }, version('h1'));
      expect((await store.list('acme', { limit: 9, projects: ['prj_1'] })).items.map((one) => one.id)).toEqual(['wf_1']);
      expect((await store.list('acme', { limit: 9, projects: [] })).items).toEqual([]);
      expect(await store.move('globex', 'wf_1', 'prj_2')).toBe(false);
      expect(await store.move('acme', 'wf_1', 'prj_2')).toBe(true);
      expect(await store.find('acme', 'orders')).toMatchObject({ id: 'wf_1', project: 'prj_2' });
      await store.remove('acme', 'wf_1', 5_000);
      expect(await store.move('acme', 'wf_1', 'prj_1')).toBe(false);
      expect(await store.refOf('acme', 'wf_1')).toEqual({ id: 'wf_1', name: 'orders', project: 'prj_2', deleted: true });
      expect(await store.refOf('globex', 'wf_1')).toBeNull();
      const refs = await store.refsIn('acme', ['prj_2', 'prj_9']);
      expect(refs.map(({ id, deleted }) => [id, deleted]).sort()).toEqual([
        ['wf_1', true],
        ['wf_2', false],
      ]);
    });
  });
}
