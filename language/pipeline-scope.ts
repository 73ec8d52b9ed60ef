/** The surroundings of a step while it is compiled. */
import type { BreakerPolicy } from '#contracts/breaker';
import type { BlockKind } from '#contracts/events';
import type { Lane, RetryPolicy } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import type { Place } from '#language/checker';
import type { Asking } from '#language/compile-callers';
import type { SourceNode } from '#language/source';
import type { StepView } from '#language/step-view';

/** What a thing hands on to a step that names it: settings that the step may lack, and what stands in the place of the name. */
export interface Handed {
  settings?: JsonObject;
  instead?: Json;
}

export interface PipelineScope {
  /** Names of the steps of this lane to node indexes, in order: where a jump may lead. */
  names: ReadonlyMap<string, number>;
  /** What a step may read: those of its lane, of the lanes around it, and of the ways of branches and loops. */
  steps: StepView;
  /** The pipeline's own `retry`, for effect steps without one. */
  retry: RetryPolicy | undefined;
  /** That of the block around, for effect steps without one. */
  breaker?: BreakerPolicy;
  /** That of the step before, for steps without one that call over HTTP. */
  gate?: BreakerPolicy;
  /** The blocks around, the outermost first. */
  around: readonly BlockKind[];
  /** How long each call may take, ms, by the block around, for effect steps without a timeout. */
  timeout_ms?: number;
  /** Told of every step that asks who sent the request. */
  asks(asking: Asking): void;
  /** Told of every database that a step names. */
  usesDatabase(name: string, place: Place): void;
  /** Told of everything else of the application that a step's settings name (`names: 'machine'` in the schema); gives what the step takes over from it. */
  refers(kind: string, name: string, place: Place): Handed;
  /** Compiles the steps of a block's lane behind those that are there already. `unnamed`: what a step without a name is called. */
  lane(steps: Place, items: readonly SourceNode[], kind: BlockKind, scope: PipelineScope, unnamed?: (index: number) => string): Pick<Lane, 'from' | 'to'>;
}
