/**
 * Reads a finished log as an auditor who does not trust the engine: keeps books of its own, from the events and the
 * definition alone.
 *
 * 1. Each strand follows its nodes in order; jumps go where they say; one attempt at a time. Lanes begin and end as the
 *    plan of their block says, and no block ends while one of them runs.
 * 2. After the end nothing happens but a resumed saga; after a cancel or past the deadline no step begins.
 * 3. Attempts count up from 1; failures keep to the retry policy, and what the policy grants is granted.
 * 4. `on_error` is done as it is written.
 * 5. Undone is what completed and says how, the last first (or all at once, `parallel`), each under one key.
 */
import type { Activity, ActivityNode, BlockNode, Node, Pipeline, RetryPolicy } from '#contracts/definition';
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

/** One position of the run: the pipeline's own, or that of a lane. */
interface Line {
  position: number;
  end: number;
  /** The step that it is inside of. */
  inside?: string;
  of?: { block: string; lane: string };
  ended?: true;
}

/** A block's lanes: how each of them goes or went. */
interface BlockBook {
  node: BlockNode;
  path: string;
  lanes: Map<string, 'running' | 'completed' | 'failed' | 'stopped'>;
  items: number;
  chosen?: string;
  stopping: boolean;
  closed: boolean;
}

class Books {
  private readonly runs = new Map<string, Side>();
  private readonly undos = new Map<string, Side>();
  private completed: string[] = [];
  private readonly active = new Set<string>();
  private readonly lines = new Map<string, Line>();
  private readonly blocks = new Map<string, BlockBook>();
  /** How often each step has begun. */
  private readonly begun = new Map<string, number>();
  private cancelled = false;
  private paused = false;
  private pausedAt = 0;
  private deadline = Number.POSITIVE_INFINITY;
  private ended: LogEvent['type'] | undefined;
  private order: string[] | undefined;
  private hasLetter = false;
  /** Where it stands at its gate; `undefined`: it has none, or has passed. */
  private gate: 'asked' | 'queued' | 'refused' | undefined;
  /** The node of each run. */
  private readonly policies = new Map<string, Node>();

  constructor(private readonly pipeline: Pipeline) {
    this.lines.set('', { position: 0, end: pipeline.main ?? pipeline.nodes.length });
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
        this.complete(event.data.step_name, event.data.next_index);
        this.completeBlock(event.data.step_name);
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
        this.lineOf(step_name).position = target_index;
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
        holds(this.order === undefined && this.active.size === 0, 'an execution completes with nothing under way');
        holds(!this.hasOpenBlock(), 'an execution completes with no block under way');
        if (response) holds(this.activity(response.step_name).responds && this.runOf(response.step_name).status === 'done', 'a responding step ends the run');
        else holds(this.root.position >= this.root.end && !this.cancelled, 'an execution completes after its last step');
        this.end(event);
        return;
      }
      case 'execution.failed':
        if (this.order) holds(this.stuck(this.order), 'a saga fails when nothing more can be undone');
        else holds(this.active.size === 0, 'an execution fails with nothing under way');
        this.end(event);
        return;
      case 'execution.cancelled':
        holds((this.cancelled || this.gate === 'refused') && this.order === undefined && this.active.size === 0, 'an execution is cancelled on request');
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
      case 'execution.migrated':
        holds(this.order === undefined, 'what is being undone is not moved');
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
      case 'block.opened':
        return this.openBlock(event.data);
      case 'strand.started':
        return this.startLane(event.data);
      case 'strand.ended':
        return this.endLane(event.data);
      case 'block.stopping': {
        const block = this.blockOf(event.data.step_name);
        holds(!block.stopping && !block.closed, 'the end of a block is decided once');
        holds([...block.lanes.values()].includes('running'), 'a block without lanes that run needs no stopping');
        block.stopping = true;
        return;
      }
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
    const line = this.lineOf(name);
    const node = this.pipeline.nodes[index];
    holds(
      index === line.position && index < line.end && node !== undefined && name.endsWith(node.name),
      `a strand follows its nodes: ${name} at ${line.position}`,
    );
    holds(this.order === undefined, `no step begins while others are undone: ${name}`);
    holds(line.inside === undefined, `one step at a time in a strand: ${name} beside ${line.inside}`);
    holds(!this.paused, `no step begins while the run is paused: ${name}`);
    holds(!this.cancelled, `no step begins after a cancel: ${name}`);
    holds(this.gate === undefined, `no step begins before its gate is passed: ${name}`);
    holds(at < this.deadline, `no step begins past the deadline: ${name}`);
    holds(!this.isStopping(line), `no step begins in a block whose end is decided: ${name}`);
    this.policies.set(name, node);
  }

  private begin(event: Extract<LogEvent, { type: 'step.started' }>, next: LogEvent | undefined): void {
    const { step_name, step_index, idempotency_key } = event.data;
    this.mayBegin(step_name, step_index, event.at);
    this.completed = this.completed.filter((name) => name !== step_name);
    this.runs.set(step_name, { attempt: 1, failures: 0, interruptions: 0, resumes: 0, key: idempotency_key, status: 'running', dueAt: 0 });
    this.begun.set(step_name, (this.begun.get(step_name) ?? 0) + 1);
    this.active.add(step_name);
    this.lineOf(step_name).inside = step_name;
    holds(
      next !== undefined && ['step.input_recorded', 'step.failed', 'step.output_recorded', 'block.opened'].includes(next.type),
      'a step that starts has its input, or its lanes, or has failed on it',
    );
  }

  private again(event: Extract<LogEvent, { type: 'step.started' }>): void {
    const { step_name, attempt, idempotency_key } = event.data;
    const run = this.runOf(step_name);
    holds(this.order === undefined && this.lineOf(step_name).inside === step_name, `a retry begins where its step stands: ${step_name}`);
    holds(run.status === 'retrying' && event.at >= run.dueAt, `a retry begins when it is due: ${step_name}`);
    holds(attempt === run.attempt + 1, `attempts count up: ${attempt} after ${run.attempt} of ${step_name}`);
    holds(idempotency_key === run.key, `a step keeps its key over its attempts: ${step_name}`);
    run.attempt = attempt;
    run.status = 'running';
    this.active.add(step_name);
    this.withinBudget(run, this.retryOf(step_name)?.max_attempts ?? 1, step_name);
  }

  private output(data: EventData['step.output_recorded']): void {
    const run = this.runOf(data.step_name);
    const value = 'value' in data.output ? (data.output.value as { key?: string } | null) : null;
    if (value?.key !== undefined && !this.blocks.has(data.step_name))
      holds(value.key === run.key, `an output is that of its own run: ${value.key} for ${run.key}`);
  }

  private failed(event: Extract<LogEvent, { type: 'step.failed' }>, next: LogEvent | undefined): void {
    const { step_name, error, final, attempts } = event.data;
    const run = this.runOf(step_name);
    holds(attempts === run.attempt, 'a failed step says its attempts');
    run.failures++;
    const overTime = error.code === 'execution_timeout';
    const stopped = error.code === 'step_stopped';
    holds(overTime || run.status === 'running' || this.blocks.has(step_name), `a step fails while it runs: ${step_name}`);
    if (overTime) holds(event.at >= this.deadline, 'an execution is over time at its deadline');
    else if (stopped) holds(final && this.isStopping(this.lineOf(step_name)), `a step is stopped with its block only: ${step_name}`);
    else if (run.input !== undefined && !(final && (this.cancelled || this.isStopping(this.lineOf(step_name)))))
      this.keepsPolicy(this.retryOf(step_name), run, error, final, event.at, this.deadline);
    this.settle(step_name, final ? 'failed' : 'retrying');
    if (!final) {
      holds(next?.type === 'retry.attempted' && !this.cancelled, 'a failure that is not final is retried');
      return;
    }
    this.leave(step_name);
    if (!overTime) this.closeBlock(step_name);
    holds(next !== undefined, 'something follows a final failure');
    if (overTime) {
      if (next.type === 'step.failed' && next.data.error.code === 'execution_timeout') return;
    } else if (stopped) return;
    const line = this.lineOf(step_name);
    const own = this.ownOnError(step_name);
    const inLane = line.of !== undefined && own !== 'skip' && own !== 'continue';
    const policy = overTime ? this.whenOverTime() : this.cancelled ? 'cancel' : inLane ? 'lane' : this.onError(step_name);
    const undoing = next.type === 'saga.compensating' || (next.type === 'execution.failed' && this.expectedOrder().length === 0);
    if (policy === 'stop') holds(next.type === 'execution.failed', `on_error: stop ends the run, not ${next.type}`);
    else if (policy === 'skip') holds(next.type === 'step.skipped', `on_error: skip skips, not ${next.type}`);
    else if (policy === 'compensate') holds(undoing, `on_error: compensate undoes, not ${next.type}`);
    else if (policy === 'lane') holds(next.type === 'strand.ended' && next.data.outcome === 'failed', `a failure in a lane ends the lane, not ${next.type}`);
    else if (policy === 'cancel')
      holds(
        next.type === 'saga.compensating' || next.type === 'execution.cancelled' || this.active.size > 0 || this.hasOpenBlock() || this.anyAsleep(),
        `a cancelled run ends, not ${next.type}`,
      );
    else holds(next.type !== 'saga.compensating' || next.data.error !== error, 'on_error: continue goes on');
  }

  private skipped(event: Extract<LogEvent, { type: 'step.skipped' }>): void {
    const { step_name, step_index, error } = event.data;
    const run = this.runs.get(step_name);
    if (error) {
      holds(run?.status === 'failed' && this.onError(step_name) === 'skip', `only on_error: skip skips a failed step: ${step_name}`);
    } else if (run && (run.status === 'waiting' || run.status === 'retrying' || (run.status === 'running' && this.blocks.has(step_name)))) {
      holds(this.cancelled || this.isStopping(this.lineOf(step_name)), `a step that waits is skipped by a cancel or with its block only: ${step_name}`);
      run.status = 'failed';
      this.closeBlock(step_name);
    } else {
      this.mayBegin(step_name, step_index, event.at);
    }
    this.completed = this.completed.filter((name) => name !== step_name);
    const line = this.lineOf(step_name);
    line.position = step_index + 1;
    line.inside = undefined;
  }

  private retry(event: Extract<LogEvent, { type: 'retry.attempted' }>): void {
    const { step_name, phase, attempt, delay_ms, due_at, reason } = event.data;
    const side = phase === 'run' ? this.runOf(step_name) : this.undoOf(step_name);
    holds(attempt === side.attempt + 1 && due_at === event.at + delay_ms && delay_ms >= 0, 'a retry says which attempt and when');
    if (reason === 'interrupted') {
      holds(side.status === 'running' && delay_ms === 0, 'only what runs is interrupted, and goes on at once');
      side.interruptions++;
      if (phase === 'run') this.active.delete(step_name);
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

  // --- blocks ---------------------------------------------------------------------------------

  private openBlock({ step_name, kind, items, choice }: EventData['block.opened']): void {
    const node = this.policies.get(step_name);
    holds(node?.kind === 'block' && node.plan.kind === kind && this.active.delete(step_name), `a block opens when its step begins: ${step_name}`);
    const times = this.begun.get(step_name)!;
    const list = items && 'value' in items ? (items.value as unknown[]) : [];
    this.blocks.set(step_name, {
      node,
      path: times > 1 ? `${step_name}#${times}` : step_name,
      lanes: new Map(),
      items: list.length,
      ...(choice ? { chosen: choice.lane } : {}),
      stopping: false,
      closed: false,
    });
  }

  private startLane({ step_name, lane, position }: EventData['strand.started']): void {
    const block = this.blockOf(step_name);
    this.active.delete(step_name);
    const { plan, lanes } = block.node;
    holds(!block.closed && !block.stopping && !this.cancelled && this.order === undefined, `a lane begins in a block that goes on: ${step_name}/${lane}`);
    holds(!block.lanes.has(lane), `a lane begins once: ${step_name}/${lane}`);
    const running = [...block.lanes.values()].filter((state) => state === 'running').length;
    const most = plan.kind === 'foreach' ? plan.concurrency : plan.kind === 'parallel' ? lanes.length : 1;
    holds(running < most, `no more lanes at once than the plan says: ${step_name}`);
    if (plan.kind === 'foreach' || plan.kind === 'while') holds(lane === String(block.lanes.size), `items and rounds begin in order: ${step_name}/${lane}`);
    if (plan.kind === 'foreach') holds(block.lanes.size < block.items, `no lane without an item: ${step_name}/${lane}`);
    if (plan.kind === 'branch') holds(lane === block.chosen, `the branch that was chosen is taken: ${step_name}/${lane}`);
    const shape = lanes.find((each) => each.name === lane) ?? lanes[0]!;
    holds(position === shape.from, `a lane begins with its first step: ${step_name}/${lane}`);
    block.lanes.set(lane, 'running');
    this.lines.set(`${block.path}/${lane}`, { position, end: shape.to, of: { block: step_name, lane } });
  }

  private endLane({ step_name, lane, outcome }: EventData['strand.ended']): void {
    const block = this.blockOf(step_name);
    const line = this.lines.get(`${block.path}/${lane}`);
    holds(line !== undefined && block.lanes.get(lane) === 'running' && line.inside === undefined, `a lane ends once, inside of no step: ${step_name}/${lane}`);
    if (outcome === 'completed') holds(line.position >= line.end || this.answered(), `a lane completes after its last step: ${step_name}/${lane}`);
    if (outcome === 'stopped') holds(this.isStopping(line), `a lane is stopped with its block only: ${step_name}/${lane}`);
    block.lanes.set(lane, outcome);
    line.ended = true;
  }

  /** An answer given within blocks ends them all. */
  private answered(): boolean {
    return [...this.policies].some(([name, node]) => node.kind === 'activity' && node.responds && this.runs.get(name)?.status === 'done');
  }

  private completeBlock(name: string): void {
    const block = this.blocks.get(name);
    if (!block || block.closed) return;
    this.closeBlock(name);
    const ends = [...block.lanes.values()];
    const completed = ends.filter((end) => end === 'completed').length;
    const { plan, lanes } = block.node;
    if (this.answered()) return;
    if (plan.kind === 'parallel' && plan.wait !== 'all') holds(completed >= plan.wait, `enough lanes have completed: ${name}`);
    if (plan.kind === 'parallel' && plan.wait === 'all') holds(ends.length === lanes.length && completed > 0, `all lanes have ended: ${name}`);
    if (plan.kind === 'foreach') holds(ends.length === block.items, `all items were worked on: ${name}`);
    if (plan.kind === 'branch' || plan.kind === 'retry') holds(ends.at(-1) === 'completed', `the last lane has completed: ${name}`);
    const strict = plan.kind === 'while' || ((plan.kind === 'parallel' || plan.kind === 'foreach') && plan.errors === 'fail_fast');
    if (strict && !(plan.kind === 'parallel' && plan.wait !== 'all')) holds(completed === ends.length, `no lane of a block that completes has failed: ${name}`);
  }

  /** Its step is at its end. By a cancel or past the deadline its lanes are left as they stand. */
  private closeBlock(name: string): void {
    const block = this.blocks.get(name);
    if (!block || block.closed) return;
    block.closed = true;
    if (!this.cancelled) holds(![...block.lanes.values()].includes('running'), `a block ends after all of its lanes: ${name}`);
  }

  private isStopping(line: Line): boolean {
    for (let at: Line | undefined = line; at?.of; at = this.lineOf(at.of.block)) if (this.blocks.get(at.of.block)?.stopping) return true;
    return false;
  }

  private hasOpenBlock(): boolean {
    return [...this.blocks.values()].some((block) => !block.closed);
  }

  private anyAsleep(): boolean {
    return [...this.runs.values()].some(({ status }) => status === 'waiting' || status === 'retrying');
  }

  private blockOf(name: string): BlockBook {
    const block = this.blocks.get(name);
    holds(block !== undefined, `${name} is a block that has begun`);
    return block;
  }

  private get root(): Line {
    return this.lines.get('')!;
  }

  /** The strand that a step runs in; that of a lane of one step has the name of the step. */
  private lineOf(name: string): Line {
    const line = this.lines.get(name) ?? this.lines.get(name.slice(0, Math.max(0, name.lastIndexOf('/'))));
    holds(line !== undefined, `${name} runs in a strand that has begun`);
    return line;
  }

  // --- undoing --------------------------------------------------------------------------------

  private compensating(data: EventData['saga.compensating']): void {
    holds(this.order === undefined && this.active.size === 0, 'an undoing begins once, with nothing under way');
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
    this.active.delete(name);
  }

  private complete(name: string, next?: number): void {
    this.completed = [...this.completed.filter((each) => each !== name), name];
    this.leave(name, next);
  }

  /** Its strand goes on behind it. */
  private leave(name: string, next = this.policies.get(name)!.index + 1): void {
    const line = this.lineOf(name);
    line.position = next;
    line.inside = undefined;
  }

  private end(event: LogEvent): void {
    this.ended = event.type;
    this.active.clear();
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
    if (node?.kind === 'block') return node.plan.kind === 'retry' ? node.plan.policy : undefined;
    return node?.kind === 'activity' ? node.retry : undefined;
  }

  private undoPolicy(name: string): RetryPolicy {
    return (this.activity(name).compensate as Activity).retry ?? COMPENSATION_RETRY;
  }

  private onError(name: string): 'stop' | 'skip' | 'continue' | 'compensate' {
    return this.ownOnError(name) ?? (this.pipeline.saga ? 'compensate' : this.pipeline.on_error);
  }

  private ownOnError(name: string) {
    const node = this.policies.get(name)!;
    return node.kind === 'conditional' ? undefined : node.on_error;
  }

  private whenOverTime(): 'stop' | 'compensate' {
    return this.pipeline.saga !== undefined || this.pipeline.on_error === 'compensate' ? 'compensate' : 'stop';
  }
}

/** The pause that a policy asks for after so many failures, less jitter. */
function pause({ backoff, initial_delay_ms, max_delay_ms, multiplier = 2 }: RetryPolicy, failures: number): number {
  const factor = { fixed: 1, linear: failures, exponential: multiplier ** (failures - 1) }[backoff];
  return Math.min(max_delay_ms, initial_delay_ms * factor);
}
