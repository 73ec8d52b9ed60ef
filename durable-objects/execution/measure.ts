/**
 * What an execution took. The fold goes on with each turn, so the end of an execution that began in this instance reads
 * nothing; of any other the log is read, and of one whose end has been measured.
 *
 * 1. Events are taken as they are stored: what lies in R2 counts as that.
 * 2. A fold that has missed an event, or knows other nodes than those of now, is none.
 */

import type { LogEvent } from '#contracts/events';
import type { Node } from '#contracts/graph';
import type { Measure } from '#contracts/metrics';
import { MeasureFold } from '#engine/metrics/measure';
import { isStarted } from '#engine/state';
import { hasEnded } from '#engine/status';
import type { History } from '#objects/execution/history';

type Nodes = readonly Node[];

export class Measuring {
  readonly #history: () => History;
  #going: { fold: MeasureFold; nodes: Nodes; seq: number } | undefined;

  constructor(history: () => History) {
    this.#history = history;
  }

  /** After each turn. */
  take(stored: readonly LogEvent[]): void {
    const nodes = nodesOf(this.#history());
    const first = stored[0]?.seq;
    if (first === 1 && nodes) this.#going = { fold: new MeasureFold(nodes), nodes, seq: 0 };
    const going = this.#going;
    if (!going) return;
    if (first !== going.seq + 1 || nodes !== going.nodes) {
      this.#going = undefined;
      return;
    }
    for (const event of stored) going.fold.take(event);
    going.seq += stored.length;
  }

  /** Of all that has happened. */
  async measure(): Promise<Measure> {
    const history = this.#history();
    const going = this.#going;
    if (going?.seq !== history.length || history.isImported) return measureHistory(history);
    // The object stays in memory for a while, and nobody may ask again.
    if (hasEnded(history.state)) this.#going = undefined;
    return going.fold.measure(history.rows);
  }
}

/** From the log alone. */
export async function measureHistory(history: History): Promise<Measure> {
  // One that was imported has no definition here.
  if (!history.isImported && isStarted(history.state)) await history.definition();
  const fold = new MeasureFold(history.isImported ? [] : nodesOf(history));
  let isFirst = true;
  for (const page of history.pages()) {
    // A long log lets the other objects of its isolate have their turn.
    if (!isFirst) await new Promise((resolve) => setTimeout(resolve, 0));
    isFirst = false;
    for (const event of page) fold.take(event);
  }
  return fold.measure(history.rows);
}

/** They say which calls the object sleeps through. */
function nodesOf({ state, knownDefinition }: History): Nodes | undefined {
  return isStarted(state) ? knownDefinition?.pipelines[state.facts.pipeline]?.nodes : undefined;
}
