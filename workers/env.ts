/**
 * Bindings of a regional Worker, as `wrangler.toml` declares them for every region.
 */

import type { ActorRpc } from '#contracts/actor';
import type { GateRpc } from '#contracts/admission';
import type { AppDatabaseRpc } from '#contracts/app-database-rpc';
import type { AuditLogRpc } from '#contracts/audit';
import type { BulkJobRpc } from '#contracts/bulk';
import type { EventLaneRpc, EventWindowRpc } from '#contracts/bus-rpc';
import type { EraserRpc } from '#contracts/erasure';
import type { ProjectionEnvelope, ReplicationOrder } from '#contracts/execution';
import type { ExecutionRpc } from '#contracts/execution-rpc';
import type { KeyStoreRpc } from '#contracts/key-store';
import type { LimiterRpc } from '#contracts/limiter-rpc';
import type { LiveHubRpc } from '#contracts/live-rpc';
import type { MachineRpc } from '#contracts/machine';
import type { MailMessage } from '#contracts/mail';
import type { MoverRpc } from '#contracts/moving';
import type { ObserverRpc } from '#contracts/observation';
import type { QuotaRpc } from '#contracts/quota';
import type { ReplayAllRpc } from '#contracts/replay-all-rpc';
import type { SchedulerRpc } from '#contracts/scheduler-rpc';
import type { ExporterRpc } from '#contracts/tenant-export';

type RpcObject<T> = DurableObjectNamespace<T & Rpc.DurableObjectBranded>;

export interface RegionEnv {
  /** Regional D1: definitions' index, deployments, tenants, keys, list of executions. */
  DB: D1Database;
  /** Regional R2: `definitions/…`, `payloads/…`. */
  STORE: R2Bucket;
  EXECUTION: RpcObject<ExecutionRpc>;
  /** Object name: the tenant. */
  LIVE_HUB: RpcObject<LiveHubRpc>;
  /** Object name: `{tenant}/{workflow}/{environment}/{database}`. */
  APP_DATABASE: RpcObject<AppDatabaseRpc>;
  KEY_STORE: RpcObject<KeyStoreRpc>;
  /** Object name: `{tenant}/{workflow}/{environment}/{pipeline}/{key}`. */
  GATE: RpcObject<GateRpc>;
  /** Object name: `{tenant}/{workflow}/{environment}/{pipeline}`. */
  REPLAY_ALL: RpcObject<ReplayAllRpc>;
  /** Object name: tenant, workflow, environment, machine and instance. */
  STATE_MACHINE: RpcObject<MachineRpc>;
  /** Object name: tenant, workflow, environment, pool and identity. */
  ACTOR: RpcObject<ActorRpc>;
  /** Object name: the tenant. */
  AUDIT: RpcObject<AuditLogRpc>;
  /** Object name: `{tenant}/{workflow}/{environment}`. */
  SCHEDULER: RpcObject<SchedulerRpc>;
  /** Object name: `{tenant}/{workflow}/{environment}`. */
  OBSERVER: RpcObject<ObserverRpc>;
  LIMITER: RpcObject<LimiterRpc>;
  /** Object name: the tenant, `{tenant}/{workflow}/{environment}`, or `~addresses/{shard}`. */
  QUOTA: RpcObject<QuotaRpc>;
  BREAKER: DurableObjectNamespace;
  EVENT_WINDOW: RpcObject<EventWindowRpc>;
  EVENT_LANE: RpcObject<EventLaneRpc>;
  /** Object name: the tenant. */
  TENANT_ERASER: RpcObject<EraserRpc>;
  /** Object name: the tenant. */
  TENANT_MOVER: RpcObject<MoverRpc>;
  /** Object name: the tenant. */
  TENANT_EXPORTER: RpcObject<ExporterRpc>;
  /** Object name: `{tenant}/{job}`. */
  BULK_JOB: RpcObject<BulkJobRpc>;
  PROJECTION: Queue<ProjectionEnvelope | ReplicationOrder>;
  EVENTS: Queue;
  DETACHED: Queue;
  MAIL: Queue<MailMessage>;
  /** `volatile`: the queues live in the memory of the runtime, as they do locally. */
  QUEUES?: 'volatile';
  /** Name of this region. */
  REGION: string;
  MODE: 'local' | 'hosted';
  /** Applications answer at `{workflow}.{tenant}.DOMAIN`; `localhost` always does. */
  DOMAIN?: string;
  /** Where objects are created: `jurisdiction:eu`, `hint:enam`; absent or empty locally. */
  PLACEMENT?: string;
  /** How long finished executions stay in their objects before they are archived, such as `30d`; for ever without it. */
  RETENTION?: string;
  /** Other prices than Cloudflare's list, as JSON: `{"row_written": 0.9}`; see `contracts/prices.ts`. */
  PRICES?: string;
  /** Plan of tenants for whom the operator has set none; `unlimited` without it. */
  PLAN?: string;
  /** Units of API calls a minute that one address has without a credential, or `unlimited`; see `contracts/address-rate.ts`. */
  ADDRESS_RATE?: string;
  /** Key of the platform's operator. */
  ADMIN_API_KEY: string;
  /** Signs sessions. */
  SESSION_SECRET: string;
  /** Wraps the data keys that seal tenants' secrets: base64 of 32 bytes. Without it nobody can set any. */
  SECRETS_KEY?: string;
  /** The one before, while a rotation goes on. */
  SECRETS_KEY_PREVIOUS?: string;
  /** Mail through Cloudflare, where it is bound. */
  EMAIL?: SendEmail;
  /** Mail over SMTP: `smtps://user:password@host`; wins over EMAIL. */
  SMTP_URL?: string;
  /** Sender of the platform's mail: `Workflow <no-reply@example.com>`. */
  MAIL_FROM?: string;
  /** Local development only: JSON of host to base URL, so that `http://inventory-service/…` reaches something. */
  HOST_ALIASES?: string;
  /** Hosted mode: URL of a resolver over HTTPS that names are looked up at before they are called. Absent: they are not. */
  DNS_RESOLVER?: string;
  /** Takes back requests of tenants of other regions. */
  ROUTER: Fetcher;
  /** Files of the dashboard. */
  ASSETS: Fetcher;
}
