/** Ports of an effect that keep what they were asked and answer what the test says. */
import type { Json, JsonObject } from '#contracts/json';
import type { EffectContext, ExecResult, HttpPort, HttpReply } from '#steps/define-step';

export type HttpRequest = Parameters<HttpPort['fetch']>[0];
export type BusEvent = Parameters<EffectContext['bus']['publish']>[0];

export interface FakeEffect {
  context: EffectContext;
  requests: HttpRequest[];
  statements: { database: string; sql: string; params: Json[]; key?: string | null }[];
  events: BusEvent[];
}

async function unused(): Promise<never> {
  throw new Error('not used here');
}

export function fakeEffect(answers: { reply?: HttpReply; rows?: JsonObject[]; exec?: ExecResult | Error; context?: Partial<EffectContext> } = {}): FakeEffect {
  const requests: HttpRequest[] = [];
  const statements: FakeEffect['statements'] = [];
  const events: BusEvent[] = [];
  const context: EffectContext = {
    tenant: 'acme',
    workflow: 'orders',
    environment: 'production',
    pipeline: 'process-order',
    execution_id: 'exec_1',
    step: 'charge',
    attempt: 1,
    signal: new AbortController().signal,
    idempotency_key: 'exec_1:charge',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: '00f067aa0ba902b7',
    now: () => Date.UTC(2026, 1, 15, 14, 30),
    http: {
      async fetch(request) {
        requests.push(request);
        return answers.reply ?? { status: 200, headers: {}, body: '' };
      },
    },
    databases: {
      async query(database, sql, params) {
        statements.push({ database, sql, params });
        return { rows: answers.rows ?? [] };
      },
      async exec(database, sql, params, key) {
        statements.push({ database, sql, params, key });
        if (answers.exec instanceof Error) throw answers.exec;
        return answers.exec ?? { affected_rows: 1, last_id: 1, rows: answers.rows ?? [] };
      },
    },
    bus: {
      async publish(event) {
        events.push(event);
      },
    },
    actors: { tell: unused },
    artifacts: { put: unused, get: unused, list: unused, delete: unused },
    machines: { create: unused, move: unused, read: unused },
    calls: { start: unused, goOn: unused },
    breakers: { look: unused },
    revocations: { revoke: unused },
    platform: { call: unused },
    ...answers.context,
  };
  return { context, requests, statements, events };
}
