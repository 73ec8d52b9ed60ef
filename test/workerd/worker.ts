/**
 * Main module of the workerd tests. Every object class that a test reaches through a binding is exported here
 * and named in the `wrangler.toml` beside it.
 */
import { DurableObject } from 'cloudflare:workers';
import { Problem } from '#contracts/problems';

export { AppDatabaseObject } from '#objects/app-database';
export { AuditLogObject } from '#objects/audit-log';
export { KeyStoreObject } from '#objects/key-store';
export { LimiterObject } from '#objects/limiter';
export { LiveHubObject } from '#objects/live-hub';
export { ApiActorObject } from './api-actor.ts';
export { ApiBreakerObject } from './api-breaker.ts';
export { ApiBulkJobObject } from './api-bulk-job.ts';
export { ApiExecutionObject } from './api-execution.ts';
export { ApiGateObject } from './api-gate.ts';
export { ApiQuotaObject } from './api-quota.ts';
export { ApiReplayAllObject } from './api-replay-all.ts';
export { ApiStateMachineObject } from './api-state-machine.ts';
export { DeskExecutionObject } from './desk-execution.ts';
export { DeskGateObject } from './desk-gate.ts';
export { DeskQuotaObject } from './desk-quota.ts';
export { DeskStateMachineObject } from './desk-state-machine.ts';
export {
  EventLaneObject,
  EventWindowObject,
  ObserverObject,
  SchedulerObject,
  TenantEraserObject,
  TenantExporterObject,
  TenantMoverObject,
} from './region-objects.ts';

/** Shows that the runtime underneath the tests is the real one. */
export class ProbeObject extends DurableObject {
  write(value: string): number {
    this.ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS probe (value TEXT NOT NULL)');
    this.ctx.storage.sql.exec('INSERT INTO probe (value) VALUES (?)', value);
    return this.ctx.storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM probe').one().n;
  }

  /** Until its instance ends. */
  wait(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  }

  fail(): void {
    throw new TypeError('a defect of the class');
  }

  refuse(): void {
    throw new Problem('tenant_moving', 'on its way', { extra: { headers: { 'Retry-After': '7' } } });
  }
}

export default {
  fetch(): Response {
    return new Response('test worker');
  },
};
