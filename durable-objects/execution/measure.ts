/** What an execution took, from its log. */
import type { Measure } from '#contracts/metrics';
import { MeasureFold } from '#engine/metrics/measure';
import { isStarted } from '#engine/state';
import type { History } from '#objects/execution/history';

export async function measureHistory(history: History): Promise<Measure> {
  const fold = new MeasureFold(await nodesOf(history));
  let isFirst = true;
  for (const page of history.pages()) {
    // A long log lets the other objects of its isolate have their turn.
    if (!isFirst) await new Promise((resolve) => setTimeout(resolve, 0));
    isFirst = false;
    for (const event of page) fold.take(event);
  }
  return fold.measure(history.rows);
}

/** They say which calls the object sleeps through; one that was imported has none here. */
async function nodesOf(history: History) {
  const { state } = history;
  if (!isStarted(state) || history.isImported) return [];
  return (await history.definition()).pipelines[state.facts.pipeline]?.nodes ?? [];
}
