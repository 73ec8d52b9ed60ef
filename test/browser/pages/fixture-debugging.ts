/** Breakpoints, mocks, and what executions wait for, of the stand-in API. */
import { bulkRequest } from '#contracts/api-bulk';
import { boardsQuery, breakpointRequest, mockRequest } from '#contracts/api-debugging';
import type { ContextView, WaitingFor } from '#contracts/execution-rpc';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { Fixture } from './fixture-executions';

const HOUR = 3_600_000;
const STAMP = { workflow: 'orders', pipeline: 'process-order', environment: 'production', created_by: 'key:key_ci' };
/** Beside those of the pipeline that the other pages are about. */
const ELSEWHERE = { workflow: 'payments', pipeline: 'process-payment', environment: 'staging', created_by: 'key:key_ci' };
const INPUT = { url: 'http://payment/api/charges', method: 'POST', body: { amount: 12_500, currency: 'EUR' } };
const FORM = {
  type: 'object',
  required: ['cost_centre'],
  properties: {
    cost_centre: { type: 'string', title: 'Cost centre' },
    class: { enum: ['economy', 'business'] },
    limit: { type: 'number', description: 'In EUR' },
  },
};

const PARCEL = {
  type: 'object',
  required: ['weight'],
  properties: { weight: { type: 'number', title: 'Weight', description: 'In kg' }, fragile: { type: 'boolean' } },
};

export class FixtureDebugging {
  /** What was decided, in order. */
  readonly orders: { id: string; part: string; body: Json }[] = [];
  #boards: { breakpoints: JsonObject[]; mocks: JsonObject[] } = {
    breakpoints: [
      this.#breakpoint('charge-payment', 'steps.check-inventory.output.total > 10000'),
      { ...this.#breakpoint('authorize'), ...ELSEWHERE, id: 'bp_authorize', notify: ['ops@example.com', 'https://hooks.example.com/held'] },
    ],
    mocks: [
      {
        ...ELSEWHERE,
        id: 'mock_capture',
        step: 'capture',
        created_at: new Date().toISOString(),
        expires_at: null,
        answers: [{ error: { status: 503 } }, { output: { charge_id: 'ch_mock' } }],
      },
    ],
  };
  #input: Json = INPUT;
  #bulk: { action: string; filter: JsonObject } = { action: 'cancel', filter: {} };

  /** Gives the executions what the pages show of steering. */
  prepare(fixtures: Fixture[]): void {
    const waiting = fixtures.find(({ name }) => name === 'waiting')!;
    waiting.timeline.steps[1]!.waiting_for = { kind: 'approval', event: 'approval' };
    const signalled = fixtures.find(({ name }) => name === 'signalled')!;
    signalled.timeline.steps[1]!.waiting_for = { kind: 'event', event: 'parcel.weighed' };
    const held = fixtures.find(({ name }) => name === 'held')!;
    held.timeline.paused = {
      since: new Date(Date.now() - HOUR).toISOString(),
      by: 'key:key_ci',
      breakpoint: { id: 'bp_1', step: 'charge-payment', condition: 'steps.check-inventory.output.total > 10000' },
    };
    held.timeline.steps[0]!.mocked = { by: 'admin', mock_id: 'mock_1' };
  }

  waitingFor({ timeline }: Fixture): { waiting_for?: WaitingFor[] } {
    const step = timeline.steps.find((one) => one.waiting_for);
    if (!step) return {};
    if (step.waiting_for!.kind === 'event') {
      const correlation = { paths: ['order_id'], values: ['ord_8812'] };
      return { waiting_for: [{ step: step.name, kind: 'event', event: 'parcel.weighed', correlation, input: { event: 'parcel.weighed', form: PARCEL } }] };
    }
    return {
      waiting_for: [
        { step: step.name, kind: 'approval', event: step.name, input: { message: 'Book the trip to Lisbon for 1,240 EUR?', approvers: ['admin'], form: FORM } },
      ],
    };
  }

  async execution(request: Request, { timeline }: Fixture, part: string): Promise<Response> {
    const id = timeline.execution_id;
    if (part === 'context') {
      const view: ContextView = {
        execution_id: id,
        status: timeline.status,
        context: { trigger: { order_id: 'ord_8812' }, steps: { 'check-inventory': { total: 12_500 } }, meta: {} },
      };
      return Response.json({ ...view, ...(timeline.paused ? { next: { step: 'charge-payment', type: 'step.http_call', input: this.#input } } : {}) });
    }
    const body = (await request.json()) as JsonObject;
    if (part === 'breakpoint' && (body.input as JsonObject | undefined)?.method === 'FETCH') {
      throw new Problem('invalid_input', 'A step.http_call does not take this input: method: Invalid option');
    }
    this.orders.push({ id, part, body });
    if (body.action === 'modify') this.#input = body.input!;
    else
      Object.assign(timeline, {
        status: 'completed',
        completed_at: new Date().toISOString(),
        duration_ms: 5 * HOUR,
        paused: undefined,
        last_seq: timeline.last_seq + 1,
      });
    for (const step of timeline.steps) if (body.action !== 'modify') step.waiting_for = undefined;
    return Response.json({ execution_id: id, status: timeline.status });
  }

  /** Counts three, and has carried out two of them at once. */
  async bulk(request: Request): Promise<Response> {
    const job = { id: 'job_1', by: 'admin', total: 3, total_is_least: false, created_at: new Date().toISOString() };
    if (request.method === 'GET') return Response.json({ ...job, ...this.#bulk, status: 'completed', done: 2, refused: 1, failed: 0, problems: [] });
    const order = bulkRequest.parse(await request.json());
    if (order.preview) return Response.json({ action: order.action, total: 3, total_is_least: false, by_status: { running: 1, completed: 2 } });
    this.#bulk = { action: order.action, filter: order.filter as JsonObject };
    this.orders.push({ id: 'job_1', part: 'bulk', body: { ...this.#bulk } });
    return Response.json({ ...job, ...this.#bulk, status: 'running', done: 0, refused: 0, failed: 0, problems: [] }, { status: 202 });
  }

  /** Over all pipelines. */
  list(url: URL, key: 'breakpoints' | 'mocks'): Response {
    const wanted = boardsQuery.parse(Object.fromEntries(url.searchParams));
    if (wanted.environment === 'boom') throw new Problem('internal');
    const fits = (one: JsonObject) =>
      (['workflow', 'pipeline', 'environment'] as const).every((name) => wanted[name] === undefined || wanted[name] === one[name]);
    return Response.json({ items: this.#boards[key].filter(fits), next_cursor: null });
  }

  /** `pipeline`: `workflow.pipeline`. */
  async board(request: Request, pipeline: string, kind: 'breakpoints' | 'mock', id: string | undefined): Promise<Response> {
    const key = kind === 'mock' ? 'mocks' : 'breakpoints';
    const isHere = (one: JsonObject) => `${one.workflow}.${one.pipeline}` === pipeline;
    if (request.method === 'DELETE') {
      this.#boards[key] = this.#boards[key].filter((one) => !isHere(one) || (one.id !== id && one.step !== id));
      return new Response(null, { status: 204 });
    }
    if (request.method === 'POST' && kind === 'breakpoints') {
      const { step, condition } = breakpointRequest.parse(await request.json());
      if (condition?.endsWith('>')) throw new Problem('invalid_condition', 'condition: a value is missing after >');
      this.#boards.breakpoints.push(this.#breakpoint(step, condition ?? undefined));
    } else if (request.method === 'POST') {
      const { mocks } = mockRequest.parse(await request.json());
      for (const [step, answer] of Object.entries(mocks)) {
        this.#boards.mocks.push({
          ...STAMP,
          id: `mock_${step}`,
          step,
          created_at: new Date().toISOString(),
          expires_at: null,
          answers: 'answers' in answer ? answer.answers : ([answer] as unknown as Json),
        });
      }
    }
    return Response.json({ items: this.#boards[key].filter(isHere), next_cursor: null }, { status: request.method === 'POST' ? 201 : 200 });
  }

  #breakpoint(step: string, condition?: string): JsonObject {
    const now = Date.now();
    const times = { created_at: new Date(now).toISOString(), expires_at: new Date(now + HOUR).toISOString() };
    return { ...STAMP, ...times, id: `bp_${step}`, step, action: 'pause', notify: [], ...(condition ? { condition } : {}) };
  }
}
