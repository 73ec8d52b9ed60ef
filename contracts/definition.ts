/**
 * The compiled form of an application: a closed graph, free of YAML, that the engine can switch over
 * exhaustively. It is stored under its content hash, and an execution is pinned to that hash for life.
 *
 * Invariants
 * 1. Plain JSON: it goes to R2 and comes back equal.
 * 2. Every jump target is an index into `nodes`; nothing is looked up by name at run time.
 * 4. The steps of a block stand in `nodes` too, behind those of the pipeline itself: a lane is a range of them. No jump
 *    leads out of its lane.
 * 3. Templates and expressions stay source text here; `language` compiles them once per isolate.
 */

import type { ActorPool } from '#contracts/actor';
import type { BreakerPolicy } from '#contracts/breaker';
import type { TriggerType } from '#contracts/events';
import type { FlagRules } from '#contracts/flag';
import type { Json, JsonObject } from '#contracts/json';
import type { Machine } from '#contracts/machine';
import type { MaskRules } from '#contracts/mask';
import type { Observation } from '#contracts/observation';
import type { ProblemCode } from '#contracts/problems';
import type { AppBounds } from '#contracts/quota';
import type { ResidencyRule } from '#contracts/residency';

export interface Definition {
  format: 1;
  /** Hex SHA-256 of the canonical document. */
  hash: string;
  name: string;
  description?: string;
  /** The author's own version text; the platform counts versions itself. */
  label?: string;
  pipelines: { [name: string]: Pipeline };
  routes: Route[];
  /** What the bus delivers to its pipelines. */
  subscriptions?: Subscription[];
  /** What is seen in several events together. */
  patterns?: EventPattern[];
  /** What starts by time. */
  schedules?: Schedule[];
  /** Modules that stand at the HTTP door, by name: they answer or guard routes without an execution. */
  doors?: { [module: string]: ModuleSpec };
  /** Files that came with the document, by their path in it. */
  files?: { [path: string]: FileRef };
  /** SQLite databases of the application, by the name that steps use. */
  databases: { [name: string]: DatabaseSpec };
  /** Stores of secrets that modules of the application open, by module name; the credential is named in them, not held. */
  secret_stores?: { [module: string]: SecretStoreSpec };
  /** What the template function `config` reads: settings of modules, by module name. */
  config: JsonObject;
  /** State machines by name. */
  machines?: { [name: string]: Machine };
  /** Pools of actors by name. */
  actors?: { [pool: string]: ActorPool };
  /** Shapes of data by name, for events that are published. */
  schemas?: { [name: string]: DataSchema };
  /** Feature flags by name. */
  flags?: FlagRules;
  /** How much of it runs at once, and how fast. */
  bounds?: AppBounds;
  /** Where executions live of pipelines that do not say it themselves; the first rule that matches holds. */
  residency?: ResidencyRule[];
  /** What is made of executions that have ended, beside their own logs. */
  observation?: Observation;
  /** What the description of the application says beside what is read off its routes. */
  api?: ApiDescription;
}

/** Of an application's own description. */
export interface ApiDescription {
  title?: string;
  version?: string;
  description?: string;
  servers?: { url: string; description?: string }[];
  /** Where it stands beside `/openapi.json`, and its page beside `/docs`. */
  path?: string;
  docs_path?: string;
}

/** A shape of data. */
export interface DataSchema {
  /** JSON Schema. */
  schema: JsonObject;
  /** The author's own. */
  version?: string;
}

export interface DatabaseSpec {
  type: string;
  /** Statements run once when the database is made, in order. */
  setup?: string[];
}

/** A file of the application; its bytes lie in the region's store under their hash. */
export interface FileRef {
  /** Hex SHA-256. */
  sha256: string;
  /** Bytes. */
  size: number;
}

/** A module's type and settings; secrets stand in them as `${NAME}`. */
export interface ModuleSpec {
  type: string;
  config: JsonObject;
  /** The file that it is made from, read. Secrets are not looked for in it. */
  document?: Json;
}

/** A store of secrets elsewhere, as its module writes it. What it names as `${NAME}` is filled in when it is opened. */
export interface SecretStoreSpec {
  /** As `contracts/secret-store.ts` has them, once filled in. */
  settings: JsonObject;
  credential: string;
}

/** An HTTP entrance: method and path of the application's origin, and who answers: a pipeline, or a module at the door. */
export interface Route {
  /** Upper case, or `*`. */
  method: string;
  /** `/orders/{id}`, `/files/{rest...}`. */
  path: string;
  pipeline?: string;
  /** A name of `doors`; exactly one of `pipeline` and `door` is there. */
  door?: string;
  /** Names of `doors` that the request passes first, in order. */
  middlewares?: string[];
  /** What the description of the application says of it. */
  summary?: string;
  description?: string;
  tags?: string[];
}

/** Events of a topic start a pipeline. */
export interface Subscription {
  /** `order.created`; a last `*` is any rest, a `*` before it any one segment. */
  topic: string;
  pipeline: string;
  /** Only events whose data names themselves so, under `event`, `type` or `event_type`. */
  event?: string;
  /** Condition over the event; only when true. */
  filter?: string;
  /** Of those of one name, the first that takes an event has it. */
  name?: string;
}

/** Several events that mean something together; a match starts a pipeline. */
export interface EventPattern {
  id: string;
  event_types: string[];
  window_ms: number;
  /** `count`: so many events of the types; `sequence`: each of the types so often. */
  condition: 'count' | 'sequence';
  min: number;
  /** 0: no bound. */
  max: number;
  /** Of a sequence: in the order of `event_types`. */
  ordered: boolean;
  /** Fields of an event's data whose value says what belongs together; the first that is there counts. */
  correlate_by: { [topic: string]: string[] };
  pipeline: string;
}

/** A pipeline that starts by time. */
export interface Schedule {
  /** Unique in the application. */
  name: string;
  pipeline: string;
  /** Five fields, or six with seconds first. */
  cron?: string;
  /** Instead of `cron`: a distance in ms, counted from midnight UTC of 1 January 1970. */
  every_ms?: number;
  /** IANA name; UTC when absent. */
  timezone?: string;
  /** The trigger's data beside the times. */
  params?: JsonObject;
  /** What happens when the run before has not ended. */
  overlap: 'allow' | 'skip' | 'cancel_previous';
  /** Which of the times that were missed are made up for. */
  catch_up: 'none' | 'last' | 'all';
  enabled: boolean;
}

export interface Pipeline {
  name: string;
  trigger: { type: TriggerType; config: JsonObject };
  /** What the data that start it have to be; `name` is that of `schemas`. */
  schema?: DataSchema & { name?: string };
  nodes: Node[];
  /** How many of the nodes are the pipeline's own; absent where it has no blocks, and all are. */
  main?: number;
  /** Nodes behind those of the pipeline that only undo: each holds what it does under `compensate`, and is never run forward. */
  compensation?: { from: number; to: number };
  on_error: OnError;
  /** From the start of the execution, ms. */
  timeout_ms?: number;
  strict_templates: boolean;
  /** The trigger keeps the body of the request as it came, at `raw_body`. */
  raw_body?: true;
  /** How its requests are signed: settings of the webhook's scheme, secrets as `${NAME}`. Checked before anything starts. */
  webhook?: JsonObject;
  /** It asks who sent the request: which module checks the token, and where the request carries it. */
  caller?: { module: string; token: { in: 'headers' | 'query' | 'body'; name: string } };
  /** How long a finished execution stays in its object before it is archived, ms; the region's default without it. */
  retention_ms?: number;
  idempotency?: { key_template: string; ttl_ms: number };
  /** `track` is always true: undoing is recorded. */
  saga?: { timeout_ms?: number; order: 'reverse' | 'parallel'; track: boolean };
  /** What a failure for good leaves behind; absent: nothing. */
  dead_letter?: DeadLetterPolicy;
  /** How many run at once. `key` and a textual `priority` are templates. */
  concurrency?: { max: number; on_conflict: (typeof CONFLICTS)[number]; key?: string; priority?: number | string };
  /** Of starts that follow each other within the window, the last one runs; the first has waited `max_wait_ms` at most. */
  debounce?: { window_ms: number; max_wait_ms?: number; key?: string };
  /** What is replaced in everything that comes in, before it is written anywhere. */
  mask?: MaskRules;
  /** Templates of what an execution is found by, by name. */
  attributes?: { [name: string]: string };
  /** Template of the region in which an execution lives, filled in from its trigger; absent: by the rules of the definition, else where it is started. */
  residency?: string;
}

/** What becomes of a start that finds no place. */
export const CONFLICTS = ['queue', 'skip', 'cancel_previous'] as const;

export interface DeadLetterPolicy {
  /** `unattended`: not where a caller is there to be told, over HTTP or from another workflow. */
  of: 'every_start' | 'unattended';
  retention_ms: number;
  replayable: boolean;
  /** Depth from which the pipeline counts as alerting. */
  alert_threshold?: number;
}

export type OnError = 'stop' | 'skip' | 'continue' | 'compensate';

export type Node = ActivityNode | ConditionalNode | BlockNode;

interface NodeBase {
  name: string;
  index: number;
  type: string;
  /** Condition source; run only when true. */
  if?: string;
  /** Condition source; skip when true. */
  skip_if?: string;
}

/** A step of the open set: the engine knows its name and policy, never its code. */
export interface ActivityNode extends NodeBase, Activity {
  kind: 'activity';
  /** Overrides the pipeline's. */
  on_error?: OnError;
  compensate?: Activity;
}

/** What is run, with its policy; a step's forward side, or its undoing. */
export interface Activity {
  type: string;
  /** Settings with templates unrendered. */
  config: JsonObject;
  /** Runs inside the object's turn, without I/O. */
  pure: boolean;
  /** Its result is the HTTP answer, and the pipeline ends there. */
  responds: boolean;
  /** Waits long: the object sleeps, a queue consumer of the same region performs it and reports back. */
  detached: boolean;
  /** It waits for a signal; see `StepFacts`. */
  waits?: 'early' | 'guarded';
  /** Its output names the next run of the pipeline, and this one ends. */
  continues?: true;
  timeout_ms: number;
  retry?: RetryPolicy;
  /** Calls go out only while it lets them. */
  breaker?: BreakerPolicy;
  /** Whether the same key is promised to have its effect once: the stored result is returned. */
  idempotent: boolean;
  /** Template of the key. Without one the key is `{execution_id}:{step}`. */
  idempotency_key?: string;
}

/** Jumps to one of its targets, and the run continues from there in order. */
export interface ConditionalNode extends NodeBase, Choice {
  kind: 'conditional';
}

/** By a value, one of several. */
export interface Choice {
  config: JsonObject;
  select: { by: 'field'; field: string } | { by: 'expression'; expression: string } | { by: 'flag'; flag: string; user?: string };
  /** Value to the index of what is chosen: a node, or a lane. For an expression: "true" and "false". */
  routes: { [value: string]: number };
  default?: number;
}

/** A step made of steps: it runs its lanes, each as a strand of its own, and completes with what they came to. */
export interface BlockNode extends NodeBase {
  kind: 'block';
  plan: BlockPlan;
  lanes: Lane[];
  /** Of a `retry`: only failures that are worth it are tried again, as those of a step are; absent: whatever went wrong. */
  transient?: true;
  /** From the start of the block, ms; absent: as long as the pipeline may. */
  timeout_ms?: number;
  /** Overrides the pipeline's. */
  on_error?: OnError;
}

/** Steps in order: the nodes from `from` to before `to`. */
export interface Lane {
  name: string;
  from: number;
  to: number;
  /** A single step that gives the lane its name. */
  single?: true;
}

/** `fail_fast`: the first failure ends the block; `collect_errors`: all lanes run, and the output tells of the failed ones. */
export type ErrorStrategy = 'fail_fast' | 'collect_errors';

export type BlockPlan =
  /** All lanes at once; done when all are, or, with a number, when so many have completed. */
  | { kind: 'parallel'; wait: 'all' | number; errors: ErrorStrategy }
  /** The one lane for each item; `items` is a path, a template, or the list itself. */
  | { kind: 'foreach'; items: Json; item: string; index: string; concurrency: number; errors: ErrorStrategy }
  /** One of the lanes, chosen as a conditional chooses; the run goes on at `merge`, or with the next step. */
  | ({ kind: 'branch'; merge?: number } & Choice)
  /** The one lane, again and again while the condition holds, at most `max` times. */
  | { kind: 'while'; condition: string; max: number; variable?: string; collect?: { key: string; from: Json } }
  /** The first lane, tried again after a pause; the second one, if there is one, when all tries have failed. */
  /** `fallback_on`: codes of failures for which the second lane runs; absent: any. */
  | { kind: 'retry'; policy: RetryPolicy; fallback_on?: ProblemCode[] };

export interface RetryPolicy {
  /** Calls in all, the first included; at least 1. */
  max_attempts: number;
  backoff: 'exponential' | 'linear' | 'fixed';
  initial_delay_ms: number;
  max_delay_ms: number;
  /** By how much an exponential delay grows each time; absent: 2. */
  multiplier?: number;
  /** Add up to half of the delay at random. */
  jitter: boolean;
  /** Only these statuses or codes are retried. */
  retry_on?: (number | ProblemCode | string)[];
  /** These are never retried. */
  give_up_on?: (number | ProblemCode | string)[];
}
