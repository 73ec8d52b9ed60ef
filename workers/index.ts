/**
 * The regional Worker: the sole composition root. Everything is put together here, and nowhere else.
 *
 * A request is for an application (its own origin, or `/in/…`), for the API, or for the dashboard; a batch comes
 * from one of the region's queues.
 */

import { parseDuration } from '#contracts/duration';
import type { ProjectionEnvelope, ProjectionMessage, ReplicationOrder } from '#contracts/execution';
import type { DetachedMessage } from '#contracts/execution-rpc';
import type { MachineRow } from '#contracts/machine';
import type { MailMessage } from '#contracts/mail';
import { PASSPORT_HEADER } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import { createEvaluator } from '#language/evaluator';
import { buildContext } from '#language/scope';
import { ActorObjectBase } from '#objects/actor';
import type { HandlerOrder } from '#objects/actor/mailbox';
import { AppDatabaseObject } from '#objects/app-database';
import { AuditLogObject } from '#objects/audit-log';
import { BreakerObjectBase, type BreakerObjectPorts } from '#objects/breaker';
import { BulkJobObjectBase, type BulkJobPorts } from '#objects/bulk-job';
import { EventLaneObjectBase, type LanePorts } from '#objects/event-lane';
import { EventWindowObjectBase, type WindowPorts } from '#objects/event-window';
import { ExecutionObjectBase } from '#objects/execution';
import type { ExecutionPorts } from '#objects/execution/ports';
import { GateObjectBase } from '#objects/gate';
import type { GatePeers } from '#objects/gate-core';
import { KeyStoreObject } from '#objects/key-store';
import { LimiterObject } from '#objects/limiter';
import { LiveHubObject } from '#objects/live-hub';
import { ObserverObjectBase } from '#objects/observer';
import { QuotaObjectBase } from '#objects/quota';
import type { QuotaPeers } from '#objects/quota-core';
import { ReplayAllObjectBase, type ReplayAllPorts } from '#objects/replay-all';
import { SchedulerObjectBase, type SchedulerPorts } from '#objects/scheduler';
import { StateMachineObjectBase } from '#objects/state-machine';
import { type EraserPorts, TenantEraserObjectBase } from '#objects/tenant-eraser';
import { TenantExporterObjectBase } from '#objects/tenant-exporter';
import type { ExporterPorts } from '#objects/tenant-exporter/ports';
import { type MoverPorts, TenantMoverObjectBase } from '#objects/tenant-mover';
import { stepCatalog, steps } from '#steps/registry';
import { handleMessage } from '#workers/actors/handlers';
import { createApi, isApiRequest } from '#workers/api/api';
import { problemResponse } from '#workers/api/problem-response';
import { boardOf } from '#workers/boards';
import { actOn } from '#workers/bulk/act';
import { renderDashboard } from '#workers/dashboard';
import { replayDeadLetter } from '#workers/dead-letters';
import { consumeDetached } from '#workers/detached/consumer';
import { Arrivals, refusedArrival } from '#workers/door/arrivals';
import { abortOf } from '#workers/door/breaking-off';
import { hearOut } from '#workers/door/request-body';
import type { RegionEnv } from '#workers/env';
import { eraserPorts } from '#workers/erasure/ports';
import { breakpointEvent } from '#workers/events/breakpoint-event';
import { consumeEvents } from '#workers/events/consumer';
import { publish } from '#workers/events/publish';
import { receiveHere } from '#workers/events/receive';
import { windowPorts } from '#workers/events/windows';
import { executionStub } from '#workers/execution-stub';
import { gatePeers } from '#workers/gate-peers';
import { gateStub } from '#workers/gate-stub';
import { tellOfExpiringKeys } from '#workers/identity/expiring-keys';
import { appAddress } from '#workers/ingress/address';
import { serveApplication } from '#workers/ingress/ingress';
import { publishLive } from '#workers/live';
import { liveHub } from '#workers/live-hub';
import { machineObjectPorts } from '#workers/machines/object-ports';
import { consumeMail } from '#workers/mail/consumer';
import { mailTransportOf } from '#workers/mail/transport';
import { eventMask } from '#workers/masks';
import { isHosted } from '#workers/mode';
import { mailedAfter } from '#workers/moving/late';
import { forwardLate } from '#workers/moving/late-projections';
import { moverPorts } from '#workers/moving/ports';
import { observerPorts } from '#workers/observer/observers';
import { Outbox } from '#workers/outbox';
import { performerOf } from '#workers/performer-of';
import { projectBatch } from '#workers/projector/projector';
import { whenThereIsRoom } from '#workers/quota/patience';
import { placesOf, quotaPeers } from '#workers/quota/ports';
import { takeReplications } from '#workers/regions/consumer';
import { isPeerRequest, servePeer } from '#workers/regions/door';
import { sweepPorts } from '#workers/retention/ports';
import { sweepRegion } from '#workers/retention/sweep';
import { schedulerPorts } from '#workers/schedules';
import { storesOf } from '#workers/stores';
import { exporterPorts } from '#workers/takeout/ports';

export { AppDatabaseObject, AuditLogObject, KeyStoreObject, LimiterObject, LiveHubObject };

export class GateObject extends GateObjectBase<RegionEnv> {
  protected override readonly peers: GatePeers = gatePeers(this.env);
}

export class QuotaObject extends QuotaObjectBase<RegionEnv> {
  protected override readonly peers: QuotaPeers = quotaPeers(this.env);
}

export class BulkJobObject extends BulkJobObjectBase<RegionEnv> {
  protected override readonly ports: BulkJobPorts = {
    executions: storesOf(this.env).executions,
    jobs: storesOf(this.env).bulkJobs,
    act: (order, id) => actOn(this.env, order, id),
    now: Date.now,
  };
}

export class BreakerObject extends BreakerObjectBase {
  protected override readonly ports: BreakerObjectPorts;

  constructor(ctx: DurableObjectState, env: RegionEnv) {
    super(ctx, env);
    this.ports = { rows: storesOf(env).breakers, now: () => Date.now() };
  }
}

export class ReplayAllObject extends ReplayAllObjectBase<RegionEnv> {
  protected override readonly ports: ReplayAllPorts = {
    letters: storesOf(this.env).deadLetters,
    replay: async (tenant, id, by) => !(await whenThereIsRoom(() => replayDeadLetter(this.env, { tenant, id, by }))).existing,
    now: Date.now,
  };
}

const outbox = new Outbox<ProjectionMessage>((rows) => ({ kind: 'executions', rows }));
const machineOutbox = new Outbox<MachineRow>((rows) => ({ kind: 'machines', rows }));
const evaluator = createEvaluator(steps, stepCatalog);

export class ExecutionObject extends ExecutionObjectBase<RegionEnv> {
  protected override readonly ports: ExecutionPorts = executionPorts(this.env, (task) => this.ctx.waitUntil(task));
}

export class ActorObject extends ActorObjectBase<RegionEnv> {
  protected override readonly ports = { handle: (order: HandlerOrder) => handleMessage(this.env, order), now: Date.now };
}

export class StateMachineObject extends StateMachineObjectBase<RegionEnv> {
  protected override readonly ports = machineObjectPorts(this.env, (row) => machineOutbox.project(this.env.PROJECTION, row));
}

export class ObserverObject extends ObserverObjectBase<RegionEnv> {
  protected override readonly ports = observerPorts(this.env);
}

export class SchedulerObject extends SchedulerObjectBase<RegionEnv> {
  protected override readonly ports: SchedulerPorts = schedulerPorts(this.env);
}

export class TenantEraserObject extends TenantEraserObjectBase<RegionEnv> {
  protected override readonly ports: EraserPorts = eraserPorts(this.env);
}

export class TenantExporterObject extends TenantExporterObjectBase<RegionEnv> {
  protected override readonly ports: ExporterPorts = exporterPorts(this.env);
}

export class TenantMoverObject extends TenantMoverObjectBase<RegionEnv> {
  protected override readonly ports: MoverPorts = moverPorts(this.env);
}

export class EventWindowObject extends EventWindowObjectBase<RegionEnv> {
  protected override readonly ports: WindowPorts = windowPorts(this.env);
}

export class EventLaneObject extends EventLaneObjectBase<RegionEnv> {
  protected override readonly ports: LanePorts = { deliver: (message, tries) => receiveHere(message, this.env, tries) };
}

function executionPorts(env: RegionEnv, waitUntil: (task: Promise<unknown>) => void): ExecutionPorts {
  let shared = sharedPorts.get(env);
  if (!shared) {
    shared = portsOfAll(env);
    sharedPorts.set(env, shared);
  }
  return { ...shared, publish: (tenant, messages) => publishLive((name) => liveHub(env, name), tenant, messages, waitUntil) };
}

/** There may be thousands of objects in an isolate, so what they have in common is made once. */
const sharedPorts = new WeakMap<RegionEnv, Omit<ExecutionPorts, 'publish'>>();

function portsOfAll(env: RegionEnv): Omit<ExecutionPorts, 'publish'> {
  const { definitions, payloads, archives, waits } = storesOf(env);
  return {
    definitions,
    payloads,
    archives,
    retention_ms: parseDuration(env.RETENTION),
    performer: performerOf(env),
    evaluator,
    context: buildContext,
    mask: eventMask(env),
    project: (message) => outbox.project(env.PROJECTION, message),
    gate: (name) => gateStub(env, name),
    places: placesOf(env),
    dispatch: (message) => env.DETACHED.send(message).then(() => undefined),
    board: (name) => boardOf(env, name),
    waits,
    calls: {
      report: (tenant, parent, report) => executionStub(env, parent.execution_id).childEnded(tenant, report),
      cancel: async (tenant, id, by) => {
        await executionStub(env, id).cancel(tenant, { by, reason: 'the execution that called it has gone on without it' });
      },
    },
    announce: (hit) => publish(breakpointEvent(hit, Date.now()), env),
    now: Date.now,
  };
}

function mailPorts(env: RegionEnv) {
  const transport = mailTransportOf(env);
  if (!transport) throw new Error('mail is in the queue, and no server is set up to send it');
  return { ledger: storesOf(env).mailLedger, transport, now: Date.now };
}

const api = createApi();
/** On one machine an isolate is the whole region. */
const arrivals = new Arrivals();

async function answer(request: Request, env: RegionEnv, ctx: ExecutionContext): Promise<Response> {
  if (!URL.canParse(request.url)) return problemResponse(new Problem('invalid_request', 'The header Host is not the name of a host.'), crypto.randomUUID());
  const url = new URL(request.url);
  const address = appAddress(url, env.DOMAIN);
  // A region never asks another one for an application or a page.
  const isOurs = !request.headers.has(PASSPORT_HEADER) || isPeerRequest(url) || (!address && isApiRequest(request, url));
  if (!isOurs) return problemResponse(new Problem('not_found'), crypto.randomUUID());
  if (address) return serveApplication(request, url, address, env, storesOf(env), abortOf(isHosted(env), ctx));
  if (isPeerRequest(url)) return servePeer(request, url, env);
  if (isApiRequest(request, url)) return api.fetch(request, env, ctx);
  // What a page reads stays here: where it is cut, the page says so.
  const within = { waitUntil: (task: Promise<unknown>) => ctx.waitUntil(task), passThroughOnException: () => {}, props: {} };
  return renderDashboard(request, env, ctx, async (inner) => api.fetch(inner, env, within));
}

export default {
  async fetch(request, env, ctx) {
    const refusal = isHosted(env) ? undefined : refusedArrival(request, arrivals, Date.now());
    const response = refusal ?? (await answer(request, env, ctx));
    await hearOut(request);
    return response;
  },

  async queue(batch, env) {
    if (batch.queue.endsWith('-projection'))
      return projectBatch(await forwardLate(await takeReplications(batch as MessageBatch<ProjectionEnvelope | ReplicationOrder>, env), env), env);
    if (batch.queue.endsWith('-detached')) return consumeDetached(batch as MessageBatch<DetachedMessage>, env);
    if (batch.queue.endsWith('-events')) return consumeEvents(batch as never, env);
    if (batch.queue.endsWith('-mail')) return consumeMail(batch as MessageBatch<MailMessage>, mailPorts(env), (message) => mailedAfter(message, env));
    if (batch.queue.endsWith('-events-dead')) return consumeEvents(batch as never, env, true);
    throw new Error(`no consumer for the queue ${batch.queue}`);
  },

  async scheduled(controller, env) {
    await Promise.all([sweepRegion(sweepPorts(env), controller.scheduledTime), tellOfExpiringKeys(env, controller.scheduledTime)]);
  },
} satisfies ExportedHandler<RegionEnv>;
