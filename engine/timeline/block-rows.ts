/** What a timeline tells of blocks: to which block and lane a step belongs, and how the lanes of a block have fared. */
import type { EventData } from '#contracts/events';
import type { TimelineStep } from '#contracts/execution';

type Place = Pick<TimelineStep, 'parent' | 'lane'>;

export class BlockRows {
  /** Block and lane by the path of a strand. */
  readonly #lanes = new Map<string, Required<Place>>();
  /** Where the paths of a block's lanes begin. */
  readonly #paths = new Map<string, string>();
  readonly #times = new Map<string, number>();

  open({ step_name, kind, items, choice }: EventData['block.opened'], step: TimelineStep): void {
    const times = (this.#times.get(step_name) ?? 0) + 1;
    this.#times.set(step_name, times);
    this.#paths.set(step_name, times > 1 ? `${step_name}#${times}` : step_name);
    const list = items && 'value' in items && Array.isArray(items.value) ? items.value.length : undefined;
    step.block = {
      kind,
      begun: 0,
      completed: 0,
      failed: 0,
      stopped: 0,
      ...(list === undefined ? {} : { items: list }),
      ...(choice ? { branch: choice.lane } : {}),
    };
  }

  start({ step_name, lane }: EventData['strand.started'], step: TimelineStep | undefined): void {
    this.#lanes.set(`${this.#paths.get(step_name) ?? step_name}/${lane}`, { parent: step_name, lane });
    if (step?.block) step.block.begun++;
  }

  end({ outcome }: EventData['strand.ended'], step: TimelineStep | undefined): void {
    if (step?.block) step.block[outcome]++;
  }

  /** The block around a step; nothing for the pipeline's own. */
  placeOf(name: string): Place {
    const end = name.lastIndexOf('/');
    return end < 0 ? {} : (this.#lanes.get(name) ?? this.#lanes.get(name.slice(0, end)) ?? {});
  }
}
