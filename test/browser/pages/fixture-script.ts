/** An execution that happens while one looks: two steps succeed, the third fails twice and for good, both are undone. */
import type { ExecutionStatus, Timeline, TimelineStep } from '#contracts/execution';
import { errorInfo } from '#contracts/problems';
import { build, type Fixture, fixtureId } from './fixture-executions';

const ERROR = errorInfo('upstream_status', '503 from payment', { status: 503, retryable: true });

type Emit = (event: string, data: Record<string, unknown>) => void;

export function scriptedRun(emit: Emit) {
  const id = fixtureId('live');
  let fixture = fresh();
  let begun = false;
  let held: Promise<void> | undefined;

  function fresh(): Fixture {
    const made = build(
      {
        name: 'live',
        workflow: 'orders',
        pipeline: 'create-order',
        status: 'pending',
        ago: 0,
        steps: ['reserve-inventory', 'create-shipment', 'charge-payment', 'respond'].map((name) => ({ name, status: 'pending' as const })),
      },
      Date.now(),
    );
    made.timeline.last_seq = 0;
    return made;
  }

  const step = (name: string) => fixture.timeline.steps.find((one) => one.name === name)!;
  const tell = (event: string, data: Record<string, unknown> = {}, status: ExecutionStatus = fixture.timeline.status) => {
    fixture.timeline.status = status;
    fixture.timeline.last_seq++;
    emit(event, {
      execution_id: id,
      seq: fixture.timeline.last_seq,
      at: Date.now(),
      execution_status: status,
      workflow: 'orders',
      pipeline: 'create-order',
      ...data,
    });
  };
  const start = (name: string, attempt = 1) => {
    const one = step(name);
    const at = new Date().toISOString();
    one.status = 'running';
    one.started_at ??= at;
    one.attempts = attempt;
    one.input ??= { url: `http://${name}.internal`, method: 'POST', body: { order_id: 'ord_1', lines: [{ sku: 'SKU-001' }] } };
    one.attempt_log = [...(one.attempt_log ?? []), { attempt, started_at: at, status: 'running' }];
    tell('step.started', { step: name, type: one.type });
  };
  const finish = (name: string, failed: boolean, final: boolean) => {
    const one = step(name);
    const log = one.attempt_log!.at(-1)!;
    log.duration_ms = Date.now() - Date.parse(log.started_at);
    log.status = failed ? 'failed' : 'completed';
    if (failed) log.error = ERROR;
    if (failed && !final) log.retry_at = new Date(Date.now() + 700).toISOString();
    one.status = failed ? (final ? 'failed' : 'retrying') : 'completed';
    if (!failed) one.output = { ok: true };
    if (failed && final) one.error = ERROR;
    if (!failed || final) one.duration_ms = Date.now() - Date.parse(one.started_at!);
    tell(failed ? 'step.failed' : 'step.completed', { step: name, duration_ms: log.duration_ms, ...(failed ? { error: ERROR } : {}) });
  };
  const undo = (name: string, change: Partial<NonNullable<TimelineStep['compensation']>>) => {
    step(name).compensation = { type: 'step.http_call', attempts: 1, status: 'pending', ...step(name).compensation, ...change };
  };
  const undone = (name: string) => {
    const began = Date.parse(step(name).compensation!.started_at!);
    undo(name, { status: 'completed', duration_ms: Date.now() - began, output: { released: true } });
    step(name).status = 'compensated';
    tell('step.compensated', { step: name });
  };

  const SCRIPT: [number, () => unknown][] = [
    [0, () => tell('execution.started', { trigger: 'http' }, 'running')],
    [100, () => start('reserve-inventory')],
    [500, () => finish('reserve-inventory', false, true)],
    [510, () => start('create-shipment')],
    [1100, () => finish('create-shipment', false, true)],
    [1110, () => start('charge-payment')],
    [1120, () => held],
    [2000, () => finish('charge-payment', true, false)],
    [2700, () => start('charge-payment', 2)],
    [
      3600,
      () => {
        finish('charge-payment', true, true);
        fixture.timeline.error = ERROR;
        fixture.timeline.saga = { status: 'compensating', reason: 'failed', order: ['create-shipment', 'reserve-inventory'] };
        undo('create-shipment', { status: 'running', started_at: new Date().toISOString() });
        undo('reserve-inventory', {});
        tell('saga.compensating', { error: { code: ERROR.code, message: ERROR.message } }, 'compensating');
      },
    ],
    [
      4500,
      () => {
        undone('create-shipment');
        undo('reserve-inventory', { status: 'running', started_at: new Date().toISOString() });
        tell('compensation.started', { step: 'reserve-inventory' });
      },
    ],
    [
      5200,
      () => {
        undone('reserve-inventory');
        const timeline: Timeline = fixture.timeline;
        timeline.duration_ms = Date.now() - Date.parse(timeline.started_at);
        timeline.completed_at = new Date().toISOString();
        timeline.saga = { ...timeline.saga!, status: 'compensated' };
        tell('saga.compensated', { duration_ms: timeline.duration_ms }, 'compensated');
      },
    ],
  ];

  async function play(): Promise<void> {
    let now = -300;
    for (const [after, act] of SCRIPT) {
      await new Promise((resolve) => setTimeout(resolve, after - now).unref());
      now = after;
      await act();
    }
  }

  return {
    id,
    current: () => fixture,
    started: () => begun,
    begin() {
      if (begun) return;
      begun = true;
      fixture = fresh();
      void play();
    },
    /** It does not come to its first failure before what this gives is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
  };
}
