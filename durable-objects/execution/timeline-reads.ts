/**
 * Reading the timeline, the whole of it or a part.
 *
 * Invariants
 * 1. What leaves values out is answered from one fold that is kept and goes on from where it stands: following an
 *    execution of many thousand steps, or paging through it, costs what is new. What has values is folded anew.
 * 2. A page is a range of the steps that fit; `steps_total` says how many there are in all.
 */
import type { Pipeline } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { Timeline } from '#contracts/execution';
import type { TimelinePart, TimelinePartQuery } from '#contracts/execution-rpc';
import type { StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { buildTimeline, timelineOf } from '#engine/timeline';
import { TimelineFold } from '#engine/timeline/fold';
import type { History } from '#objects/execution/history';

/** Events that are unpacked at a time. */
const PAGE = 1000;

export class TimelineReads {
  #slim: TimelineFold | undefined;

  async read(history: History, query: TimelinePartQuery = {}): Promise<TimelinePart | null> {
    const needsPipeline = !hasEnded(history.state as StartedState) && !history.isImported;
    const definition = needsPipeline ? await history.definition() : undefined;
    // Nothing comes between from here on: fold and state are those of the same event.
    const state = history.state as StartedState;
    const pipeline = definition?.pipelines[state.facts.pipeline];
    if (query.slim || query.since !== undefined) return selected(this.#slimTimeline(history, state, pipeline), query, this.#slim!.changed);
    const { step } = query;
    if (step !== undefined)
      return selected(
        timelineOf(
          foldOf(history, (name) => name === step),
          state,
          pipeline,
        ),
        query,
      );
    const whole = buildTimeline(history.events(), pipeline);
    return whole && selected(whole, query);
  }

  #slimTimeline(history: History, state: StartedState, pipeline: Pipeline | undefined): Timeline {
    this.#slim ??= new TimelineFold(firstOf(history), () => false);
    while (this.#slim.seq < history.length) for (const event of history.page(this.#slim.seq + 1, PAGE)) this.#slim.take(event);
    return timelineOf(this.#slim, state, pipeline);
  }
}

function foldOf(history: History, values: (step: string) => boolean): TimelineFold {
  const fold = new TimelineFold(firstOf(history), values);
  while (fold.seq < history.length) for (const event of history.page(fold.seq + 1, PAGE)) fold.take(event);
  return fold;
}

function firstOf(history: History): LogEvent & { type: 'execution.started' } {
  const first = history.page(1, 1)[0];
  if (first?.type !== 'execution.started') throw new Error('the log does not begin with its start');
  return first;
}

function selected(timeline: Timeline, { from = 0, limit, since, step }: TimelinePartQuery, changed?: ReadonlyMap<string, number>): TimelinePart {
  if (limit === undefined && since === undefined && step === undefined) return timeline;
  const fitting =
    step !== undefined
      ? timeline.steps.filter(({ name }) => name === step)
      : since !== undefined
        ? timeline.steps.filter(({ name }) => (changed?.get(name) ?? 0) > since)
        : timeline.steps;
  const end = limit === undefined ? fitting.length : from + limit;
  return { ...timeline, steps: fitting.slice(from, end), steps_total: timeline.steps.length, ...(end < fitting.length ? { next: end } : {}) };
}
