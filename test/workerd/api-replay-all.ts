/** The real object that replays all letters of a pipeline, for the tests of the API. */
import { env } from 'cloudflare:workers';
import { ReplayAllObjectBase, type ReplayAllPorts } from '#objects/replay-all';
import { replayDeadLetter } from '#workers/dead-letters';
import type { RegionEnv } from '#workers/env';
import { storesOf } from '#workers/stores';

const region = env as unknown as RegionEnv;

export class ApiReplayAllObject extends ReplayAllObjectBase<unknown> {
  protected override readonly ports: ReplayAllPorts = {
    letters: storesOf(region).deadLetters,
    replay: async (tenant, id, by) => !(await replayDeadLetter(region, { tenant, id, by })).existing,
    now: Date.now,
  };
}
