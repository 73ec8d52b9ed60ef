/** Keeps a measure small enough to travel with its row: the steps that do not fit any more are told as one. */
import { type Measure, OTHER_STEPS } from '#contracts/metrics';
import { StepSum } from '#engine/metrics/step-sum';

/** Characters of JSON. A message on the queue has 128 KB. */
const MAX_TEXT = 24_000;

export function bounded({ usage, steps }: Measure): Measure {
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
