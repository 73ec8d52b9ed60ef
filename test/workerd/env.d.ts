/** Bindings of the workerd tests, as `test/workerd/wrangler.toml` and `vitest.config.ts` make them. */
/// <reference types="@cloudflare/vitest-plugin/types" />

declare namespace Cloudflare {
  interface Env {
    DB: D1Database;
    DIRECTORY: D1Database;
    STORE: R2Bucket;
    PROBE: DurableObjectNamespace<import('./worker.ts').ProbeObject>;
    DESK_EXECUTION: DurableObjectNamespace<import('./desk-execution.ts').DeskExecutionObject>;
    EXECUTION: DurableObjectNamespace<import('./api-execution.ts').ApiExecutionObject>;
    DESK_GATE: DurableObjectNamespace<import('./desk-gate.ts').DeskGateObject>;
    GATE: DurableObjectNamespace<import('./api-gate.ts').ApiGateObject>;
    REPLAY_ALL: DurableObjectNamespace<import('./api-replay-all.ts').ApiReplayAllObject>;
    LIVE_HUB: DurableObjectNamespace<import('#objects/live-hub').LiveHubObject>;
    TENANT_EXPORTER: DurableObjectNamespace<import('./region-objects.ts').TenantExporterObject>;
    APP_DATABASE: DurableObjectNamespace<import('#objects/app-database').AppDatabaseObject>;
    AUDIT: DurableObjectNamespace<import('#objects/audit-log').AuditLogObject>;
    KEY_STORE: DurableObjectNamespace<import('#objects/key-store').KeyStoreObject>;
    ACTOR: DurableObjectNamespace<import('./api-actor.ts').ApiActorObject>;
    STATE_MACHINE: DurableObjectNamespace<import('./api-state-machine.ts').ApiStateMachineObject>;
    DESK_MACHINE: DurableObjectNamespace<import('./desk-state-machine.ts').DeskStateMachineObject>;
    SCHEDULER: DurableObjectNamespace<import('./region-objects.ts').SchedulerObject>;
    OBSERVER: DurableObjectNamespace<import('./region-objects.ts').ObserverObject>;
    LIMITER: DurableObjectNamespace<import('#objects/limiter').LimiterObject>;
    DESK_QUOTA: DurableObjectNamespace<import('./desk-quota.ts').DeskQuotaObject>;
    QUOTA: DurableObjectNamespace<import('./api-quota.ts').ApiQuotaObject>;
    EVENT_WINDOW: DurableObjectNamespace<import('./region-objects.ts').EventWindowObject>;
    EVENT_LANE: DurableObjectNamespace<import('./region-objects.ts').EventLaneObject>;
    BREAKER: DurableObjectNamespace;
    REGION: string;
    MODE: string;
    PLACEMENT: string;
    DOMAIN: string;
    ADMIN_API_KEY: string;
    SESSION_SECRET: string;
    SECRETS_KEY: string;
    /** Real applications by file name; empty where they are not beside the repository. */
    CASES: Record<string, string>;
    TEST_MIGRATIONS: { name: string; queries: string[] }[];
    TEST_ROUTER_MIGRATIONS: { name: string; queries: string[] }[];
  }
}
