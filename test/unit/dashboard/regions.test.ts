import { expect, it } from 'vitest';
import { regionRows, replicationOf } from '../../../dashboard/src/lib/regions';

it('puts the home first, then where executions live, then the rest; a region the platform has lost does not answer', () => {
  const rows = regionRows({
    regions: [
      { region: 'us', role: 'home', current: true },
      { region: 'gone', role: 'executions', current: false },
    ],
    platform_regions: ['ap', 'eu', 'us'],
    health: { ap: 'failing', eu: 'ok', us: 'ok' },
  });
  expect(rows.map(({ region, role, health }) => [region, role, health])).toEqual([
    ['us', 'home', 'ok'],
    ['gone', 'executions', 'unavailable'],
    ['ap', undefined, 'failing'],
    ['eu', undefined, 'ok'],
  ]);
});

it('sends null for the default', () => {
  expect(['default', 'none', 'cross-region'].map(replicationOf)).toEqual([null, 'none', 'cross-region']);
});
