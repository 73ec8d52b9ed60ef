/** Keeps a measure small enough to travel with its row: the steps that do not fit any more are told as one. */
import { type Measure, OTHER_STEPS, type StepMeasure } from '#contracts/metrics';
import { StepSum } from '#engine/metrics/step-sum';

/** Characters of JSON. A message on the queue has 128 KB. */
const MAX_TEXT = 24_000;

/** Of one step at most: its texts with every character written as an escape, its numbers at their longest. */
const mostText = ({ step, type, durations }: StepMeasure) => 6 * (step.length + type.length) + 22 * (durations.length + 12) + 300;

export function bounded(measure: Measure): Measure {
  const { usage, steps } = measure;
  if (steps.reduce((sum, step) => sum + mostText(step), 0) <= MAX_TEXT) return measure;
  let left = MAX_TEXT;
  const kept = [];
  const others = new StepSum(OTHER_STEPS, '');
  let cut = false;
  for (const step of steps) {
    const size = JSON.stringify(step).length;
    if (step.step !== OTHER_STEPS && size <= left) {
      left -= size;
      kept.push(step);
    } else {
      others.add(step);
      cut = true;
    }
  }
  return { usage, steps: cut ? [...kept, others.measure()] : kept };
}
