/**
 * Reads a finished log as an auditor who does not trust the engine: keeps books of its own, from the events and the
 * definition alone.
 *
 * 1. The run follows the nodes in order; jumps go where they say; one attempt at a time.
 * 2. After the end nothing happens but a resumed saga; after a cancel or past the deadline no step begins.
 * 3. Attempts count up from 1; failures keep to the retry policy, and what the policy grants is granted.
 * 4. `on_error` is done as it is written.
 * 5. Undone is what completed and says how, the last first (or all at once, `parallel`), each under one key.
 */
import type { Activity, ActivityNode, Node, Pipeline, RetryPolicy } from '#contracts/definition';
import type { EventData, LogEvent } from '#contracts/events';
import type { ErrorInfo } from '#contracts/problems';
import { COMPENSATION_RETRY } from '#engine/retry';
import { holds } from './violation.ts';

/** One side of a step: its attempts of one run, or its undoing. */
interface Side {
  attempt: number;
  failures: number;
  interruptions: number;
  /** How often it was given a fresh budget. */
  resumes: number;
  key?: string;
  input?: string;
  status: 'running' | 'retrying' | 'waiting' | 'done' | 'failed';
  dueAt: number;
}

const AFTER_THE_END: ReadonlySet<LogEvent['type']> = new Set(['compensation.resumed', 'dead_letter.recorded', 'dead_letter.replayed', 'dead_letter.discarded']);

export function audit(log: LogEvent[], pipeline: Pipeline): void {
  const books = new Books(pipeline);
  for (const [index, event] of log.entries()) {
    holds(event.seq === index + 1, 'the log is contiguous from 1');
    holds(index === 0 || event.at >= log[index - 1]!.at, 'time in the log does not go back');
    books.enter(event, log[index + 1]);
  }
  books.close();
}

class Books {
  private readonly runs = new Map<string, Side>();
  private readonly undos = new Map<string, Side>();
  private completed: string[] = [];
  private active: string | undefined;
  private position = 0;
  private cancelled = false;
  private paused = false;
  private pausedAt = 0;
  private deadline = Number.POSITIVE_INFINITY;
  private ended: LogEvent['type'] | undefined;
  private order: string[] | undefined;
  private hasLetter = false;
  /** Where it stands at its gate; `undefined`: it has none, or has passed. */
  private gate: 'asked' | 'queued' | 'refused' | undefined;
  private readonly policies = new Map<string, Node>();

  constructor(private readonly pipeline: Pipeline) {
    for (const node of pipeline.nodes) this.policies.set(node.name, node);
  }

  enter(event: LogEvent, next: LogEvent | undefined): void {
    holds(this.ended === undefined || AFTER_THE_END.has(event.type), `after the end no ${event.type}`);
    switch (event.type) {
      case 'execution.started':
        holds(event.seq === 1, 'an execution starts once');
        this.deadline = event.data.deadline ?? this.deadline;
        this.gate = event.data.admission ? 'asked' : undefined;
        holds(this.gate === undefined || event.data.deadline === undefined, 'before a gate no time limit runs');
        return;
      case 'step.started':
        return event.data.attempt === 1 ? this.begin(event, next) : this.again(event);
      case 'step.input_recorded':
        this.runOf(event.data.step_name).input = JSON.stringify(event.data.input);
        return;
      case 'step.output_recorded':
        return this.output(event.data);
      case 'step.completed': {
        const run = this.runOf(event.data.step_name);
        holds(run.status === 'running' || (run.status === 'waiting' && event.at >= run.dueAt), 'a step completes while it runs, or once its timer is due');
        holds(event.data.attempts === run.attempt, 'a completed step says its attempts');
        this.settle(event.data.step_name, 'done');
        this.complete(event.data.step_name);
        return;
      }
      case 'step.failed':
        return this.failed(event, next);
      case 'step.skipped':
        return this.skipped(event);
      case 'conditional.routed': {
        const { step_name, step_index, target_index, target } = event.data;
        this.mayBegin(step_name, step_index, event.at);
        holds(this.pipeline.nodes[target_index]?.name === target, 'a jump goes where it says');
        this.runs.set(step_name, { attempt: 1, failures: 0, interruptions: 0, resumes: 0, status: 'done', dueAt: 0 });
        this.complete(step_name);
        this.position = target_index;
        return;
      }
      case 'timer.scheduled': {
        const run = this.runOf(event.data.step_name);
        holds(run.status === 'running' && event.data.due_at >= event.at, 'a timer is set by a step that runs, for later');
        this.settle(event.data.step_name, 'waiting');
        run.dueAt = event.data.due_at;
        return;
      }
      case 'retry.attempted':
        return this.retry(event);
      case 'cancel.requested':
        holds(this.order === undefined, 'a cancel during an undoing changes nothing');
        this.cancelled = true;
        return;
      case 'execution.paused':
        holds(!this.paused && this.order === undefined, 'a run that goes forward is paused once');
        this.paused = true;
        this.pausedAt = event.at;
        return;
      case 'execution.resumed':
        holds(this.paused, 'what was paused is resumed');
        this.paused = false;
        this.deadline += event.at - this.pausedAt;
        return;
      case 'breakpoint.hit':
      case 'breakpoint.modified':
      case 'breakpoint.released':
      case 'step.mocked':
      case 'wait.started':
      case 'signal.received':
      case 'signal.taken':
        return holds(false, `no plan has ${event.type} in it`);
      case 'saga.compensating':
        this.paused = false;
        return this.compensating(event.data);
      case 'compensation.started':
        return this.undo(event);
      case 'compensation.failed': {
        const undo = this.undoOf(event.data.step_name);
        holds(undo.status === 'running' && event.data.attempts === undo.attempt, 'a compensation fails while it runs');
        undo.failures++;
        this.keepsPolicy(this.undoPolicy(event.data.step_name), undo, event.data.error, event.data.final, event.at, Number.POSITIVE_INFINITY);
        undo.status = event.data.final ? 'failed' : 'retrying';
        return;
      }
      case 'step.compensated': {
        const undo = this.undoOf(event.data.step_name);
        holds(undo.status === 'running' && event.data.attempts === undo.attempt, 'a step is compensated while its undoing runs');
        undo.status = 'done';
        return;
      }
      case 'saga.compensated':
        holds(this.order?.every((name) => this.undos.get(name)?.status === 'done') ?? false, 'a saga ends compensated when all is undone');
        this.end(event);
        return;
      case 'compensation.resumed':
        holds(this.ended === 'execution.failed' && this.order !== undefined, 'only a saga that failed is resumed');
        this.ended = undefined;
        for (const undo of this.undos.values())
          if (undo.status === 'failed') Object.assign(undo, { status: 'retrying', failures: 0, dueAt: event.at, resumes: undo.resumes + 1 });
        return;
      case 'execution.completed': {
        const { response } = event.data;
        holds(this.order === undefined && this.active === undefined, 'an execution completes with nothing under way');
        if (response) holds(this.activity(response.step_name).responds && this.runOf(response.step_name).status === 'done', 'a responding step ends the run');
        else holds(this.position >= this.pipeline.nodes.length && !this.cancelled, 'an execution completes after its last step');
        this.end(event);
        return;
      }
      case 'execution.failed':
        if (this.order) holds(this.stuck(this.order), 'a saga fails when nothing more can be undone');
        else holds(this.active === undefined, 'an execution fails with nothing under way');
        this.end(event);
        return;
      case 'execution.cancelled':
        holds((this.cancelled || this.gate === 'refused') && this.order === undefined && this.active === undefined, 'an execution is cancelled on request');
        this.end(event);
        return;
      case 'admission.queued':
        holds(this.gate === 'asked', 'an execution is queued once, before it begins');
        this.gate = 'queued';
        return;
      case 'admission.granted':
        holds(this.gate === 'asked' || this.gate === 'queued', 'an execution is admitted once');
        this.gate = undefined;
        this.deadline = event.data.deadline ?? this.deadline;
        return;
      case 'admission.refused':
        holds((this.gate === 'asked' || this.gate === 'queued') && next !== undefined, 'an execution is refused once, and ends');
        this.gate = 'refused';
        return;
      case 'dead_letter.recorded':
        holds(this.pipeline.dead_letter !== undefined && !this.hasLetter, 'an execution leaves one letter, where its pipeline says so');
        holds(this.ended === 'execution.failed' || this.ended === 'saga.compensated', `only a failure leaves a letter, not ${this.ended}`);
        this.hasLetter = true;
        return;
      case 'dead_letter.replayed':
      case 'dead_letter.discarded':
        holds(this.hasLetter, 'only a letter that is there is closed');
        return;
      default: {
        const never: never = event;
        return never;
      }
    }
  }

  close(): void {
    holds(this.ended !== undefined, 'every started execution ends');
  }

  // --- forward --------------------------------------------------------------------------------

  private mayBegin(name: string, index: number, at: number): void {
    holds(index === this.position && this.pipeline.nodes[index]?.name === name, `the run follows the nodes: ${name} at ${this.position}`);
    holds(this.order === undefined, `no step begins while others are undone: ${name}`);
    holds(this.active === undefined, `one step at a time: ${name} beside ${this.active}`);
    holds(!this.paused, `no step begins while the run is paused: ${name}`);
    holds(!this.cancelled, `no step begins after a cancel: ${name}`);
    holds(this.gate === undefined, `no step begins before its gate is passed: ${name}`);
    holds(at < this.deadline, `no step begins past the deadline: ${name}`);
    holds(![...this.runs.values()].some((run) => run.status === 'waiting' || run.status === 'retrying'), `no step begins while another waits: ${name}`);
  }

  private begin(event: Extract<LogEvent, { type: 'step.started' }>, next: LogEvent | undefined): void {
    const { step_name, step_index, idempotency_key } = event.data;
    this.mayBegin(step_name, step_index, event.at);
    this.completed = this.completed.filter((name) => name !== step_name);
    this.runs.set(step_name, { attempt: 1, failures: 0, interruptions: 0, resumes: 0, key: idempotency_key, status: 'running', dueAt: 0 });
    this.active = step_name;
    holds(
      next !== undefined && ['step.input_recorded', 'step.failed', 'step.output_recorded'].includes(next.type),
      'a step that starts has its input, or has failed on it',
    );
  }

  private again(event: Extract<LogEvent, { type: 'step.started' }>): void {
    const { step_name, attempt, idempotency_key } = event.data;
    const run = this.runOf(step_name);
    holds(this.order === undefined && this.active === undefined, `a retry begins alone: ${step_name}`);
    holds(run.status === 'retrying' && event.at >= run.dueAt, `a retry begins when it is due: ${step_name}`);
    holds(attempt === run.attempt + 1, `attempts count up: ${attempt} after ${run.attempt} of ${step_name}`);
    holds(idempotency_key === run.key, `a step keeps its key over its attempts: ${step_name}`);
    run.attempt = attempt;
    run.status = 'running';
    this.active = step_name;
    this.withinBudget(run, this.retryOf(step_name)?.max_attempts ?? 1, step_name);
  }

  private output(data: EventData['step.output_recorded']): void {
    const run = this.runOf(data.step_name);
    const value = 'value' in data.output ? (data.output.value as { key?: string } | null) : null;
    if (value?.key !== undefined) holds(value.key === run.key, `an output is that of its own run: ${value.key} for ${run.key}`);
  }

  private failed(event: Extract<LogEvent, { type: 'step.failed' }>, next: LogEvent | undefined): void {
    const { step_name, error, final, attempts } = event.data;
    const run = this.runOf(step_name);
    holds(attempts === run.attempt, 'a failed step says its attempts');
    run.failures++;
    const overTime = error.code === 'execution_timeout';
    holds(overTime || run.status === 'running', `a step fails while it runs: ${step_name}`);
    if (overTime) holds(event.at >= this.deadline, 'an execution is over time at its deadline');
    else if (run.input !== undefined && !(final && this.cancelled)) this.keepsPolicy(this.retryOf(step_name), run, error, final, event.at, this.deadline);
    this.settle(step_name, final ? 'failed' : 'retrying');
    if (!final) {
      holds(next?.type === 'retry.attempted' && !this.cancelled, 'a failure that is not final is retried');
      return;
    }
    this.position = event.data.step_name === '' ? this.position : this.policies.get(step_name)!.index + 1;
    const policy = overTime ? this.whenOverTime() : this.cancelled ? 'cancel' : this.onError(step_name);
    holds(next !== undefined, `something follows a final failure: ${policy}`);
    const undoing = next.type === 'saga.compensating' || (next.type === 'execution.failed' && this.expectedOrder().length === 0);
    if (policy === 'stop') holds(next.type === 'execution.failed', `on_error: stop ends the run, not ${next.type}`);
    else if (policy === 'skip') holds(next.type === 'step.skipped', `on_error: skip skips, not ${next.type}`);
    else if (policy === 'compensate') holds(undoing, `on_error: compensate undoes, not ${next.type}`);
    else if (policy === 'cancel') holds(next.type === 'saga.compensating' || next.type === 'execution.cancelled', `a cancelled run ends, not ${next.type}`);
    else holds(next.type !== 'saga.compensating' || next.data.error !== error, 'on_error: continue goes on');
  }

  private skipped(event: Extract<LogEvent, { type: 'step.skipped' }>): void {
    const { step_name, step_index, error } = event.data;
    const run = this.runs.get(step_name);
    if (error) {
      holds(run?.status === 'failed' && this.onError(step_name) === 'skip', `only on_error: skip skips a failed step: ${step_name}`);
    } else if (run?.status === 'waiting' || run?.status === 'retrying') {
      holds(this.cancelled, `a step that waits is skipped by a cancel only: ${step_name}`);
      run.status = 'failed';
    } else {
      this.mayBegin(step_name, step_index, event.at);
    }
    this.completed = this.completed.filter((name) => name !== step_name);
    this.position = step_index + 1;
  }

  private retry(event: Extract<LogEvent, { type: 'retry.attempted' }>): void {
    const { step_name, phase, attempt, delay_ms, due_at, reason } = event.data;
    const side = phase === 'run' ? this.runOf(step_name) : this.undoOf(step_name);
    holds(attempt === side.attempt + 1 && due_at === event.at + delay_ms && delay_ms >= 0, 'a retry says which attempt and when');
    if (reason === 'interrupted') {
      holds(side.status === 'running' && delay_ms === 0, 'only what runs is interrupted, and goes on at once');
      side.interruptions++;
      if (phase === 'run') this.active = undefined;
    } else {
      holds(side.status === 'retrying', 'only what failed is retried');
      const policy = phase === 'run' ? this.retryOf(step_name)! : this.undoPolicy(step_name);
      const least = Math.max(pause(policy, side.failures), event.data.error?.retry_after_ms ?? 0);
      const most = Math.max(least, pause(policy, side.failures) * (policy.jitter ? 1.5 : 1));
      holds(delay_ms >= least && delay_ms <= Math.ceil(most), `the pause before a retry keeps to the policy: ${delay_ms} ms is not ${least} to ${most}`);
    }
    side.status = 'retrying';
    side.dueAt = due_at;
  }

  // --- undoing --------------------------------------------------------------------------------

  private compensating(data: EventData['saga.compensating']): void {
    holds(this.order === undefined && this.active === undefined, 'an undoing begins once, with nothing under way');
    holds(
      JSON.stringify(data.steps) === JSON.stringify(this.expectedOrder()),
      `undone is what completed, the last first: ${data.steps} is not ${this.expectedOrder()}`,
    );
    holds(data.reason === 'cancelled' ? this.cancelled : data.error !== undefined, 'an undoing has a cause');
    this.order = data.steps;
  }

  private undo(event: Extract<LogEvent, { type: 'compensation.started' }>): void {
    const { step_name, attempt, input, idempotency_key } = event.data;
    const place = this.order?.indexOf(step_name) ?? -1;
    holds(place >= 0, `only what is on the list is undone: ${step_name}`);
    if (this.pipeline.saga?.order !== 'parallel') {
      holds(
        this.order!.slice(0, place).every((name) => this.undos.get(name)?.status === 'done'),
        `undone in order: ${step_name} too early`,
      );
    }
    const known = this.undos.get(step_name);
    const text = JSON.stringify(input);
    if (!known) {
      holds(attempt === 1, 'an undoing begins with attempt 1');
      this.undos.set(step_name, { attempt, failures: 0, interruptions: 0, resumes: 0, key: idempotency_key, input: text, status: 'running', dueAt: 0 });
      return;
    }
    holds(known.status === 'retrying' && event.at >= known.dueAt, `an undoing is retried when it is due: ${step_name}, ${known.status}`);
    holds(attempt === known.attempt + 1, `attempts of an undoing count up: ${step_name}`);
    // One whose settings could not be filled in has neither yet.
    known.key ??= idempotency_key;
    known.input ??= text;
    holds(known.key === idempotency_key && known.input === text, `an undoing keeps its key and input over its attempts: ${step_name}`);
    known.attempt = attempt;
    known.status = 'running';
  }

  private expectedOrder(): string[] {
    const wanted = !this.cancelled || this.pipeline.saga !== undefined || this.pipeline.on_error === 'compensate';
    if (!wanted) return [];
    return this.completed
      .filter((name) => {
        const node = this.policies.get(name);
        return node?.kind === 'activity' && node.compensate !== undefined;
      })
      .reverse();
  }

  private stuck(order: string[]): boolean {
    const statuses = order.map((name) => this.undos.get(name)?.status);
    if (this.pipeline.saga?.order === 'parallel') return statuses.includes('failed') && statuses.every((status) => status === 'failed' || status === 'done');
    const first = statuses.findIndex((status) => status !== 'done');
    return statuses[first] === 'failed' && statuses.slice(first + 1).every((status) => status === undefined);
  }

  // --- books ----------------------------------------------------------------------------------

  private keepsPolicy(policy: RetryPolicy | undefined, side: Side, error: ErrorInfo, final: boolean, at: number, deadline: number): void {
    const matches = (wanted: number | string) => wanted === error.code || wanted === error.status;
    const worth = !policy?.give_up_on?.some(matches) && (policy?.retry_on?.some(matches) ?? error.retryable);
    const left = policy !== undefined && side.failures < policy.max_attempts;
    if (!final) holds(worth && left, `a retry is what the policy grants: ${error.code}, failure ${side.failures} of ${policy?.max_attempts ?? 1}`);
    // Before the deadline for certain, however the delay is rolled.
    const latest = policy ? at + Math.max(policy.max_delay_ms * 1.5, error.retry_after_ms ?? 0) + 1 : at;
    if (final && worth && left)
      holds(latest >= deadline, `what the policy grants is granted: ${error.code}, failure ${side.failures} of ${policy?.max_attempts}`);
    this.withinBudget(side, policy?.max_attempts ?? 1, error.code);
  }

  private withinBudget(side: Side, most: number, what: string): void {
    holds(side.failures <= most, `failures keep to max_attempts: ${side.failures} of ${most}, ${what}`);
    holds(
      side.attempt <= most * (1 + side.resumes) + side.interruptions,
      `attempts keep to max_attempts and interruptions: ${side.attempt} of ${most}, ${what}`,
    );
  }

  private settle(name: string, status: Side['status']): void {
    this.runOf(name).status = status;
    if (this.active === name) this.active = undefined;
  }

  private complete(name: string): void {
    this.completed = [...this.completed.filter((each) => each !== name), name];
    this.position = this.policies.get(name)!.index + 1;
  }

  private end(event: LogEvent): void {
    this.ended = event.type;
    this.active = undefined;
  }

  private runOf(name: string): Side {
    const run = this.runs.get(name);
    holds(run !== undefined, `${name} has begun`);
    return run;
  }

  private undoOf(name: string): Side {
    const undo = this.undos.get(name);
    holds(undo !== undefined, `the undoing of ${name} has begun`);
    return undo;
  }

  private activity(name: string): ActivityNode {
    const node = this.policies.get(name);
    holds(node?.kind === 'activity', `${name} is an activity`);
    return node;
  }

  private retryOf(name: string): RetryPolicy | undefined {
    const node = this.policies.get(name);
    return node?.kind === 'activity' ? node.retry : undefined;
  }

  private undoPolicy(name: string): RetryPolicy {
    return (this.activity(name).compensate as Activity).retry ?? COMPENSATION_RETRY;
  }

  private onError(name: string): 'stop' | 'skip' | 'continue' | 'compensate' {
    const node = this.policies.get(name)!;
    const own = node.kind === 'activity' ? node.on_error : undefined;
    return own ?? (this.pipeline.saga ? 'compensate' : this.pipeline.on_error);
  }

  private whenOverTime(): 'stop' | 'compensate' {
    return this.pipeline.saga !== undefined || this.pipeline.on_error === 'compensate' ? 'compensate' : 'stop';
  }
}

/** The pause that a policy asks for after so many failures, less jitter. */
function pause({ backoff, initial_delay_ms, max_delay_ms }: RetryPolicy, failures: number): number {
  const factor = { fixed: 1, linear: failures, exponential: 2 ** (failures - 1) }[backoff];
  return Math.min(max_delay_ms, initial_delay_ms * factor);
}
