/** What the events say of an execution as a whole: its end, its error, its saga, whether it is held, and the versions it went through. */
import type { EventData } from '#contracts/events';
import type { Timeline } from '#contracts/execution';
import { iso, shown } from '#engine/timeline/shown';

export type WholeFacts = Pick<Timeline, 'completed_at' | 'duration_ms' | 'error' | 'saga' | 'paused' | 'migrations'>;

export class Whole {
  readonly #executionId: string;
  readonly #startedAt: number;
  readonly #migrations: NonNullable<Timeline['migrations']> = [];
  #saga: Timeline['saga'];
  #error: Timeline['error'];
  /** Why undoing began. */
  #cause: Timeline['error'];
  #endedAt: number | undefined;
  #paused: Timeline['paused'];

  constructor(executionId: string, startedAt: number) {
    this.#executionId = executionId;
    this.#startedAt = startedAt;
  }

  facts(): WholeFacts {
    return {
      ...(this.#endedAt === undefined ? {} : { completed_at: iso(this.#endedAt), duration_ms: this.#endedAt - this.#startedAt }),
      ...(this.#error ? { error: this.#error } : {}),
      ...(this.#saga ? { saga: this.#saga } : {}),
      ...(this.#paused ? { paused: this.#paused } : {}),
      ...(this.#migrations.length > 0 ? { migrations: this.#migrations } : {}),
    };
  }

  end(at: number): void {
    this.#endedAt = at;
  }

  fail({ error }: EventData['execution.failed'], at: number): void {
    this.#error = error;
    if (this.#saga) this.#saga.status = 'failed';
    this.end(at);
  }

  pause({ by, reason }: EventData['execution.paused'], at: number): void {
    this.#paused = { since: iso(at), by, ...(reason === undefined ? {} : { reason }) };
  }

  holdAtBreakpoint({ breakpoint_id: id, step_name: step, condition, set_by: by }: EventData['breakpoint.hit'], at: number): void {
    this.#paused = { since: iso(at), by, breakpoint: { id, step, ...(condition === undefined ? {} : { condition }) } };
  }

  giveInput({ input }: EventData['breakpoint.modified']): void {
    if (this.#paused?.breakpoint) this.#paused.breakpoint.input = shown(input, this.#executionId);
  }

  goOn(): void {
    this.#paused = undefined;
  }

  startUndoing({ reason, steps, error }: EventData['saga.compensating']): void {
    this.#saga = { status: 'compensating', reason, order: steps };
    this.#error = error ?? this.#error;
    this.#cause = this.#error;
  }

  completeUndoing(at: number): void {
    if (this.#saga) this.#saga.status = 'compensated';
    this.end(at);
  }

  resumeUndoing(): void {
    if (this.#saga) this.#saga.status = 'compensating';
    // What stands is why the saga began, not that its undoing once gave up.
    this.#error = this.#cause;
    this.#endedAt = undefined;
  }

  moveToVersion({ by, from, to }: EventData['execution.migrated'], at: number, seq: number): void {
    this.#migrations.push({ seq, at: iso(at), by, from, to });
  }
}
