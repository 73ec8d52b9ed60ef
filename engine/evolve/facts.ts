/** What is true of an execution as a whole, where an event changes it: its place at a gate, its version, its key. */
import type { EventData } from '#contracts/events';
import { ownStrand } from '#engine/draft';
import { setStep } from '#engine/evolve/records';
import type { StartedState } from '#engine/state';
import { ROOT, strandOf } from '#engine/strands';

export function grantAdmission(draft: StartedState, { deadline }: EventData['admission.granted']): void {
  draft.admission = { reason: 'granted' };
  if (deadline !== undefined) draft.facts = { ...draft.facts, deadline };
}

export function refuseAdmission(draft: StartedState, { reason: because, by_execution }: EventData['admission.refused']): void {
  draft.admission = { reason: 'refused', because, ...(by_execution === undefined ? {} : { by_execution }) };
}

export function releaseKey(draft: StartedState, at: number): void {
  draft.facts = { ...draft.facts, idempotency_expires_at: at };
}

/** Onto another version: what stands elsewhere there is found there from now on. */
export function moveToVersion(draft: StartedState, { to, indexes = {}, moved = {}, positions = {} }: EventData['execution.migrated']): void {
  draft.facts = { ...draft.facts, ...to };
  for (const name in indexes) setStep(draft, name, { index: indexes[name]! });
  for (const { name, index, strand } of Object.values(draft.steps)) {
    if (strand !== undefined && moved[index] !== undefined) setStep(draft, name, { index: moved[index] });
  }
  for (const path in positions) {
    const strand = ownStrand(draft, path);
    if (strand) strand.position = positions[path]!;
  }
  const held = draft.paused?.breakpoint;
  const there = held && strandOf(draft, held.step) !== ROOT ? moved[held.step_index] : undefined;
  if (held && there !== undefined) draft.paused = { ...draft.paused!, breakpoint: { ...held, step_index: there } };
}
