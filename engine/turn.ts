/**
 * One turn in the making: the state as it evolves, the events that made it so, and what has to go out afterwards.
 *
 * Invariants
 * 1. `emit` is the only way to change anything; the draft is always the fold of what was emitted.
 * 2. What a pipeline's `mask` hides is hidden before the draft or the log has it: nothing can fold to what was not written.
 * 3. Numbers are contiguous from the state that the turn began with.
 */
import type { Board } from '#contracts/debugging';
import type { Definition, Pipeline } from '#contracts/definition';
import type { EventData, EventType, LogEvent } from '#contracts/events';
import type { Activity } from '#contracts/graph';
import type { JsonObject } from '#contracts/json';
import type { PerformEffect } from '#contracts/step';
import { boundedFacts } from '#engine/bounded-facts';
import { contextParts } from '#engine/context';
import { draftOf } from '#engine/draft';
import { effectOf } from '#engine/effect';
import { apply } from '#engine/evolve';
import type { EvaluationFrame, Evaluator, EventMask } from '#engine/ports';
import { type AttemptName, attemptId, type ExecutionState, isActive, isStarted, type StartedState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { ROOT, type Visit } from '#engine/strands';

/** What deciding may lean on: the pinned definition, and the evaluator. */
export interface World {
  definition: Definition;
  evaluator: Evaluator;
  /** Builds the context of `dialect.md` from its parts (`language/scope`). */
  context(parts: ReturnType<typeof contextParts>): JsonObject;
  /** Breakpoints and mocks of the pipeline. */
  board?: Board;
  /** What a pipeline's `mask` leaves of an event's data. Without it, data is taken as it is: from a log that was masked when it was written. */
  mask?: EventMask;
}

/** Steps without I/O in one turn, so that no turn is endless. */
const STEPS_PER_TURN = 100;

/** Events after which a step sees something else. */
const CONTEXT_CHANGES: ReadonlySet<EventType> = new Set(['step.completed', 'step.failed', 'step.skipped', 'conditional.routed', 'strand.ended']);

/** Events after which a block may go on. */
const BLOCK_CHANGES: ReadonlySet<EventType> = new Set(['block.opened', 'strand.ended', 'block.stopping']);

export class Turn {
  draft: ExecutionState;
  readonly events: LogEvent[] = [];
  readonly effects: PerformEffect[] = [];
  /** The budget of steps is used up; the run goes on in a turn of its own. */
  unfinished = false;
  budget = STEPS_PER_TURN;
  readonly now: number;
  readonly random: number;
  readonly world: World;
  /** Blocks to be looked at: something happened to them in this turn. */
  readonly changed = new Set<string>();
  /** By strand. */
  readonly #frames = new Map<string, EvaluationFrame>();

  constructor(state: ExecutionState, now: number, random: number, world: World) {
    this.draft = isStarted(state) ? draftOf(state) : state;
    this.now = now;
    this.random = random;
    this.world = world;
  }

  emit<T extends EventType>(type: T, given: EventData[T]): void {
    const data = boundedFacts<T>(this.#masked(type, given));
    const event = { seq: this.draft.seq + 1, at: this.now, type, data } as unknown as LogEvent;
    this.events.push(event);
    this.draft = apply(this.draft, event);
    if (BLOCK_CHANGES.has(type)) this.changed.add((data as { step_name: string }).step_name);
    if (CONTEXT_CHANGES.has(type) || this.#runsAgain(event)) this.#frames.clear();
  }

  #masked<T extends EventType>(type: T, data: EventData[T]): EventData[T] {
    const { definition, mask } = this.world;
    if (!mask) return data;
    const { pipeline, tenant_id } = type === 'execution.started' ? (data as EventData['execution.started']) : this.started.facts;
    const rules = definition.pipelines[pipeline]?.mask;
    return rules ? mask(rules, tenant_id, type, data) : data;
  }

  /** A step that runs again loses its earlier output by beginning. */
  #runsAgain(event: LogEvent): boolean {
    return event.type === 'step.started' && event.data.attempt === 1 && (this.started.steps[event.data.step_name]?.runs ?? 1) > 1;
  }

  /** To be performed once the events are on disk. */
  effect(activity: Activity, step: string, phase: 'run' | 'compensate'): void {
    this.effects.push(effectOf(this.started, this.pipeline, activity, step, phase));
  }

  /** The attempt of this turn that has not gone out. */
  pending(step: string): PerformEffect | undefined {
    return this.effects.find((effect) => effect.step === step && effect.phase === 'run');
  }

  recall(effect: PerformEffect): void {
    this.effects.splice(this.effects.indexOf(effect), 1);
  }

  get started(): StartedState {
    return this.draft as StartedState;
  }

  get pipeline(): Pipeline {
    return this.world.definition.pipelines[this.started.facts.pipeline]!;
  }

  /** Since the start, ms. */
  get age(): number {
    return this.now - this.started.started_at;
  }

  /** Since the attempt under way began, ms. */
  elapsed(step: string, phase: 'run' | 'compensate'): number {
    const active = this.started.active[attemptId(step, phase)];
    return active ? this.now - active.started_at : 0;
  }

  /** Stale, doubled and late outcomes name an attempt that is not. */
  isUnderWay({ step, phase, run, attempt }: AttemptName): boolean {
    return !hasEnded(this.draft) && isActive(this.started, { step, phase, run, attempt });
  }

  /** Where a step that has begun stands. */
  visitOf(step: string): Visit | undefined {
    const known = this.started.steps[step];
    const node = known && this.pipeline.nodes[known.index];
    return node && { node, name: step, strand: known.strand ?? ROOT };
  }

  /** What a step of this strand sees now. */
  frame(strand: string): EvaluationFrame {
    const known = this.#frames.get(strand);
    if (known) return known;
    const frame: EvaluationFrame = {
      definition: this.world.definition,
      pipeline: this.pipeline,
      context: this.world.context(contextParts(this.started, this.pipeline, this.now, strand)),
      now: this.now,
    };
    this.#frames.set(strand, frame);
    return frame;
  }
}

/** `{[key]: value}`, or nothing: events leave out what is not there. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
