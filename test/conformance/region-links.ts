/** What every RegionLinks does. `make` gives an empty one in which the tenant `acme` is at home, and a look at what is deployed of a guest. */
import { describe, expect, it } from 'vitest';
import type { RegionLinks } from '#storage/region-ports';

export interface Made {
  links: RegionLinks;
  /** Names of the workflows that are deployed of a guest. */
  deployed(tenant: string): Promise<string[]>;
}

const deployment = (workflow: string) => ({
  deployment_id: `dep_${workflow}`,
  workflow,
  workflow_id: `wf_${workflow}`,
  version: 1,
  hash: 'a'.repeat(64),
  environment: 'production',
  pipelines: ['p'],
});

export function describeRegionLinks(name: string, make: () => Promise<Made>): void {
  describe(`region links: ${name}`, () => {
    it('keeps what may leave the home', async () => {
      const { links } = await make();
      expect(await links.replication('acme')).toBeNull();
      await links.setReplication('acme', 'none');
      expect(await links.replication('acme')).toBe('none');
      await links.setReplication('acme', null);
      expect(await links.replication('acme')).toBeNull();
    });

    it('knows the other regions of a tenant, and what they still have to be sent', async () => {
      const { links } = await make();
      expect(await links.outposts('acme')).toEqual([]);
      await links.open('acme', 'eu', 5);
      await links.open('acme', 'ap', 6);
      await links.open('acme', 'eu', 7);
      await links.noteSent('acme', 'eu', 1);
      await links.touch('acme');
      await links.noteSent('acme', 'ap', 2);
      await links.noteSent('acme', 'ap', 1);
      expect(await links.outposts('acme')).toEqual([
        { region: 'ap', since: 6, wanted: 2, sent: 2 },
        { region: 'eu', since: 5, wanted: 2, sent: 1 },
      ]);
      expect(await links.outposts('globex')).toEqual([]);
    });

    it('notes that a region is being cleared, by whom first, and forgets it when it is', async () => {
      const { links } = await make();
      await links.open('acme', 'eu', 5);
      expect(await links.clear('acme', 'ap', 'key:a', 6)).toBeNull();
      expect(await links.clear('acme', 'eu', 'key:a', 7)).toEqual({ at: 7, by: 'key:a' });
      expect(await links.clear('acme', 'eu', 'key:b', 8)).toEqual({ at: 7, by: 'key:a' });
      expect(await links.outposts('acme')).toEqual([{ region: 'eu', since: 5, wanted: 1, sent: 0, clearing: { at: 7, by: 'key:a' } }]);
      await links.close('acme', 'eu');
      expect(await links.outposts('acme')).toEqual([]);
    });

    it('puts what is deployed of a guest in place of what was, and never an older state', async () => {
      const { links, deployed } = await make();
      expect(await links.homeOf('globex')).toBeNull();
      await links.admit('globex', 'eu', { revision: 2, deployments: [deployment('a'), deployment('b')], egress: null, retention: null }, 1);
      expect(await links.homeOf('globex')).toBe('eu');
      expect(await deployed('globex')).toEqual(['a', 'b']);
      await links.admit('globex', 'eu', { revision: 1, deployments: [deployment('old')], egress: null, retention: null }, 2);
      expect(await deployed('globex')).toEqual(['a', 'b']);
      await links.admit('globex', 'eu', { revision: 2, deployments: [deployment('a')], egress: null, retention: null }, 3);
      expect(await deployed('globex')).toEqual(['a']);
      await links.admit('globex', 'eu', { revision: 3, deployments: [], egress: null, retention: null }, 4);
      expect(await deployed('globex')).toEqual([]);
      expect(await deployed('acme')).toEqual([]);
    });

    it('notes that something of a guest lives here, and of nobody else', async () => {
      const { links } = await make();
      expect(await links.lodge('globex', 1)).toBe('unknown');
      await links.admit('globex', 'eu', { revision: 1, deployments: [deployment('a')], egress: null, retention: null }, 2);
      expect(await links.lodge('globex', 3)).toBe('lives');
      await links.admit('globex', 'eu', { revision: 2, deployments: [], egress: null, retention: null }, 4);
      expect(await links.lodge('globex', 5)).toBe('lives');
      expect(await links.lodge('acme', 6)).toBe('unknown');
    });
  });
}
