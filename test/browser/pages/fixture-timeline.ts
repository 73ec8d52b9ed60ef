/** Timelines as the API answers them: in pages, without values, one step, what is new; and the context at an event. */
import type { LogEvent } from '#contracts/events';
import type { TimelineStep } from '#contracts/execution';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { diffValues } from '#engine/diff-values';
import { build, eventsOf, type Fixture } from './fixture-executions';

export function timelineAnswer({ timeline }: Fixture, query: URLSearchParams): object {
  const step = query.get('step');
  const since = query.get('since');
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 200);
  const paged = query.has('limit') || query.has('cursor') || since !== null;
  const slim = query.get('values') === 'none' || since !== null;
  const fitting = timeline.steps.filter(({ name }) => (step === null || name === step) && (since === null || timeline.last_seq > Number(since)));
  const steps = (paged ? fitting.slice(from, from + limit) : fitting).map((one) => (slim ? withoutValues(one) : one));
  if (!paged) return { ...timeline, steps };
  const end = from + limit;
  return { ...timeline, steps, steps_total: timeline.steps.length, next_cursor: end < fitting.length ? String(end) : null };
}

function withoutValues({ input: _i, output: _o, response: _r, compensation, ...step }: TimelineStep): TimelineStep {
  const { input: _in, output: _out, ...undo } = compensation ?? { type: '', status: 'pending', attempts: 0 };
  return { ...step, ...(compensation ? { compensation: undo } : {}) };
}

/** A context that holds what the steps have put out by then. */
export function contextAnswer(fixture: Fixture, seq: number): object {
  const events = eventsOf(fixture);
  const event = events[seq - 1];
  if (!event) throw new Problem('not_found', `The execution has no event ${seq}, or none whose context is known here.`);
  const { timeline } = fixture;
  const at = (until: number) => ({ trigger: timeline.trigger, steps: outputsOf(events.slice(0, until)), meta: { pipeline: timeline.pipeline } });
  const changes = diffValues(at(seq - 1), at(seq));
  return {
    execution_id: timeline.execution_id,
    status: seq === events.length ? timeline.status : 'running',
    context: at(seq),
    after: {
      seq,
      type: event.type,
      at: new Date(event.at).toISOString(),
      ...('step_name' in event.data ? { step: event.data.step_name } : {}),
      changes: changes?.paths ?? {},
      changes_cut: false,
    },
  };
}

function outputsOf(events: LogEvent[]): JsonObject {
  const outputs: JsonObject = {};
  for (const { type, data } of events) if (type === 'step.output_recorded') outputs[data.step_name] = (data.output as { value: Json }).value;
  return outputs;
}

/** Executions so large that they are made only when somebody asks for them. */
/** A step whose name is markup, and whose output is 5 MB and stands apart. */
export const ODD_STEP = '<img src=x onerror="window.hacked = 1">';
export const PAYLOAD = '5'.repeat(64);

export function payloadAnswer(): Response {
  const rows = Array.from({ length: 40_000 }, (_, i) => ({ id: i, text: `${i === 31_415 ? 'needle ' : ''}${'x'.repeat(90)}` }));
  return Response.json({ rows });
}

export const LARGE: { readonly [name: string]: (now: number) => Fixture } = {
  'two-thousand-items': (now) => {
    const items = Array.from({ length: 2000 }, (_, i) => ({
      name: `each/${i}/charge`,
      calls: [20 + ((i * 31) % 180)],
      ...(i === 1234 ? { status: 'failed' as const, error: { code: 'upstream_status', message: '402 from payment', retryable: false, status: 402 } } : {}),
    }));
    const fixture = build(
      {
        name: 'two-thousand-items',
        workflow: 'orders',
        pipeline: 'bulk-order',
        status: 'completed',
        ago: 900_000,
        steps: [{ name: 'each', type: 'step.foreach', calls: [2000] }, ...items, { name: 'respond', type: 'step.json_response' }],
      },
      now,
    );
    const { steps } = fixture.timeline;
    steps[0]!.block = { kind: 'foreach', begun: 2000, completed: 1999, failed: 1, stopped: 0, items: 2000 };
    for (const [i, step] of steps.slice(1, 2001).entries()) Object.assign(step, { index: 2, parent: 'each', lane: String(i) });
    steps[2001]!.index = 1;
    return fixture;
  },
  odd: (now) => {
    const fixture = build({ name: 'odd', workflow: 'orders', pipeline: 'bulk-order', status: 'completed', ago: 60_000, steps: [{ name: ODD_STEP }] }, now);
    const { execution_id, steps } = fixture.timeline;
    steps[0]!.output = { _payload: { sha256: PAYLOAD, size: 5_000_000, url: `/api/v1/executions/${execution_id}/payloads/${PAYLOAD}` } };
    return fixture;
  },
  'fifty-thousand-events': (now) =>
    build(
      {
        name: 'fifty-thousand-events',
        workflow: 'imports',
        pipeline: 'full-resync',
        status: 'completed',
        ago: 7_200_000,
        steps: Array.from({ length: 16_666 }, (_, i) => ({ name: `row-${String(i + 1).padStart(5, '0')}`, type: 'step.db_exec', calls: [2 + ((i * 7) % 30)] })),
      },
      now,
    ),
};
