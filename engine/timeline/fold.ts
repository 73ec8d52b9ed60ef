/**
 * The fold behind the timeline, event by event. It can be kept and go on where it stopped, so that following a long
 * execution costs what is new.
 *
 * Invariants
 * 1. `changed` names, for every step, the last event that said something of it or of its lanes.
 * 2. What a step was given and gave is kept only where `values` says so.
 */
import type { EventData, LogEvent } from '#contracts/events';
import type { TimelineStep } from '#contracts/execution';
import { StepRows } from '#engine/timeline/step-rows';
import { Whole, type WholeFacts } from '#engine/timeline/whole';

export class TimelineFold {
  readonly facts: EventData['execution.started'];
  readonly startedAt: number;
  readonly changed = new Map<string, number>();
  /** The last event taken in. */
  seq: number;
  readonly #rows: StepRows;
  readonly #whole: Whole;

  constructor(first: LogEvent & { type: 'execution.started' }, values: (step: string) => boolean = () => true) {
    this.facts = first.data;
    this.startedAt = first.at;
    this.seq = first.seq;
    this.#rows = new StepRows(first.data, first.at, values);
    this.#whole = new Whole(first.data.execution_id, first.at);
  }

  steps(): TimelineStep[] {
    return this.#rows.all();
  }

  has(step: string): boolean {
    return this.#rows.has(step);
  }

  /** What the events say of the execution as a whole. */
  whole(): WholeFacts {
    return this.#whole.facts();
  }

  take(event: LogEvent): void {
    this.seq = event.seq;
    this.#take(event);
    if ('step_name' in event.data && event.data.step_name !== undefined) this.changed.set(event.data.step_name, event.seq);
    else if (event.type === 'saga.compensating') for (const name of event.data.steps) this.changed.set(name, event.seq);
  }

  #take(event: LogEvent): void {
    const rows = this.#rows;
    const whole = this.#whole;
    const { at } = event;
    switch (event.type) {
      case 'step.started':
        return rows.start(event.data, at);
      case 'step.input_recorded':
        return rows.recordInput(event.data);
      case 'step.output_recorded':
        return rows.recordOutput(event.data);
      case 'step.completed':
        return rows.complete(event.data, at);
      case 'step.failed':
        return rows.fail(event.data, at);
      case 'step.skipped':
        return rows.skip(event.data, at);
      case 'conditional.routed':
        return rows.route(event.data, at);
      case 'timer.scheduled':
        return rows.setTimer(event.data, at);
      case 'wait.started':
        return rows.startWait(event.data, at);
      case 'step.mocked':
        return rows.mock(event.data, at);
      case 'retry.attempted':
        return rows.retry(event.data, at);
      case 'compensation.started':
        return rows.startUndo(event.data, at);
      case 'compensation.failed':
        return rows.failUndo(event.data, at);
      case 'step.compensated':
        return rows.completeUndo(event.data, at);
      case 'block.opened':
        return rows.openBlock(event.data);
      case 'strand.started':
        return rows.startLane(event.data);
      case 'strand.ended':
        return rows.endLane(event.data);
      case 'saga.compensating':
        rows.awaitUndo(event.data);
        return whole.startUndoing(event.data);
      case 'saga.compensated':
        return whole.completeUndoing(at);
      case 'compensation.resumed':
        return whole.resumeUndoing();
      case 'execution.paused':
        return whole.pause(event.data, at);
      case 'breakpoint.hit':
        return whole.holdAtBreakpoint(event.data, at);
      case 'breakpoint.modified':
        return whole.giveInput(event.data);
      case 'execution.resumed':
      case 'breakpoint.released':
        return whole.goOn();
      case 'execution.migrated':
        return whole.moveToVersion(event.data, at, event.seq);
      case 'execution.failed':
        return whole.fail(event.data, at);
      case 'execution.completed':
      case 'execution.cancelled':
        return whole.end(at);
      case 'execution.started':
      case 'cancel.requested':
      case 'admission.queued':
      case 'admission.granted':
      case 'admission.refused':
      case 'dead_letter.recorded':
      case 'dead_letter.replayed':
      case 'dead_letter.discarded':
      case 'key.released':
      case 'signal.received':
      case 'signal.taken':
      // What came of it follows: a result with `fallback` in its facts, or a failure that says so.
      case 'circuit.refused':
      case 'block.stopping':
        return;
      default: {
        const never: never = event;
        return never;
      }
    }
  }
}
