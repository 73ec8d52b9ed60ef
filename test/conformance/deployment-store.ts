/** What every DeploymentLedger does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { DeploymentLedger, NewDeployment } from '#storage/platform-ports';

const next = (n: number, more: Partial<NewDeployment> = {}): NewDeployment => ({
  deployment_id: `dep_${n}`,
  workflow: 'orders',
  workflow_id: 'wf_1',
  version: n,
  hash: `h${n}`,
  environment: 'production',
  created_at: 1_000 + n,
  created_by: 'admin',
  origin: 'deploy',
  pipelines: ['process-order'],
  ...more,
});

export function describeDeploymentLedger(name: string, make: () => Promise<DeploymentLedger>): void {
  describe(`deployments: ${name}`, () => {
    it('answers what is active, and at once after a deploy', async () => {
      const ledger = await make();
      expect(await ledger.active('acme', 'orders', 'production')).toBeNull();
      await ledger.deploy('acme', next(1));
      expect(await ledger.active('acme', 'orders', 'production')).toEqual({
        deployment_id: 'dep_1',
        workflow: 'orders',
        workflow_id: 'wf_1',
        version: 1,
        hash: 'h1',
        environment: 'production',
      });
      await ledger.deploy('acme', next(2));
      expect((await ledger.active('acme', 'orders', 'production'))?.deployment_id).toBe('dep_2');
      expect((await ledger.list('acme', 'production')).map((one) => one.deployment_id)).toEqual(['dep_2']);
    });

    it('keeps environments, workflows and tenants apart', async () => {
      const ledger = await make();
      await ledger.deploy('acme', next(1));
      await ledger.deploy('acme', next(2, { environment: 'staging' }));
      await ledger.deploy('acme', next(3, { workflow: 'travel', workflow_id: 'wf_2' }));
      await ledger.deploy('globex', next(4));
      expect((await ledger.active('acme', 'orders', 'production'))?.version).toBe(1);
      expect((await ledger.active('acme', 'orders', 'staging'))?.version).toBe(2);
      expect((await ledger.active('globex', 'orders', 'production'))?.version).toBe(4);
      expect((await ledger.list('acme', 'production')).map((one) => one.workflow).sort()).toEqual(['orders', 'travel']);
      expect((await ledger.activeOf('acme', ['wf_1'])).map((one) => one.environment).sort()).toEqual(['production', 'staging']);
      expect(await ledger.activeOf('acme', [])).toEqual([]);
    });

    it('finds who has a pipeline', async () => {
      const ledger = await make();
      await ledger.deploy('acme', next(1, { pipelines: ['a', 'b'] }));
      await ledger.deploy('acme', next(2, { workflow: 'travel', workflow_id: 'wf_2', pipelines: ['b'] }));
      const names = async (pipeline: string) => (await ledger.withPipeline('acme', 'production', pipeline)).map((one) => one.workflow).sort();
      expect(await names('a')).toEqual(['orders']);
      expect(await names('b')).toEqual(['orders', 'travel']);
      expect(await names('c')).toEqual([]);
    });

    it('tells all that runs, in every environment', async () => {
      const ledger = await make();
      expect(await ledger.everywhere('acme')).toEqual([]);
      await ledger.deploy('acme', next(1));
      await ledger.deploy('acme', next(2, { environment: 'staging' }));
      await ledger.deploy('acme', next(3));
      const all = await ledger.everywhere('acme');
      expect(all.map(({ environment, version, pipelines }) => `${environment} ${version} ${pipelines}`).sort()).toEqual([
        `production 3 ${next(3).pipelines}`,
        `staging 2 ${next(2).pipelines}`,
      ]);
      expect(await ledger.everywhere('globex')).toEqual([]);
    });

    it('remembers what replaced what', async () => {
      const ledger = await make();
      const first = await ledger.deploy('acme', next(1, { config_overrides: { 'modules.a.config.b': 1 }, approved_by: 'ada' }));
      const second = await ledger.deploy('acme', next(2));
      expect(first).toEqual({ ...next(1, { config_overrides: { 'modules.a.config.b': 1 }, approved_by: 'ada' }), status: 'active', replaces: null });
      expect(second).toMatchObject({ status: 'active', replaces: 'dep_1' });
      expect(await ledger.get('acme', 'dep_1')).toEqual({ ...first, status: 'superseded' });
      expect(await ledger.get('acme', 'dep_2')).toEqual(second);
      expect(await ledger.get('globex', 'dep_1')).toBeNull();
    });

    it('rolls back step by step, and only what is active', async () => {
      const ledger = await make();
      for (const n of [1, 2, 3]) await ledger.deploy('acme', next(n));
      expect(await ledger.rollBack('acme', 'dep_2', next(9), null)).toBeNull();
      expect((await ledger.active('acme', 'orders', 'production'))?.deployment_id).toBe('dep_3');
      expect(await ledger.get('acme', 'dep_9')).toBeNull();
      const back = await ledger.rollBack('acme', 'dep_3', next(4, { version: 2, hash: 'h2', origin: 'rollback' }), 'dep_1');
      expect(back).toMatchObject({ deployment_id: 'dep_4', version: 2, replaces: 'dep_1', status: 'active', origin: 'rollback' });
      expect((await ledger.get('acme', 'dep_3'))?.status).toBe('rolled_back');
      expect(await ledger.active('acme', 'orders', 'production')).toMatchObject({ deployment_id: 'dep_4', version: 2, hash: 'h2' });
    });

    it('lists the history, newest first, filtered and page by page', async () => {
      const ledger = await make();
      for (const n of [1, 2, 3]) await ledger.deploy('acme', next(n));
      await ledger.deploy('acme', next(4, { environment: 'staging' }));
      await ledger.deploy('globex', next(5));
      const idsOf = (page: { items: { deployment_id: string }[] }) => page.items.map((one) => one.deployment_id);
      const first = await ledger.history('acme', { limit: 3 });
      const second = await ledger.history('acme', { limit: 3, cursor: first.next_cursor! });
      expect([...idsOf(first), ...idsOf(second)]).toEqual(['dep_4', 'dep_3', 'dep_2', 'dep_1']);
      expect(idsOf(await ledger.history('acme', { limit: 9, status: 'active' }))).toEqual(['dep_4', 'dep_3']);
      expect(idsOf(await ledger.history('acme', { limit: 9, environment: 'staging' }))).toEqual(['dep_4']);
      expect(idsOf(await ledger.history('acme', { limit: 9, workflow_ids: ['wf_2', 'wf_9'] }))).toEqual([]);
    });

    it('takes a workflow out of every environment', async () => {
      const ledger = await make();
      await ledger.deploy('acme', next(1));
      await ledger.deploy('acme', next(2, { environment: 'staging' }));
      await ledger.active('acme', 'orders', 'production');
      await ledger.removeWorkflow('globex', 'wf_1');
      expect(await ledger.active('acme', 'orders', 'production')).not.toBeNull();
      await ledger.removeWorkflow('acme', 'wf_1');
      expect(await ledger.active('acme', 'orders', 'production')).toBeNull();
      expect(await ledger.list('acme', 'staging')).toEqual([]);
      expect((await ledger.get('acme', 'dep_1'))?.status).toBe('removed');
    });
  });
}
