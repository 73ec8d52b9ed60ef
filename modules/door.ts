/**
 * What a module at the HTTP door may do. A door answers a request by itself; a guard looks at it first, and at the answer
 * after. Neither has an execution, so that what it sees (passwords, tokens, whole files) is in no log.
 *
 * Everything it needs is handed in: the module knows the contracts and the web's own `Request` and `Response`.
 */
import type { Json, JsonObject } from '#contracts/json';
import type { ProblemDetail } from '#contracts/problems';

export interface DoorRequest {
  method: string;
  url: URL;
  /** Inside the application, beginning with `/`. */
  path: string;
  params: Record<string, string>;
  headers: Headers;
  /** Address of the client, as the platform sees it. */
  client: string;
  /** What bounds of a client are counted for: of IPv6 the network, for whoever has one address of it has all. */
  network: string;
  /** The route as it is written. */
  route: { method: string; path: string };
  /** What guards have said of the caller so far; a pipeline finds it in its trigger. */
  trigger: JsonObject;
  /** Who is signed in, where a guard has found out. */
  user?: string;
  /** The body as JSON; throws Problem: body_too_large, invalid_json. */
  json(): Promise<Json>;
  /** The body, unread. */
  body: ReadableStream | null;
}

export interface DoorContext {
  tenant: string;
  workflow: string;
  environment: string;
  /** What runs. */
  deployment: { version: number; hash: string };
  /** The module's name. */
  module: string;
  /** Secrets filled in. */
  settings: JsonObject;
  /** The file that the module is made from, as it was when the application was compiled. */
  document?: Json;
  /** Epoch ms. */
  now(): number;
  /** Names of the methods that the path has, for a preflight. */
  methods: readonly string[];
  http: DoorHttp;
  /** A SQLite database that belongs to the module and that no step reaches. */
  database: DoorDatabase;
  files: DoorFiles;
  tokens: TokenPort;
  passwords: PasswordPort;
  revocations: RevocationPort;
  limits: LimitPort;
  schemas: SchemaPort;
  executions: {
    /** The last 200 of the application, or fewer, the newest first. */
    recent(most?: number): Promise<RecentExecution[]>;
  };
  catalogue: CataloguePort;
  log(level: 'info' | 'warn' | 'error', message: string, fields: JsonObject): void;
  /** A text without the values of secrets in the settings: for what others have said. */
  masked(text: string): string;
}

export interface RecentExecution {
  pipeline: string;
  status: string;
  /** Absent: it has not ended. */
  duration_ms?: number;
}

/** Workflows of the tenant that are deployed in the same environment. */
export interface CataloguePort {
  list(): Promise<{ name: string; version: number }[]>;
  find(name: string): Promise<{ name: string; version: number; description: string | null; pipelines: { name: string; trigger: string }[] } | undefined>;
}

export interface DoorHttp {
  /**
   * Sends the request on and gives the answer as it streams in. Throws Problem: invalid_url, address_refused,
   * port_refused, egress_denied, egress_busy, connection_failed, step_timeout, response_too_large; an answer that goes over its bounds later is broken off.
   */
  forward(url: string, init: ForwardInit): Promise<Response>;
}

export interface ForwardInit {
  method: string;
  headers: Headers;
  body: ReadableStream | null;
  /** Until the answer begins. */
  timeout_ms: number;
  /** Until the answer has ended. Default: LIMITS.proxiedMs. */
  total_timeout_ms?: number;
  /** Default: LIMITS.proxiedBody. */
  max_response_bytes?: number;
}

export interface DoorDatabase {
  query(sql: string, params: Json[]): Promise<JsonObject[]>;
  exec(sql: string, params: Json[]): Promise<{ affected: number; rows: JsonObject[] }>;
}

export interface DoorFiles {
  has(path: string): boolean;
  /** `undefined` when the application has none of this path. */
  open(path: string): Promise<{ body: ReadableStream; size: number; etag: string } | undefined>;
  text(path: string): Promise<string | undefined>;
}

export interface TokenPort {
  /** A JWT, HS256. `expires_in` in seconds. */
  sign(claims: JsonObject, options: { secret: string; expires_in: number; issuer?: string; audience?: string; subject: string }): Promise<string>;
  /** The claims, or what is wrong with it. Only HS256, whatever the token says. */
  verify(
    token: string,
    options: { secret: string; issuer?: string; audience?: string },
  ): Promise<{ ok: true; claims: JsonObject } | { ok: false; reason: string }>;
}

/** Access tokens that are refused before their end; `issuer` is the module that made them. */
export interface RevocationPort {
  has(issuer: string, jti: string): Promise<boolean>;
  /** `until`: when the token ends by itself, epoch ms. */
  add(issuer: string, jti: string, until: number): Promise<void>;
}

export interface PasswordPort {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** Random text for tokens, and its SHA-256 in hex. */
  random(): string;
  digest(text: string): Promise<string>;
}

export interface LimitPort {
  /** Takes one from the bucket of the key. `per_minute` come back each minute, at most `burst` are in it. */
  take(key: string, rate: { per_minute: number; burst: number }): Promise<{ allowed: boolean; remaining: number; retry_after_s: number }>;
}

export interface SchemaPort {
  /** What of the data does not satisfy the JSON Schema; paths are dotted. Give the same object again, and it is read once. Throws Problem. */
  faults(schema: JsonObject | boolean, data: Json): ProblemDetail[];
}

/** What a pipeline answered, read. */
export interface PipelineAnswer {
  status: number;
  headers: Headers;
  /** JSON where it is that, else text. */
  body: Json;
}

export interface Door {
  /** Statements that make the tables of the module's own database. */
  tables?: readonly string[];
  /** Its answer may still come in from elsewhere, and fail, when its head has gone out. */
  streams?: true;
  /** Throws Problem; `extra.headers` of it are headers of the answer. */
  serve(request: DoorRequest, context: DoorContext): Promise<Response>;
}

export interface Guard {
  /** Throws Problem where a request lacks what every good one brings: asked before the module's secrets are looked for. */
  presents?(request: DoorRequest): void;
  /** `trigger`: what a pipeline is told; `headers`: for the answer, whoever gives it. Throws Problem to refuse. */
  before?(request: DoorRequest, context: DoorContext): Promise<{ trigger?: JsonObject; headers?: Record<string, string>; user?: string } | undefined>;
  /** Sees what a pipeline is about to be started with, body included. Throws Problem to refuse it. */
  admit?(trigger: JsonObject, request: DoorRequest, context: DoorContext): void;
  /** Looks at what a pipeline answered, and gives headers for it. Throws Problem to answer with that instead. */
  review?(answer: PipelineAnswer, request: DoorRequest, context: DoorContext): Record<string, string>;
  /** Headers for the answer, whoever gave it. */
  after?(request: DoorRequest, answer: Response, context: DoorContext): Record<string, string>;
  /** The answer to `OPTIONS` of a path that has no such route. */
  preflight?(request: DoorRequest, context: DoorContext): Response | undefined;
}
