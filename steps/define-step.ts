/**
 * How a step type describes itself: one file, one zod schema, everything else derived from it
 * (validation at load, reference docs, JSON Schema for editors, form metadata).
 *
 * Two kinds of steps:
 * - pure: `run` is synchronous and without I/O; it happens inside the object's turn.
 * - effect: `perform` may do I/O through its context's ports only; it happens after its lease is on disk.
 */
import type { z } from 'zod';
import type { ActorMessage } from '#contracts/actor';
import type { BreakerView } from '#contracts/breaker';
import type { Json, JsonObject } from '#contracts/json';
import type { MachineAnswer, MachineInstance } from '#contracts/machine';
import type { ErrorInfo } from '#contracts/problems';
import type { HttpAnswer, ProgramFacts, Scope, StepFacts, StepKind, StepOutcome } from '#contracts/step';
import type { SentSignal, Signal } from '#contracts/waiting';

/** Ports of an effect. Secrets are already filled in. Throw `Problem` to fail with a code. */
export interface EffectContext {
  tenant: string;
  workflow: string;
  environment: string;
  pipeline: string;
  execution_id: string;
  step: string;
  attempt: number;
  /** Aborts at the step's timeout or on cancel. */
  signal: AbortSignal;
  /** Key of this effect: same for every attempt. Send it along, or use it to refuse a second effect. */
  idempotency_key: string;
  trace_id: string;
  span_id: string;
  /** Epoch ms. */
  now(): number;
  http: HttpPort;
  databases: DatabasePort;
  bus: BusPort;
  machines: MachinePort;
  artifacts: ArtifactPort;
  actors: ActorPort;
  calls: CallPort;
  breakers: BreakerLook;
  revocations: RevocationPort;
  platform: PlatformPort;
}

/** The platform's own API, as anybody with the key finds it: the same door, called without leaving the process. */
export interface PlatformPort {
  /** Any status is an answer. Throws Problem: forbidden (not an operation for steps, no key of this company), response_too_large. */
  call(request: {
    /** Route of the operation: `POST /workflows`. */
    operation: string;
    params: Record<string, string>;
    query: Record<string, string>;
    body?: Json;
    /** An API key of the company. */
    credential: string;
  }): Promise<HttpReply>;
}

/** Tokens that modules of the application have issued. */
export interface RevocationPort {
  /** `until`: when the token ends by itself, epoch ms. Again changes nothing. */
  revoke(issuer: string, jti: string, until: number): Promise<void>;
}

/** Circuit breakers of the tenant, as this isolate knows them. */
export interface BreakerLook {
  look(name: string): Promise<BreakerView>;
}

/** Executions of this tenant, started by a step of another. The same step always starts the same one. */
export interface CallPort {
  /** Throws Problem: unknown_pipeline, not_deployed, ambiguous_pipeline, call_too_deep. */
  start(call: { workflow: string; pipeline?: string; input: Json; waits: boolean }): Promise<Called>;
  /** The next run of the step's own pipeline, in the same version; however many there have been. Throws Problem: unknown_pipeline. */
  goOn(input: Json): Promise<Omit<Called, 'end'>>;
}

export interface Called {
  execution_id: string;
  workflow: string;
  pipeline: string;
  /** What it came to, if it has ended already. */
  end?: { output: Json } | { error: ErrorInfo };
}

/** Outbound HTTP. The only way out: it refuses private addresses in hosted mode, and knows local host aliases. */
export interface HttpPort {
  /** Throws Problem: invalid_url, address_refused, port_refused, connection_failed, step_timeout, response_too_large. Any status is an answer. */
  fetch(request: {
    url: string;
    method: string;
    headers: Record<string, string>;
    body?: string;
    /** Ends this call earlier than the step's own timeout, ms. */
    timeout_ms?: number;
    /** Bound of the answer's body, bytes; never above the platform's. */
    max_response_bytes?: number;
  }): Promise<HttpReply>;
}

/** Header names are lower case. `body` is text; bytes that are not UTF-8 come as base64, and `encoding` says so. */
export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: string;
  encoding?: 'base64';
}

/** The application's SQLite databases. Throws Problem('database_error'). */
export interface DatabasePort {
  query(database: string, sql: string, params: Json[]): Promise<{ rows: JsonObject[] }>;
  /** With `key`, statement and key are committed together: the same key again answers the first result. Without one it is done each time. */
  exec(database: string, sql: string, params: Json[], key: string | null): Promise<ExecResult>;
}

/** `reused`: the key was known, so this is the first result and nothing was done. */
export interface ExecResult {
  affected_rows: number;
  last_id: number | null;
  rows: JsonObject[];
  reused?: boolean;
}

export interface BusPort {
  /** Hands the event to the region's bus; `key` orders events that share it. Throws Problem('publish_failed'). */
  publish(event: { id: string; topic: string; data: Json; schema?: string; key?: string }): Promise<void>;
}

/** State machines of the application, by their name or their engine's. Throws Problem: what the machine refuses, unknown_machine, invalid_id. */
export interface MachinePort {
  create(machine: string, id: string, order: { data: JsonObject; transition?: string }, key: string): Promise<MachineMoved>;
  move(machine: string, id: string, order: { transition: string; data: JsonObject; expected_state?: string }, key: string): Promise<MachineMoved>;
  read(machine: string, id: string): Promise<MachineInstance | null>;
}

/** Actors of the application. Throws Problem: what the actor says, step_timeout, step_config_invalid. */
export interface ActorPort {
  /** With `wait_ms` it waits for the reply; without, only until the message is on disk. */
  tell(
    pool: string,
    order: { identity?: string; message: ActorMessage; wait_ms: number },
    key: string,
  ): Promise<{ identity: string; seq: number; reply?: JsonObject; execution_id?: string }>;
}

/** Files of the application. Throws Problem('connection_failed'). */
export interface ArtifactPort {
  put(store: string, key: string, bytes: Uint8Array, contentType: string): Promise<{ etag: string }>;
  get(store: string, key: string): Promise<{ bytes: Uint8Array; content_type: string; etag: string } | null>;
  /** In the order of their keys. */
  list(
    store: string,
    page: { prefix: string; limit: number; cursor?: string },
  ): Promise<{ items: { key: string; size: number; etag: string; uploaded_at: string }[]; next: string | null }>;
  delete(store: string, key: string): Promise<void>;
}

export type MachineMoved = Extract<MachineAnswer, { ok: true }>;

/** What a step says of the HTTP pipeline that it stands in. */
export interface HttpPart {
  /** JSON Schema of the body that it asks for. */
  body?: JsonObject;
  /** What it answers. A status that is only known at run time is left out. */
  answer?: { status?: number; media_type: string };
}

interface StepBase<Schema extends z.ZodType> {
  /** `step.…` */
  type: string;
  /** One sentence, shown in the reference, the editor and the builder. */
  summary: string;
  kind?: StepKind;
  guards?: StepFacts['guards'];
  caller?: StepFacts['caller'];
  chooses?: StepFacts['chooses'];
  config: Schema;
  /** A step in YAML that shows it in use; linted and run by the tests. */
  example: string;
  /** What the output looks like, in words. */
  output: string;
  /** Keys of `config` that hold a path into the context. */
  paths?: readonly string[];
  /** Keys of `config` that hold a condition. */
  expressions?: readonly string[];
  /** Keys of `config` that hold a program, with what is known of one; mark their schema `literal`. */
  programs?: { readonly [key: string]: ProgramFacts };
  /** What must be there before a program of the step is checked or run; once in each isolate. */
  load?: () => Promise<void>;
  /** For the description of the application's API, from the settings as they are written. */
  describe?(settings: JsonObject): HttpPart;
  /** Turns the checked settings into the input that the log keeps. Default: the settings themselves. */
  prepare?(config: z.output<Schema>, scope: Scope): Json;
}

export interface PureStep<Schema extends z.ZodType = z.ZodType> extends StepBase<Schema> {
  pure: true;
  /** `input` is what `prepare` gave. May throw Problem. */
  run(input: never, scope: Scope): StepOutcome;
  /** Makes the step a responding one: the pipeline ends, and this is the HTTP answer. */
  answer?(input: never): HttpAnswer;
  /** Makes the step one that waits (its `run` gives `wait`): what a signal, or with `null` its absence in time, comes to. */
  receive?(input: never, signal: Signal | null): StepOutcome;
  /** Refuses an answer at the door, while its sender still waits for it. Throws Problem: not_an_approver, invalid_signal, schema_mismatch. */
  admit?(input: never, signal: SentSignal): void;
  /** With `admit`: signals are also taken before it waits. `admit` gets the settings as they are written then, so it may only look at literal ones. */
  early?: true;
}

export interface EffectStep<Schema extends z.ZodType = z.ZodType> extends StepBase<Schema> {
  pure: false;
  /** Calling it twice does no harm even without a key. */
  idempotent?: boolean;
  /** Needs the body of the request as it came: pipelines with it keep `trigger.raw_body`. */
  rawBody?: boolean;
  defaultTimeoutMs?: number;
  /** The topic it publishes to, from the settings as they are written. */
  publishes?(settings: JsonObject): Json | undefined;
  /** URL that it calls: the host has a circuit breaker where the author asks for one. */
  target?(input: never): string;
  /** Starts the next run of its own pipeline: its output is `{execution_id}`, and this run ends. */
  continues?: true;
  /** Makes the step one that may wait (its `perform` gives `wait`): what the end of that, or with `null` its absence in time, comes to. */
  receive?(input: never, signal: Signal | null): StepOutcome;
  perform(input: never, context: EffectContext): Promise<StepOutcome>;
}

export type StepDefinition = PureStep<z.ZodType> | EffectStep<z.ZodType>;

/** Identity, for inference of `config`'s type in `prepare`. */
export function defineStep<Schema extends z.ZodType>(step: PureStep<Schema> | EffectStep<Schema>): StepDefinition {
  return step as unknown as StepDefinition;
}

export function factsOf(step: StepDefinition, defaultTimeoutMs: number): StepFacts {
  return {
    type: step.type,
    summary: step.summary,
    kind: step.kind ?? 'activity',
    pure: step.pure,
    responds: step.pure && step.answer !== undefined,
    idempotent: step.pure || (step.idempotent ?? false),
    defaultTimeoutMs: (step.pure ? undefined : step.defaultTimeoutMs) ?? defaultTimeoutMs,
    schema: step.config,
    paths: step.paths ?? [],
    expressions: step.expressions ?? [],
    ...(step.chooses ? { chooses: step.chooses } : {}),
    ...(step.programs ? { programs: step.programs } : {}),
    ...(step.load ? { load: step.load } : {}),
    ...(step.guards ? { guards: step.guards } : {}),
    ...(step.caller ? { caller: true as const } : {}),
    ...(!step.pure && step.target ? { calls: true as const } : {}),
    ...(!step.pure && step.rawBody ? { rawBody: true } : {}),
    ...(!step.pure && step.continues ? { continues: true as const } : {}),
    ...(step.receive ? { waits: step.pure && step.admit && !step.early ? ('guarded' as const) : ('early' as const) } : {}),
  };
}
