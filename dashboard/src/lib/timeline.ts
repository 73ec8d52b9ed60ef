/**
 * The timeline as the page holds it: pages of steps that have been loaded, and what is new since, put together. Pure.
 *
 * Invariants
 * 1. Steps stand as the API orders them: by their beginning, then those still to come.
 * 2. An older answer (by `last_seq`) never replaces what is newer.
 * 3. Until all pages are here, a step that is not known yet is left to the page that brings it.
 */
import { FINAL_STATUSES, type Timeline, type TimelineStep } from '#contracts/execution';

/** What only the detail pane shows; it loads the step by itself. */
type Details = 'input' | 'output' | 'response' | 'trace_id' | 'span_id' | 'idempotency_key' | 'compensation';
export type SlimStep = Omit<TimelineStep, Details> & { compensation?: Omit<NonNullable<TimelineStep['compensation']>, 'input' | 'output'> };
export type SlimTimeline = Omit<Timeline, 'steps'> & { steps: SlimStep[] };

/** A page, or what is new. */
export type TimelineAnswer = SlimTimeline & { next_cursor?: string | null };

/** `next`: where the page after what is here begins; null when all is here. */
export interface Loaded {
  timeline: SlimTimeline;
  next: string | null;
}

export function firstOf({ next_cursor, ...timeline }: TimelineAnswer): Loaded {
  return { timeline, next: next_cursor ?? null };
}

/** `last_seq` stays: what came meanwhile to the pages before is asked for from there. */
export function withPage({ timeline }: Loaded, answer: TimelineAnswer): Loaded {
  const known = new Set(timeline.steps.map((step) => step.name));
  const steps = [...timeline.steps, ...answer.steps.filter((step) => !known.has(step.name))];
  return { timeline: { ...timeline, steps, steps_total: answer.steps_total }, next: answer.next_cursor ?? null };
}

/** `null`: it cannot be put together from this; all is to be loaded anew. */
export function withChanges({ timeline, next }: Loaded, answer: TimelineAnswer): Loaded | null {
  if (answer.last_seq < timeline.last_seq) return { timeline, next };
  const { next_cursor, steps: changed, ...facts } = answer;
  if (next_cursor) return null;
  const ended = FINAL_STATUSES.includes(facts.status);
  const news = new Map(changed.map((step) => [step.name, step]));
  const steps: SlimStep[] = [];
  for (const step of timeline.steps) {
    const fresh = news.get(step.name);
    // Begun again, or begun at last: it goes to its new place.
    if (fresh && fresh.started_at !== step.started_at) continue;
    if (!fresh && ended && step.status === 'pending') continue;
    if (fresh) news.delete(step.name);
    steps.push(fresh ?? step);
  }
  if (next === null) {
    const toCome = steps.findIndex((step) => step.status === 'pending');
    steps.splice(toCome < 0 ? steps.length : toCome, 0, ...changed.filter((step) => news.has(step.name)));
    if (answer.steps_total !== undefined && steps.length !== answer.steps_total) return null;
  }
  return { timeline: { ...facts, steps }, next };
}
