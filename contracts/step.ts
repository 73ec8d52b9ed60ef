/**
 * What the rooms need to know of a step without knowing its code: the facts that `language` checks
 * a document against, and the outcome that `engine` turns into events.
 */
import type { ZodType } from 'zod';
import type { BreakerOrder } from '#contracts/breaker';
import type { BlockKind } from '#contracts/events';
import type { FlagVerdict } from '#contracts/flag';
import type { Json, JsonObject } from '#contracts/json';
import type { ErrorInfo } from '#contracts/problems';
import type { WaitOrder } from '#contracts/waiting';

/** How the engine treats a step type. `activity` is the open set, the rest is closed: a conditional, and the blocks. */
export type StepKind = 'activity' | 'conditional' | BlockKind;

/** The facts of one step type, as the registry tells them. */
export interface StepFacts {
  type: string;
  summary: string;
  kind: StepKind;
  /** No I/O: runs inside the object's turn, in the same row as its neighbours. */
  pure: boolean;
  responds: boolean;
  /** Calling it twice does no harm even without a key (reads). */
  idempotent: boolean;
  defaultTimeoutMs: number;
  /** Schema of `config`. Its `.meta()`/`.describe()` texts become the reference. */
  schema: ZodType;
  /** Keys of `config` whose value is a path (`steps.x.output`), checked for unknown steps at load. */
  paths: readonly string[];
  /** Needs the body of the request as it came, at `trigger.raw_body`. */
  rawBody?: boolean;
  /** Keys of `config` that are conditions, not templates; `language` leaves them as source. */
  expressions: readonly string[];
  /** A conditional that a feature flag decides: the settings that name the step to go to. */
  chooses?: { by: 'flag'; yes: string; no: string };
  /** Keys of `config` that are programs in a language of their own. */
  programs?: { readonly [key: string]: ProgramFacts };
  /** It waits for a signal: `early` ones are kept for it, `guarded` ones are checked by the step, so it has to wait first. */
  waits?: 'early' | 'guarded';
  /** It starts the next run of its own pipeline, and this one ends. */
  continues?: true;
  /** It puts a circuit breaker around others: `within` around the steps it is made of (a block of the kind `retry`), `after` around those behind it that call over HTTP. */
  guards?: 'within' | 'after';
  /** It asks who sent the request, so that the token is checked where that arrives. */
  caller?: true;
  /** It calls over HTTP, so that the host it calls has a circuit breaker. */
  calls?: true;
  /** To be awaited before a program of the step is checked or run; costs nothing after the first time. */
  load?: () => Promise<void>;
}

/** A fault of a program, with its place in the text in UTF-16 units. */
export interface ProgramFault {
  message: string;
  start: number;
  end: number;
}

/** Where a program names a step of its context. */
export interface StepMention {
  step: string;
  start: number;
  end: number;
}

/** What can be said of a program before it runs. */
export interface ProgramFacts {
  /** Its first fault. */
  fault(source: string): ProgramFault | undefined;
  /** The steps that one without a fault is certain to read; `settings` are those around it, as they are written. */
  mentions?(source: string, settings: JsonObject): readonly StepMention[];
  /** To be awaited before either is asked for, beside the step's own `load`. */
  load?(): Promise<void>;
}

export type StepCatalog = ReadonlyMap<string, StepFacts>;

/** Where in a resolved input a secret's name stands as `${name}`; filled in at the last moment, never logged. */
export interface SecretRef {
  path: (string | number)[];
  /** Offset in UTF-16 units of the `$`. */
  start: number;
  name: string;
}

/**
 * What came of an attempt. `sleep` asks for a durable timer; the step completes when it fires. `wait` asks for a signal
 * from outside; what the step makes of it, or of its absence in time, is an outcome again. `refused` was never made:
 * what that comes to is the engine's to say.
 */
export type StepOutcome =
  | { kind: 'completed'; output: Json; response?: JsonObject }
  | { kind: 'failed'; error: ErrorInfo }
  | { kind: 'sleep'; until: number; output: Json }
  | { kind: 'wait'; wait: WaitOrder }
  /** Its breaker did not let it go out. `kept`: the last good result of the same call. */
  | { kind: 'refused'; breaker: string; retry_after_ms: number; kept?: { output: Json; response?: JsonObject } };

/** What an HTTP caller gets. `body` is text (base64 for bytes when `encoding` says so). */
export interface HttpAnswer {
  status: number;
  headers: { [name: string]: string };
  body: string;
  encoding?: 'base64';
}

/** An attempt that may go out: everything it needs, and nothing of the engine. */
export interface PerformEffect {
  kind: 'perform';
  tenant: string;
  workflow: string;
  environment: string;
  pipeline: string;
  execution_id: string;
  /** Content hash of the definition that the execution is pinned to. */
  definition: string;
  step: string;
  phase: 'run' | 'compensate';
  /** How often the execution has come by the step, this time included; more than once only through jumps. */
  run: number;
  attempt: number;
  type: string;
  input: Json;
  secrets: SecretRef[];
  timeout_ms: number;
  breaker?: BreakerOrder;
  /** Sent upstream as `Idempotency-Key`. */
  idempotency_key: string;
  /** The key was given or asked for: a stored result is returned instead of a second effect, tenant-wide. */
  dedupe: boolean;
  /** Compensations of a deduplicated step: the key whose stored result is void once this has happened, and who had that effect. */
  undoes?: { key: string; by: string };
  /** How long a stored result lives, ms. */
  dedupe_ttl_ms: number;
  /** Goes to the queue instead of being performed in the object. */
  detached: boolean;
  trace_id: string;
  /** Of the execution, for what it starts in turn. */
  caller: { workflow_id: string; version: number; depth: number };
}

/**
 * What a step sees of its execution: the context of `dialect.md`, read only.
 * `steps.X` carries the output's fields, and, not enumerable, `output` and `response`.
 */
export interface Scope {
  context: JsonObject;
  /** The value at a dotted path, `undefined` when missing. `steps.X.output.Y` and `steps.X.Y` are the same. */
  lookup(path: string): Json | undefined;
  /** Condition in the dialect's expression language. Throws Problem('expression_error'). */
  test(expression: string): boolean;
  /** What a feature flag of the application says of a user. */
  flag(name: string, user: string | undefined): FlagVerdict;
  /** What a program may take here, where the document says so for the tenant, bytes. */
  transform_bytes?: number;
  /** Epoch ms of this turn. */
  now: number;
}
