/** Where the strands of a run stand, and what they have come by, as its steps begin and end. */
import { own, ownStrand, putStrand } from '#engine/draft';
import type { StartedState, StepState, Strand } from '#engine/state';
import { ROOT, strandOf } from '#engine/strands';

/** The strand of a step stands at this node, before it or inside of it. */
export function move(draft: StartedState, name: string, position: number, inside = false): void {
  const path = strandOf(draft, name);
  const strand = ownStrand(draft, path);
  if (!strand) return;
  if (inside) {
    strand.position = position;
    strand.inside = name;
  } else if (strand.inside === undefined) strand.position = position;
  else {
    const { inside: _, ...before } = strand;
    putStrand(draft, path, { ...before, position });
  }
}

/** One more run of a step or a jump. */
export function count(draft: StartedState, name: string): void {
  const strand = strandFor(draft, name);
  if (!strand) return;
  strand.runs++;
  if (draft.steps[name]?.runs === 1) strand.steps.push(name);
}

/** A step is at its end: those after it see it, and the strand goes on behind it, or at `next`. */
export function complete(draft: StartedState, name: string, seq: number, next?: number): void {
  const step = draft.steps[name];
  const completed = strandFor(draft, name)?.completed;
  if (!step || !completed) return;
  // Only one that has run before can stand there: the search is for loops, not for long pipelines.
  const before = step.runs > 1 ? completed.indexOf(name) : -1;
  if (before >= 0) completed.splice(before, 1);
  completed.push(name);
  own(draft, 'steps')[name] = { ...step, completed_seq: seq };
  move(draft, name, next ?? step.index + 1);
}

/** A step that was held has been entered. */
export function passed(draft: StartedState, step: string): void {
  if (draft.pass?.step === step) delete draft.pass;
}

/** What a step says of where it runs. */
export function strandField(draft: StartedState, name: string): Pick<StepState, 'strand'> {
  const strand = strandOf(draft, name);
  return strand === ROOT ? {} : { strand };
}

function strandFor(draft: StartedState, name: string): Strand | undefined {
  return ownStrand(draft, strandOf(draft, name));
}
