/** The surroundings of a step while it is compiled. */
import type { RetryPolicy } from '#contracts/definition';
import type { Place } from '#language/checker';

export interface PipelineScope {
  /** Step names to node indexes, in order. */
  names: ReadonlyMap<string, number>;
  stepNames: ReadonlySet<string>;
  /** The pipeline's own `retry`, for effect steps without one. */
  retry: RetryPolicy | undefined;
  /** Told of every database that a step names. */
  usesDatabase(name: string, place: Place): void;
  /** Told of everything else of the application that a step's settings name (`names: 'machine'` in the schema). */
  refers(kind: string, name: string, place: Place): void;
}
