/**
 * What an execution took, from its log alone: runs, times and retries of each step, and what it is billed for.
 *
 * 1. Events do not say where a turn ended, but what begins one: the outcome of a call, or something that came later than the
 *    event before it. Whose rows they are is told by that; how many there are in all, by the log itself where it is at hand.
 * 2. What no event speaks of is a constant, measured by the bench: see `docs/metrics.md` for the formula.
 */

import { type LogEvent, payloadRefs } from '#contracts/events';
import type { Node } from '#contracts/graph';
import { type Measure, NO_USAGE, type Usage } from '#contracts/metrics';
import { StepTallies } from '#engine/metrics/step-tallies';

/** Making the log's table. */
const TABLE_ROWS = 2;
/** Set with the first event, moved to the day of archiving at the end. */
const ALARM_ROWS = 2;
/** The line of the list, and its entry in the index of what is not completed. */
const INDEX_ROWS = { completed: 1, other: 2 } as const;
const DEAD_LETTER_ROWS = 2;
/** A write, a read and a delete. Those of executions that end at the same moment share a message: an upper bound. */
const QUEUE_OPERATIONS = 3;
/** For how long an object is awake beside its calls, ms: it waits for others to share its message to the queue. */
const AWAKE_MS = 25;
/** What takes longer than this is shown in the list before it ends, see `IndexRow`. */
const SHOWN_AFTER_MS = 500;

/** Starts that come by a request of their own to the Worker. */
const BY_REQUEST: ReadonlySet<string> = new Set(['http', 'manual', 'webhook']);

interface Run {
  step: string;
  index: number;
  began: number;
  failed: boolean;
}

/** A call that is under way. */
interface Going {
  step: string;
  since: number;
  /** The object sleeps meanwhile. */
  away: boolean;
  /** What came of it has begun a turn. */
  told: boolean;
}

export class MeasureFold {
  readonly #nodes: readonly Node[];
  readonly #steps = new StepTallies();
  readonly #runs = new Map<string, Run>();
  readonly #going = new Map<string, Going>();
  #usage: Usage = { ...NO_USAGE };
  #turns = 0;
  #lastAt = 0;
  /** Since when the object is awake for calls; how long it was, in all. */
  #awakeSince: number | undefined;
  #awake = 0;
  /** How often it came to rest, or was shown while it took long, before its end. */
  #shown = 0;
  #stoppedAt: number | undefined;
  /** No call goes out: each is answered in its turn. */
  #staysIn = false;
  #endedAs: 'completed' | 'other' | undefined;

  /** `nodes`: of the pipeline, where it is at hand; it says which calls the object sleeps through. */
  constructor(nodes: readonly Node[] = []) {
    this.#nodes = nodes;
  }

  take(event: LogEvent): void {
    this.#turn(event);
    this.#countRefs(event);
    switch (event.type) {
      case 'execution.started':
        this.#staysIn = event.data.dry_run === true || event.data.mocks !== undefined;
        if (BY_REQUEST.has(event.data.trigger)) this.#usage.worker_requests++;
        break;
      case 'step.started': {
        const { step_name, step_type, step_index, attempt, idempotency_key } = event.data;
        const known = this.#runs.get(step_name);
        if (attempt > 1 && known) this.#steps.get(known.step)!.retries++;
        else this.#runs.set(step_name, { step: this.#steps.enter(step_name, step_type), index: step_index, began: event.at, failed: false });
        // Only what goes out has a key.
        if (idempotency_key !== undefined) this.#goOut(step_name, 'run', event.at);
        break;
      }
      case 'step.completed':
        this.#comeBack(event.data.step_name, 'run', event.at);
        this.#close(event.data.step_name, event.at, 'completed');
        break;
      case 'step.failed':
        this.#comeBack(event.data.step_name, 'run', event.at);
        if (event.data.final) this.#close(event.data.step_name, event.at, 'failed');
        break;
      case 'step.skipped': {
        const run = this.#runs.get(event.data.step_name);
        // It failed and was passed over: that is told as a failure.
        if (!run?.failed) this.#steps.get(this.#steps.enter(event.data.step_name, event.data.step_type))!.skipped++;
        break;
      }
      case 'conditional.routed': {
        const step = this.#steps.get(this.#steps.enter(event.data.step_name, event.data.step_type))!;
        step.completed++;
        step.durations.add(0);
        break;
      }
      case 'retry.attempted':
      case 'timer.scheduled':
      case 'wait.started':
      case 'step.mocked':
        this.#comeBack(event.data.step_name, event.type === 'retry.attempted' ? event.data.phase : 'run', event.at);
        break;
      case 'compensation.started': {
        const { step_name, attempt, idempotency_key } = event.data;
        const run = this.#runs.get(step_name);
        if (run && attempt > 1) this.#steps.get(run.step)!.retries++;
        if (idempotency_key !== undefined) this.#goOut(step_name, 'compensate', event.at);
        break;
      }
      case 'compensation.failed':
      case 'step.compensated':
        this.#comeBack(event.data.step_name, 'compensate', event.at);
        break;
      case 'dead_letter.recorded':
        this.#usage.rows_written += DEAD_LETTER_ROWS;
        break;
      case 'execution.completed':
        this.#end('completed', event.at);
        break;
      case 'execution.failed':
      case 'execution.cancelled':
      case 'saga.compensated':
        this.#end('other', event.at);
        break;
      case 'compensation.resumed':
        this.#endedAs = undefined;
        break;
    }
    this.#lastAt = event.at;
  }

  /** How many there seem to have been. */
  get turns(): number {
    return this.#turns;
  }

  /** Of what has come so far. `rows`: how many the log has; as many as there seem to have been turns, where that is not known. */
  measure(rows = this.#turns): Measure {
    return { usage: this.#whole(rows), steps: this.#steps.measured(this.#awake) };
  }

  #whole(rows: number): Usage {
    const before = this.#shown;
    const index = INDEX_ROWS.other * before + (this.#endedAs === undefined ? 0 : INDEX_ROWS[this.#endedAs]);
    return {
      ...this.#usage,
      rows_written: this.#usage.rows_written + TABLE_ROWS + rows + ALARM_ROWS + before + index,
      // The start, and the alarm after each rest.
      object_requests: this.#usage.object_requests + 1 + before,
      object_ms: Math.round(this.#awake) + AWAKE_MS * (before + 1),
      queue_operations: QUEUE_OPERATIONS * (before + (this.#endedAs === undefined ? 0 : 1)),
    };
  }

  /** A turn begins with the outcome of a call, or after time has passed. */
  #turn(event: LogEvent): void {
    const about = 'step_name' in event.data ? event.data.step_name : undefined;
    const outcome = event.type === 'circuit.refused' ? event.data.phase : OUTCOMES[event.type];
    const going = outcome && about !== undefined ? this.#going.get(keyOf(about, outcome)) : undefined;
    // What a block stops on its way ends in the turn that stops it.
    if (event.type === 'block.stopping') this.#stoppedAt = event.at;
    const isOutcome = going !== undefined && !going.told && this.#stoppedAt !== event.at;
    if (this.#turns > 0 && event.at === this.#lastAt && !isOutcome) return;
    this.#turns++;
    if (isOutcome) {
      going.told = true;
      this.#steps.get(going.step)!.usage.rows_written++;
    }
    if (this.#turns > 1 && this.#going.size === 0 && this.#endedAs === undefined) this.#shown++;
  }

  /** Large values lie in R2. */
  #countRefs(event: LogEvent): void {
    const refs = payloadRefs(event).length;
    if (refs === 0) return;
    this.#usage.r2_writes += refs;
    const run = 'step_name' in event.data && event.data.step_name !== undefined ? this.#runs.get(event.data.step_name) : undefined;
    if (run) this.#steps.get(run.step)!.usage.r2_writes += refs;
  }

  #goOut(name: string, phase: 'run' | 'compensate', at: number): void {
    const run = this.#runs.get(name);
    if (!run) return;
    const node = this.#nodes[run.index];
    const activity = node?.kind === 'activity' ? (phase === 'run' ? node : node.compensate) : undefined;
    if (this.#staysIn || activity?.pure) return;
    const away = activity?.detached === true;
    this.#going.set(keyOf(name, phase), { step: run.step, since: at, away, told: false });
    // The queue takes it to a consumer, which asks what is to be done and brings what came of it.
    if (away) {
      const { usage } = this.#steps.get(run.step)!;
      usage.object_requests += 2;
      usage.queue_operations += QUEUE_OPERATIONS;
      this.#usage.object_requests += 2;
      this.#usage.queue_operations += QUEUE_OPERATIONS;
    } else this.#awakeSince ??= at;
  }

  #comeBack(name: string, phase: 'run' | 'compensate', at: number): void {
    const key = keyOf(name, phase);
    const going = this.#going.get(key);
    if (!going) return;
    this.#going.delete(key);
    if (going.away) return;
    this.#steps.get(going.step)!.awake += at - going.since;
    if (this.#awakeSince === undefined || [...this.#going.values()].some(({ away }) => !away)) return;
    this.#rest(at);
  }

  #rest(at: number): void {
    if (this.#awakeSince === undefined) return;
    this.#awake += at - this.#awakeSince;
    if (at - this.#awakeSince > SHOWN_AFTER_MS) this.#shown++;
    this.#awakeSince = undefined;
  }

  #close(name: string, at: number, as: 'completed' | 'failed'): void {
    const run = this.#runs.get(name);
    const step = run && this.#steps.get(run.step);
    if (!run || !step) return;
    step[as]++;
    step.durations.add(at - run.began);
    step.duration_sum_ms += Math.max(0, at - run.began);
    run.failed = as === 'failed';
  }

  #end(as: 'completed' | 'other', at: number): void {
    this.#rest(at);
    this.#going.clear();
    this.#endedAs = as;
  }
}

/** Events that bring a call to its end, and which side of its step it was for. */
const OUTCOMES: Partial<Record<LogEvent['type'], 'run' | 'compensate'>> = {
  'step.output_recorded': 'run',
  'step.failed': 'run',
  'timer.scheduled': 'run',
  'wait.started': 'run',
  'step.compensated': 'compensate',
  'compensation.failed': 'compensate',
};

function keyOf(step: string, phase: 'run' | 'compensate'): string {
  return `${phase} ${step}`;
}

export function measureOf(log: Iterable<LogEvent>, nodes?: readonly Node[]): Measure {
  const fold = new MeasureFold(nodes);
  for (const event of log) fold.take(event);
  return fold.measure();
}
