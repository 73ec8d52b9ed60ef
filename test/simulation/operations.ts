/** What the key of an effect stands for: one side of one run of a step. */
import type { Pipeline } from '#contracts/definition';
import type { PerformEffect } from '#contracts/step';
import { attemptId } from '#engine/state';
import { localName } from '#engine/strands';

/** A single step that a block tries again is one operation, whichever try it is. */
export function operationOf(pipeline: Pipeline, { step, phase }: PerformEffect): string {
  const parts = step.split('/');
  const index = pipeline.nodes.findIndex((each) => each.name === localName(step));
  const tried = pipeline.nodes.some(
    (each) => each.kind === 'block' && each.plan.kind === 'retry' && each.lanes[0]!.from === index && each.lanes[0]!.to === index + 1,
  );
  if (tried && phase === 'run') parts.splice(-2, 1, 'try');
  return attemptId(parts.join('/'), phase);
}

/** The definition names the key, so that several operations may share it. */
export function hasOwnKey(pipeline: Pipeline, { step, phase }: PerformEffect): boolean {
  const node = pipeline.nodes.find((each) => each.name === localName(step));
  return node?.kind === 'activity' && (phase === 'run' ? node : node.compensate)?.idempotency_key !== undefined;
}
