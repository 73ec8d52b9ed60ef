/**
 * What the engine asks of the world, as ports.
 *
 * Evaluator: pure and synchronous; it renders templates, tests conditions, runs steps without I/O.
 * Performer: has the effects. It knows nothing of the engine; it gets an effect and gives an outcome.
 */
import type { Definition, Pipeline } from '#contracts/definition';
import type { EventData, EventType } from '#contracts/events';
import type { Activity, Choice } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import type { MaskRules } from '#contracts/mask';
import type { ErrorInfo } from '#contracts/problems';
import type { HttpAnswer, PerformEffect, SecretRef, StepOutcome } from '#contracts/step';
import type { Stop } from '#contracts/stop';
import type { SentSignal, Signal } from '#contracts/waiting';

export type { PerformEffect };

/** Fields of `meta` in a step's context. */
export type Meta = JsonObject;

/** Result of filling in an activity's settings. */
export type Resolved = { kind: 'ready'; input: Json; secrets: SecretRef[]; idempotency_key?: string } | { kind: 'error'; error: ErrorInfo };

export type Verdict = { kind: 'value'; value: boolean } | { kind: 'error'; error: ErrorInfo };

export type Routing = { kind: 'routed'; value: Json; route: string; target: number } | { kind: 'error'; error: ErrorInfo };

export type Found = { kind: 'value'; value: Json } | { kind: 'error'; error: ErrorInfo };

export interface EvaluationFrame {
  definition: Definition;
  pipeline: Pipeline;
  /** The context of `dialect.md`: trigger, steps, meta, and the flat fields. */
  context: JsonObject;
  /** Epoch ms; what `now` renders. */
  now: number;
}

export interface Evaluator {
  /** Render templates, check against the step's schema, compute the input. Never throws. */
  resolve(stepName: string, activity: Activity, frame: EvaluationFrame): Resolved;
  /** Condition of `if` and `skip_if`. Never throws. */
  test(expression: string, frame: EvaluationFrame): Verdict;
  /** Where a conditional goes. Never throws. */
  route(node: Choice & { name: string }, frame: EvaluationFrame): Routing;
  /** A setting that is a path, a template, or the value itself. Never throws. */
  value(source: Json, frame: EvaluationFrame): Found;
  /** Run a step without I/O. Never throws. */
  run(type: string, input: Json, frame: EvaluationFrame): StepOutcome;
  /** The HTTP answer of a responding step, from its recorded input. */
  answer(type: string, input: Json): HttpAnswer;
  /** An input that somebody gives in place of the one the settings give, checked against the step's schema. Never throws. */
  accept(stepName: string, activity: Activity, given: JsonObject, frame: EvaluationFrame): Resolved;
  /** Whether a step that waits takes this answer from this sender; the fault if not. Never throws. */
  admit(type: string, input: Json, signal: SentSignal): ErrorInfo | undefined;
  /** What a step that waited makes of a signal, or, with `null`, of its absence in time. Never throws. */
  receive(type: string, input: Json, signal: Signal | null, frame: EvaluationFrame): StepOutcome;
}

/** An event's data without what the rules hide. Pure: the same data gives the same. */
export type EventMask = <T extends EventType>(rules: MaskRules, tenant: string, type: T, data: EventData[T]) => EventData[T];

export interface Performer {
  /** Never throws: whatever happens is an outcome. `stop` ends it when the execution is cancelled or over time. */
  perform(effect: PerformEffect, stop: Stop): Promise<StepOutcome>;
}
