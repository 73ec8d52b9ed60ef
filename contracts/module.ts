/**
 * What the compiler needs to know of a module type, without knowing its code: its settings, and what becomes of it.
 *
 * A module is one or more of these: a database, steps that do its work where a request, an event or a job is handed
 * to it, a door that answers requests itself, a guard in front of routes.
 */
import type { ZodType } from 'zod';
import type { ApiDescription, SecretStoreSpec } from '#contracts/definition';
import type { Json, JsonObject } from '#contracts/json';
import type { Observation } from '#contracts/observation';

/** What one module can give to another, or to a step, and how it is called in a sentence. Steps name these in `names`. */
export const PORTS = {
  server: 'a web server',
  routes: 'routes',
  requests: 'answers to requests',
  guard: 'a guard in front of routes',
  messages: 'work on events and jobs',
  broker: 'topics of events',
  patterns: 'patterns of events',
  times: 'times for jobs',
  database: 'a SQL database',
  resources: 'a place for resources',
  cache: 'a cache',
  nosql: 'a document store',
  artifacts: 'a store of files',
  tracker: 'a tracker of states',
  machine: 'state machines',
  connector: 'links from resources to state machines',
  actors: 'a pool of actors',
  'actor-system': 'a system of actors',
  issuer: 'tokens',
  accounts: 'accounts',
  component: 'a component',
  schemas: 'schemas by name',
  flags: 'feature flags',
  secrets: 'secrets',
  license: 'a licence',
  histories: 'histories of executions',
  log: 'a log of the application',
  traces: 'traces',
  description: 'a description of the application',
  catalogue: 'a list of workflows',
  provider: 'infrastructure',
  facts: 'facts for templates',
} as const;

export type Port = keyof typeof PORTS;

/** What a module takes from another. */
export interface Intake {
  port: Port;
  /** The setting that names the other module; without one, `dependsOn` does, or it is the only one of the application. */
  by?: string;
  /** That setting may name a pipeline instead. */
  orPipeline?: true;
  /** It does not work without. */
  required?: true;
  /** Settings that make it do without. */
  unless?: readonly string[];
}

export interface Ports {
  offers: readonly Port[];
  takes?: readonly Intake[];
}

export interface ModuleFacts {
  type: string;
  summary: string;
  schema: ZodType;
  ports: Ports;
  /** Provides a SQLite database under the module's name. */
  database: boolean;
  /** Statements that make the tables of that database, before those of its settings. */
  tables: readonly string[];
  /** Its setting `flags` declares feature flags. */
  flags?: true;
  /** The store of secrets that it opens; `undefined` where its settings are not enough for that. */
  secretStore?(settings: JsonObject): SecretStoreSpec | undefined;
  /** It answers requests at the door, without an execution: credentials and files stay out of every log. */
  door: boolean;
  /** It stands in front of routes. */
  guard: boolean;
  /** What it does where something is handed to it; `undefined`: nothing can be. */
  lower?(use: ModuleUse): Lowered;
  /** Routes that it has where no route of the document names it. */
  mounts?(settings: JsonObject, use: ModuleUse): Mount[];
  /** Routes that it gives to pipelines of the document, and those that it stands in front of, whoever gave them; its door answers what nobody does. */
  routes?(use: ModuleUse): (Mount & { name?: string; pipeline?: string; guarded: boolean })[];
  /** The file that it is made from. */
  document?(use: ModuleUse): Json | undefined;
  /** What it takes over from modules around it, beside its own settings. */
  around?(use: ModuleUse): JsonObject;
  /** What a reader of the document should know: what is not had here, and why. */
  notices?(settings: JsonObject, files: ApplicationFiles): ModuleNotice[];
  /** The section of the document that may hold its settings instead of `config`. */
  section?: string;
  /** Settings that a step which names the module takes over, where it has none of its own. */
  hands?(settings: JsonObject): JsonObject;
  /** JSON Schemas by name. */
  schemas?(use: ModuleUse): { [name: string]: JsonObject };
  /** Resources whose items are instances of a state machine. */
  links?(settings: JsonObject): { resource: string; machine: string; id_field?: string }[];
  /** What is made of executions that have ended. `name`: of the application. */
  observes?(settings: JsonObject, name: string): Observation;
  /** What the application's own description says. */
  describes?(settings: JsonObject): ApiDescription;
  /** What holds for every pipeline that does not say otherwise. */
  defaults?(settings: JsonObject): PipelineDefaults;
  /** Settings that hold the path of a file of the application. */
  files: readonly string[];
  /** Settings that name a pipeline of the document. */
  pipelines: readonly string[];
}

export interface PipelineDefaults {
  /** How long a finished execution stays at hand, ms. */
  retention_ms?: number;
  /** Every start leaves a dead letter when it fails. */
  dead_letter?: { retention_ms?: number };
  /** Calls of a step with an effect, the first included. */
  max_attempts?: number;
}

export type ModuleCatalog = ReadonlyMap<string, ModuleFacts>;

export interface Mount {
  method: string;
  path: string;
}

export interface ModuleNotice {
  severity: 'error' | 'warning';
  message: string;
  hint?: string;
  /** The setting that it is about. */
  setting?: string;
}

export interface ResourceMapping {
  machine: string;
  id_field?: string;
}

/** Another module, as one module sees it. */
export interface ModuleView {
  name: string;
  type: string;
  settings: JsonObject;
}

/** One use of a module: what is handed to it, and what it finds around it. A message is an event, a job, or a state's hook. */
export interface ModuleUse extends ModuleView, ApplicationFiles {
  by: 'request' | 'message';
  /** Of a request: as in `Route`. */
  route?: Mount;
  /** Topics to which its work is handed on, the `forwardTo` of a producer. */
  forward: readonly string[];
  /** The document watches for patterns of events: what names an event in a request is published as that event. */
  watches: boolean;
  /** Transitions of state machines that the same request sets going. */
  actions: readonly { workflow: string; action: string }[];
  module(name: string): ModuleView | undefined;
  /** The module of a type that this one depends on, however far, or the only one of the application. */
  near(...types: string[]): ModuleView | undefined;
  /** Whether there is a step type of this name. */
  step(type: string): boolean;
  /** Transitions of a state machine of the document. */
  machine(name: string): readonly string[] | undefined;
  /** What `resourceMappings` says of a resource: its state machine, and the field of an item that is the instance's id. */
  mapping(resource: string): ResourceMapping | undefined;
  /** Whether a pipeline of this name stands in the document. */
  pipeline(name: string): boolean;
}

/** What came with the document. */
export interface ApplicationFiles {
  /** The text of a file. */
  file(path: string): string | undefined;
  /** A file that is YAML or JSON, read. */
  document(path: string): Json | undefined;
  /** Paths of the files in a folder, not of those below. */
  list(folder: string): string[];
}

/** A step as a document would write it. */
export interface PlainStep extends JsonObject {
  name: string;
  type: string;
}

export interface Lowered {
  steps: PlainStep[];
  /** Statements that make the tables it needs, by database. */
  databases?: { [name: string]: string[] };
}
