/**
 * What the compiler needs to know of a module type, without knowing its code: its settings, and what becomes of it.
 *
 * A module is one or more of these: a database, steps that do its work where a request, an event or a job is handed
 * to it, a door that answers requests itself, a guard in front of routes.
 */
import type { ZodType } from 'zod';
import type { SecretStoreSpec } from '#contracts/definition';
import type { Json, JsonObject } from '#contracts/json';

export interface ModuleFacts {
  type: string;
  summary: string;
  schema: ZodType;
  /** Provides a SQLite database under the module's name. */
  database: boolean;
  /** Statements that make the tables of that database, before those of its settings. */
  tables: readonly string[];
  /** What kind of thing steps name by the module's name (`names: 'cache'` in a step's schema). */
  provides?: string;
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
  notices?(settings: JsonObject, files: Pick<ModuleUse, 'document' | 'file'>): ModuleNotice[];
  /** The section of the document that may hold its settings instead of `config`. */
  section?: string;
  /** Settings that hold the path of a file of the application. */
  files: readonly string[];
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
export interface ModuleUse extends ModuleView {
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
  /** The text of a file that came with the document. */
  file(path: string): string | undefined;
  /** A file that is YAML or JSON, read. */
  document(path: string): Json | undefined;
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
