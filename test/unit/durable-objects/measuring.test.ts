/** The measure that goes on with each turn, against the one that is read from the log. */
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { fold } from '#engine/evolve';
import type { History } from '#objects/execution/history';
import { Measuring, measureHistory } from '#objects/execution/measure';
import { SCENARIOS } from '../engine/scenarios.ts';
import { definitionOf, simulate } from '../engine/simulation.ts';

/** A history that grows turn by turn, and counts how often it is read. */
function growing(name: string) {
  const { pipeline } = SCENARIOS[name]!;
  let definition = definitionOf(pipeline);
  const log: LogEvent[] = [];
  const seen = { reads: 0, turns: 0 };
  const history = {
    get state() {
      return fold(log);
    },
    get knownDefinition() {
      return definition;
    },
    definition: async () => definition,
    isImported: false,
    get length() {
      return log.length;
    },
    get rows() {
      return seen.turns;
    },
    *pages() {
      seen.reads++;
      yield log;
    },
  } as unknown as History;
  const measuring = new Measuring(() => history);
  const commit = (events: LogEvent[], unseen = false) => {
    log.push(...events);
    seen.turns++;
    if (!unseen) measuring.take(events);
  };
  const move = () => {
    definition = structuredClone(definition);
  };
  return { history, measuring, commit, move, seen };
}

const turnsOf = (log: LogEvent[], size: number) => Array.from({ length: Math.ceil(log.length / size) }, (_, at) => log.slice(at * size, (at + 1) * size));

describe.each(Object.keys(SCENARIOS))('%s', (name) => {
  const { log } = simulate(SCENARIOS[name]!);

  it.each([1, 4, log.length])('is what the log says, and reads nothing: turns of %i events', async (size) => {
    const { history, measuring, commit, seen } = growing(name);
    for (const turn of turnsOf(log, size)) commit(turn);
    const measure = await measuring.measure();
    expect(seen.reads).toBe(0);
    expect(measure).toEqual(await measureHistory(history));
  });
});

describe('a measure that cannot go on', () => {
  const name = Object.keys(SCENARIOS).find((each) => simulate(SCENARIOS[each]!).log.length > 8)!;
  const { log } = simulate(SCENARIOS[name]!);
  const [first, second] = turnsOf(log, 3);

  it.each<[string, (run: ReturnType<typeof growing>) => void]>([
    ['began in another instance', ({ commit }) => commit(first!, true)],
    [
      'missed a turn',
      ({ commit }) => {
        commit(first!);
        commit(second!, true);
      },
    ],
    [
      'was begun under another version',
      ({ commit, move }) => {
        commit(first!);
        move();
      },
    ],
  ])('is read from the log: it %s', async (_, begin) => {
    const run = growing(name);
    begin(run);
    for (const turn of turnsOf(log.slice(run.history.length), 3)) run.commit(turn);
    const measure = await run.measuring.measure();
    expect(run.seen.reads).toBe(1);
    expect(measure).toEqual(await measureHistory(run.history));
  });
});
