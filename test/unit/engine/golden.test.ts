/**
 * Golden histories: what the engine decided once, it decides for ever. After a wanted change of behaviour,
 * `UPDATE_GOLDEN=1 vitest run --project unit test/unit/engine` writes them anew, and the diff says what changed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evolve, fold } from '#engine/evolve';
import { differences } from '#engine/rebuild';
import { initialState } from '#engine/state';
import { hasEnded, statusOf } from '#engine/status';
import { buildTimeline } from '#engine/timeline';
import { essence } from './history.ts';
import { SCENARIOS } from './scenarios.ts';
import { freeze, simulate } from './simulation.ts';

const fileOf = (name: string) => new URL(`../../golden/${name}.v1.json`, import.meta.url).pathname;

describe.each(Object.entries(SCENARIOS))('%s', (name, scenario) => {
  const run = simulate(scenario);

  it('decides as it always has', () => {
    const file = fileOf(name);
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(run.log, null, 1)}\n`);
    expect(existsSync(file), `no golden history at ${file}`).toBe(true);
    expect(run.log).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('ends, and the log is contiguous', () => {
    expect(hasEnded(run.state)).toBe(true);
    expect(run.log.map((event) => event.seq)).toEqual(run.log.map((_, index) => index + 1));
  });

  it('has a state that equals the fold, event by event and at once, without a write to its argument', async () => {
    let state = freeze(structuredClone(initialState));
    for (const event of run.log) state = freeze(evolve(state, freeze(event)));
    expect((await differences(run.state, fold(run.log))).paths).toEqual([]);
    expect((await differences(state, run.state)).paths).toEqual([]);
  });

  it('has a timeline that agrees with the state', () => {
    const timeline = buildTimeline(run.log)!;
    expect(timeline.status).toBe(statusOf(run.state));
    if ('steps' in run.state) {
      for (const { name, status, attempts } of timeline.steps) {
        const known = run.state.steps[name];
        // What a lane has left is forgotten with its end.
        if (known || !name.includes('/')) expect([name, status, attempts]).toEqual([name, known?.status, known?.attempts]);
      }
    }
  });

  it('comes to the same end when the runtime dies after any commit, each effect once', () => {
    const parallel = scenario.pipeline.saga?.order === 'parallel';
    const end = essence(run.log, parallel);
    for (let commit = 1; commit <= run.commits; commit++) {
      for (const when of ['before-effects', 'after-effects'] as const) {
        const killed = simulate(scenario, { commit, when });
        expect({ commit, when, end: essence(killed.log, parallel) }).toEqual({ commit, when, end });
        for (const [key, entry] of killed.counterpart.ledger) expect({ key, effects: entry.effects }).toEqual({ key, effects: Math.min(entry.effects, 1) });
        expect(new Set(killed.counterpart.order)).toEqual(new Set(run.counterpart.order));
      }
    }
  });
});
