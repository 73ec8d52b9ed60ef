/**
 * The compiled form of an application, free of YAML: its pipelines, each a graph of steps (`graph.ts`), and what leads to
 * them. It is stored under its content hash, and an execution is pinned to that hash for life.
 *
 * Invariants
 * 1. Plain JSON: it goes to R2 and comes back equal.
 * 2. Templates and expressions stay source text here; `language` compiles them once per isolate.
 */

import type { ActorPool } from '#contracts/actor';
import type { TriggerType } from '#contracts/events';
import type { FlagRules } from '#contracts/flag';
import type { Node, OnError } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import type { Machine } from '#contracts/machine';
import type { MaskRules } from '#contracts/mask';
import type { Observation } from '#contracts/observation';
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
