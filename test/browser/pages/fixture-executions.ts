/** Made-up executions in every state, for developing and testing the pages without a platform. */
import type { LogEvent, NewEvent } from '#contracts/events';
import type { ExecutionStatus, ExecutionSummary, Timeline, TimelineStep } from '#contracts/execution';
import type { Json, JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo } from '#contracts/problems';

export const TENANT = 'acme';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An id of the right form, the same for the same name. */
export function fixtureId(name: string): string {
  let seed = [...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);
  let digits = '';
  for (let i = 0; i < 43; i++) {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    digits += ALPHABET[(seed >>> 8) % 62];
  }
  return `exec_${digits}`;
}

export interface Fixture {
  name: string;
  timeline: Timeline;
}

interface StepPlan {
  name: string;
  type?: string;
  /** Length of each call in ms; the last decides. */
  calls?: number[];
  /** Wait after each failed call. */
  waits?: number[];
  status?: TimelineStep['status'];
  error?: ErrorInfo;
  input?: Json;
  output?: Json;
  response?: JsonObject;
  undo?: { ms: number; status: 'pending' | 'running' | 'completed' | 'failed'; attempts?: number; error?: ErrorInfo };
  until?: number;
  reason?: string;
  idempotencyKey?: string;
}

interface Plan {
  name: string;
  workflow: string;
  pipeline: string;
  status: ExecutionStatus;
  /** ms before now. */
  ago: number;
  steps: StepPlan[];
  /** Time between steps. */
  gap?: number;
  error?: ErrorInfo;
  trigger?: JsonObject;
  metadata?: JsonObject;
}

const iso = (at: number) => new Date(at).toISOString();

export function build(plan: Plan, now: number): Fixture {
  const origin = now - plan.ago;
  const id = fixtureId(plan.name);
  const traceId = fixtureId(`trace${plan.name}`)
    .slice(5, 37)
    .toLowerCase()
    .replace(/[^0-9a-f]/g, '4');
  let at = origin + 1;
  const steps: TimelineStep[] = plan.steps.map((step, index) => {
    const built = buildStep(step, index, at, origin, now, traceId, id);
    at = (built.started_at ? Date.parse(built.started_at) + (built.duration_ms ?? 0) : at) + (plan.gap ?? 1);
    return built;
  });
  const undone = steps.filter((step) => step.compensation).reverse();
  for (const step of undone) {
    const undo = step.compensation!;
    if (undo.status === 'pending') continue;
    undo.started_at = iso(at);
    if (undo.status === 'running') undo.duration_ms = undefined;
    at += (undo.duration_ms ?? 0) + (plan.gap ?? 1);
  }
  const ended = plan.status === 'completed' || plan.status === 'failed' || plan.status === 'compensated' || plan.status === 'cancelled';
  const timeline: Timeline = {
    execution_id: id,
    workflow: plan.workflow,
    workflow_id: `wf_${plan.workflow}`,
    version: 3,
    definition: '9f2c61d80b7a4e53c1d0f8a2b6e4937510ccd2e8a7b94f06315d8e7a2c4b9f10',
    environment: 'production',
    region: 'eu',
    pipeline: plan.pipeline,
    tenant: TENANT,
    status: plan.status,
    started_at: iso(origin),
    ...(ended ? { completed_at: iso(at), duration_ms: at - origin } : {}),
    trigger: plan.trigger ?? {
      type: 'http',
      method: 'POST',
      path: '/api/orders',
      request_id: 'req_xyz789',
      body: { product_id: 'SKU-001', quantity: 3, customer_id: 'cust_789' },
    },
    steps,
    ...(plan.error ? { error: plan.error } : {}),
    ...(undone.length > 0
      ? {
          saga: {
            status: plan.status === 'failed' ? ('failed' as const) : plan.status === 'compensated' ? ('compensated' as const) : ('compensating' as const),
            reason: 'failed',
            order: undone.map((step) => step.name),
          },
        }
      : {}),
    metadata: { idempotency_key: `ord_${id.slice(5, 13)}`, trace_id: traceId, ...plan.metadata },
    last_seq: steps.length * 4 + 2,
  };
  const fixture = { name: plan.name, timeline };
  timeline.last_seq = eventsOf(fixture).length;
  return fixture;
}

function buildStep(plan: StepPlan, index: number, at: number, origin: number, now: number, traceId: string, executionId: string): TimelineStep {
  const type = plan.type ?? 'step.http_call';
  const status = plan.status ?? 'completed';
  const base = { name: plan.name, type, index, status, attempts: 0 };
  if (status === 'pending') return base;
  if (status === 'skipped') return { ...base, started_at: iso(at), offset_ms: at - origin, duration_ms: 0, reason: plan.reason };
  const calls = plan.calls ?? [2];
  const log: NonNullable<TimelineStep['attempt_log']> = [];
  let clock = at;
  calls.forEach((ms, i) => {
    const last = i === calls.length - 1;
    const open = last && status === 'running';
    const failed = !last || status === 'failed' || status === 'retrying';
    const wait = plan.waits?.[i];
    log.push({
      attempt: i + 1,
      started_at: iso(clock),
      ...(open || status === 'waiting' ? {} : { duration_ms: ms }),
      status: open || status === 'waiting' ? 'running' : failed ? 'failed' : 'completed',
      ...(failed && plan.error ? { error: plan.error } : {}),
      ...(wait !== undefined ? { retry_at: iso(clock + ms + wait) } : {}),
    });
    clock += ms + (wait ?? 0);
  });
  const open = status === 'running' || status === 'waiting' || status === 'retrying';
  return {
    ...base,
    started_at: iso(at),
    offset_ms: at - origin,
    ...(open ? {} : { duration_ms: clock - at }),
    input:
      plan.input ??
      (type === 'step.http_call'
        ? {
            url: `http://${plan.name.split('-').at(-1)}.internal/api/v1`,
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: { sku: 'SKU-001', quantity: 3, order: { id: 'ord_8812', lines: [{ sku: 'SKU-001', quantity: 3 }] } },
          }
        : {}),
    ...(status === 'completed' || status === 'compensated' ? { output: plan.output ?? { ok: true, id: `${plan.name}_3abc123` } } : {}),
    ...(plan.response ? { response: plan.response } : {}),
    ...(plan.error && status !== 'completed' ? { error: plan.error } : {}),
    attempts: calls.length,
    attempt_log: log,
    ...(plan.idempotencyKey ? { idempotent: true, idempotency_key: plan.idempotencyKey } : { idempotency_key: `${executionId}:${plan.name}` }),
    ...(plan.until !== undefined ? { waiting_until: iso(now + plan.until) } : {}),
    ...(plan.undo
      ? {
          compensation: {
            type,
            status: plan.undo.status,
            duration_ms: plan.undo.ms,
            attempts: plan.undo.attempts ?? (plan.undo.status === 'pending' ? 0 : 1),
            input: { url: `http://${plan.name.split('-').at(-1)}.internal/api/v1/release`, method: 'POST', body: { id: `${plan.name}_3abc123` } },
            ...(plan.undo.status === 'completed' ? { output: { released: true } } : {}),
            ...(plan.undo.error ? { error: plan.undo.error } : {}),
          },
        }
      : {}),
    trace_id: traceId,
    span_id: '00f067aa0ba902b7',
  };
}

export function summaryOf({ timeline }: Fixture): ExecutionSummary {
  const failed = timeline.steps.findLast((step) => step.status === 'failed');
  const current = failed ?? timeline.steps.find((step) => step.status === 'running' || step.status === 'retrying' || step.status === 'waiting');
  const error = failed?.error ?? timeline.error;
  return {
    execution_id: timeline.execution_id,
    workflow: timeline.workflow,
    workflow_id: timeline.workflow_id,
    version: timeline.version,
    environment: timeline.environment,
    pipeline: timeline.pipeline,
    tenant: timeline.tenant,
    status: timeline.status,
    trigger: String(timeline.trigger.type ?? 'http'),
    started_at: timeline.started_at,
    completed_at: timeline.completed_at,
    duration_ms: timeline.duration_ms,
    current_step: current?.name,
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  };
}

/** The log that such a timeline could have been folded from; enough of it to page and filter. */
export function eventsOf({ timeline }: Fixture): LogEvent[] {
  const events: LogEvent[] = [];
  const add = (at: string | number | undefined, event: NewEvent) => {
    events.push({ seq: events.length + 1, at: typeof at === 'number' ? at : Date.parse(at ?? timeline.started_at), ...event } as LogEvent);
  };
  add(timeline.started_at, {
    type: 'execution.started',
    data: {
      execution_id: timeline.execution_id,
      tenant_id: TENANT,
      region: timeline.region,
      workflow: timeline.workflow,
      workflow_id: timeline.workflow_id,
      version: timeline.version,
      definition: timeline.definition,
      environment: timeline.environment,
      pipeline: timeline.pipeline,
      trigger: 'http',
      trigger_data: { value: timeline.trigger },
      trace_id: String(timeline.metadata.trace_id),
      by: 'http',
    },
  });
  for (const step of timeline.steps) {
    for (const attempt of step.attempt_log ?? []) {
      add(attempt.started_at, { type: 'step.started', data: { step_name: step.name, step_type: step.type, step_index: step.index, attempt: attempt.attempt } });
      const end = Date.parse(attempt.started_at) + (attempt.duration_ms ?? 0);
      if (attempt.status === 'failed' && attempt.error)
        add(end, {
          type: 'step.failed',
          data: {
            step_name: step.name,
            error: attempt.error,
            duration_ms: attempt.duration_ms ?? 0,
            attempts: attempt.attempt,
            final: attempt.retry_at === undefined,
          },
        });
      if (attempt.status === 'completed') {
        add(end, { type: 'step.output_recorded', data: { step_name: step.name, output: { value: step.output ?? null } } });
        add(end, { type: 'step.completed', data: { step_name: step.name, duration_ms: step.duration_ms ?? 0, status: 'completed', attempts: step.attempts } });
      }
    }
    if (step.status === 'skipped')
      add(step.started_at, { type: 'step.skipped', data: { step_name: step.name, step_type: step.type, step_index: step.index, reason: step.reason ?? '' } });
  }
  if (timeline.status === 'completed')
    add(timeline.completed_at, { type: 'execution.completed', data: { duration_ms: timeline.duration_ms ?? 0, status: 'completed' } });
  return events;
}

const payment503 = errorInfo('upstream_status', '503 from payment', {
  status: 503,
  retryable: true,
  hint: 'The other side was not available. It was tried 3 times over 6 seconds; look there first, then start the execution again.',
  details: {
    url: 'http://payment.internal/api/charges',
    method: 'POST',
    status: 503,
    body: { error: 'no healthy upstream', region: 'eu-central', retry: false },
    headers: { server: 'envoy', 'x-request-id': '5b1c2f0e' },
  },
});

export function fixtures(now: number): Fixture[] {
  const saga = (undo: StepPlan['undo'][]): StepPlan[] => [
    { name: 'parse-request', type: 'step.request_parse', calls: [2] },
    { name: 'validate-order', type: 'step.validate', calls: [1], output: { valid: true } },
    {
      name: 'reserve-inventory',
      calls: [234],
      status: undo[0]?.status === 'completed' ? 'compensated' : 'completed',
      undo: undo[0],
      output: { available: true, warehouse: 'eu-west-1', reserved_until: '2026-11-23T14:45:00Z' },
      response: { status_code: 200, headers: { 'content-type': 'application/json' } },
    },
    { name: 'create-shipment', calls: [412], status: undo[1]?.status === 'completed' ? 'compensated' : 'completed', undo: undo[1] },
    { name: 'charge-payment', calls: [1180, 640, 905], waits: [1000, 2200], status: 'failed', error: payment503, idempotencyKey: 'charge_ord_20260215_abc123' },
    { name: 'notify', type: 'step.publish', status: 'pending' },
    { name: 'respond', type: 'step.json_response', status: 'pending' },
  ];
  const long = `</script><img src=x onerror=alert(1)><!-- ${'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '.repeat(40)}`;
  const list: Plan[] = [
    {
      name: 'running',
      workflow: 'orders',
      pipeline: 'process-order',
      status: 'running',
      ago: 3400,
      steps: [
        { name: 'parse-request', type: 'step.request_parse', calls: [2] },
        { name: 'check-inventory', calls: [234] },
        { name: 'charge-payment', calls: [800, 1], waits: [1200], status: 'running', error: payment503 },
        { name: 'create-shipment', status: 'pending' },
        { name: 'respond', type: 'step.json_response', status: 'pending' },
      ],
    },
    {
      name: 'compensated',
      workflow: 'orders',
      pipeline: 'create-order',
      status: 'compensated',
      ago: 96_000,
      error: payment503,
      steps: saga([
        { ms: 320, status: 'completed' },
        { ms: 540, status: 'completed' },
      ]),
    },
    {
      name: 'stuck',
      workflow: 'travel',
      pipeline: 'book-travel',
      status: 'failed',
      ago: 240_000,
      error: errorInfo('compensation_failed', 'Undoing book-flight gave up: 500 from flights'),
      steps: [
        {
          name: 'book-flight',
          calls: [610],
          undo: { ms: 4200, status: 'failed', attempts: 5, error: errorInfo('upstream_status', '500 from flights', { status: 500 }) },
        },
        { name: 'book-hotel', calls: [390], status: 'compensated', undo: { ms: 210, status: 'completed' } },
        {
          name: 'rent-car',
          calls: [95],
          status: 'failed',
          error: errorInfo('upstream_status', '409 from cars: no car of this class is left', { status: 409 }),
        },
        { name: 'confirm', type: 'step.json_response', status: 'pending' },
      ],
    },
    {
      name: 'waiting',
      workflow: 'travel',
      pipeline: 'approve-trip',
      status: 'waiting',
      ago: 5 * 3_600_000,
      steps: [
        { name: 'load-trip', type: 'step.db_query', calls: [12] },
        { name: 'await-approval', type: 'step.approval', calls: [1], status: 'waiting', until: 19 * 3_600_000 },
        { name: 'book', status: 'pending' },
      ],
    },
    {
      name: 'signalled',
      workflow: 'warehouse',
      pipeline: 'goods-in',
      status: 'waiting',
      ago: 40 * 60_000,
      steps: [
        { name: 'register', calls: [18] },
        { name: 'await-weight', type: 'step.wait_for_event', calls: [1], status: 'waiting', until: 5 * 3_600_000 },
        { name: 'store', status: 'pending' },
      ],
    },
    {
      name: 'held',
      workflow: 'orders',
      pipeline: 'process-order',
      status: 'paused',
      ago: 3_600_000,
      steps: [
        { name: 'parse-request', type: 'step.request_parse', calls: [2] },
        { name: 'check-inventory', calls: [48] },
        { name: 'charge-payment', status: 'pending' },
        { name: 'respond', type: 'step.json_response', status: 'pending' },
      ],
    },
    {
      name: 'completed',
      workflow: 'orders',
      pipeline: 'process-order',
      status: 'completed',
      ago: 65_000,
      steps: [
        {
          name: 'parse-request',
          type: 'step.request_parse',
          calls: [2],
          input: { headers: { 'content-type': 'application/json', 'x-request-id': 'req_xyz789' }, body_size: 245 },
          output: {
            body: {
              product_id: 'SKU-001',
              quantity: 3,
              customer_id: 'cust_789',
              note: long,
              lines: Array.from({ length: 240 }, (_, i) => ({ sku: `SKU-${i}`, quantity: i % 5 })),
            },
            path_params: {},
          },
        },
        { name: 'validate-order', type: 'step.validate', calls: [1] },
        { name: 'gift-wrap', type: 'step.set', status: 'skipped', reason: 'if: gift == true was false' },
        { name: 'check-inventory', calls: [104, 130], waits: [300], error: errorInfo('step_timeout', 'inventory did not answer within 100 ms') },
        {
          name: 'charge-payment',
          calls: [567],
          idempotencyKey: 'charge_ord_20260215_abc123',
          output: {
            charge_id: 'ch_3abc123',
            amount: 8997,
            currency: 'usd',
            status: 'succeeded',
            receipt: { _payload: { sha256: 'ab'.repeat(32), size: 1_482_113, url: '/api/v1/payloads/ab' } },
          },
          response: { status_code: 200, reused: true },
        },
        { name: 'respond', type: 'step.json_response', calls: [1], input: { status: 201 }, output: { http_status: 201, body_size: 62 } },
      ],
    },
    {
      name: 'cancelled',
      workflow: 'travel',
      pipeline: 'book-travel',
      status: 'cancelled',
      ago: 7_200_000,
      steps: [
        { name: 'book-flight', calls: [210] },
        { name: 'book-hotel', status: 'pending' },
      ],
    },
    {
      name: 'undoing',
      workflow: 'orders',
      pipeline: 'create-order',
      status: 'compensating',
      ago: 8200,
      error: payment503,
      steps: saga([
        { ms: 0, status: 'pending' },
        { ms: 0, status: 'running' },
      ]),
    },
    {
      name: 'fifty',
      workflow: 'imports',
      pipeline: 'nightly-import',
      status: 'completed',
      ago: 600_000,
      trigger: { type: 'schedule', cron: '0 2 * * *' },
      steps: Array.from({ length: 50 }, (_, i) => ({
        name: `load-part-${String(i + 1).padStart(2, '0')}`,
        type: i % 7 === 3 ? 'step.db_exec' : i % 5 === 2 ? 'step.transform' : 'step.http_call',
        calls: i % 11 === 6 ? [90, 140] : [40 + ((i * 37) % 260)],
        waits: i % 11 === 6 ? [220] : undefined,
        ...(i % 11 === 6 ? { error: errorInfo('connection_failed', 'warehouse could not be reached') } : {}),
      })),
    },
    {
      name: 'thousand',
      workflow: 'imports',
      pipeline: 'full-resync',
      status: 'failed',
      ago: 3_600_000,
      error: errorInfo('database_error', 'UNIQUE constraint failed: customers.email'),
      trigger: { type: 'manual' },
      steps: Array.from({ length: 1000 }, (_, i) => ({
        name: `customer-${String(i + 1).padStart(4, '0')}`,
        type: 'step.db_exec',
        calls: [5 + ((i * 13) % 60)],
        ...(i === 997
          ? { status: 'failed' as const, error: errorInfo('database_error', 'UNIQUE constraint failed: customers.email') }
          : i > 997
            ? { status: 'pending' as const }
            : {}),
      })),
    },
  ];
  const filler: Plan[] = Array.from({ length: 70 }, (_, i) => ({
    name: `filler${i}`,
    workflow: i % 4 === 1 ? 'travel' : 'orders',
    pipeline: i % 4 === 1 ? 'book-travel' : i % 3 === 0 ? 'create-order' : 'process-order',
    status: i % 9 === 4 ? 'failed' : 'completed',
    ago: 700_000 + i * i * 9000,
    trigger: i % 6 === 2 ? { type: 'schedule' } : undefined,
    ...(i % 9 === 4 ? { error: payment503 } : {}),
    steps: [
      { name: 'check-inventory', calls: [60 + i * 7] },
      i % 9 === 4
        ? { name: 'charge-payment', calls: [300], status: 'failed' as const, error: payment503 }
        : { name: 'charge-payment', calls: [240 + ((i * 71) % 900)] },
    ],
  }));
  return [...list, ...filler].map((plan) => build(plan, now)).sort((a, b) => b.timeline.started_at.localeCompare(a.timeline.started_at));
}
