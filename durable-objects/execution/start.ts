/** The start of an execution: begun once, whoever comes with it; what has begun is gone on with, and answered. */
import type { AdmissionRequest } from '#contracts/admission';
import type { StartRequest, StartResult } from '#contracts/execution-rpc';
import { Problem } from '#contracts/problems';
import { isStarted, type StartedState } from '#engine/state';
import type { ExecutionDesk } from '#objects/execution/desk';
import { loaded } from '#storage/payloads';

/** Of a pipeline without a gate, whose execution waits for its quota. */
const NO_GATE: AdmissionRequest = { on_conflict: 'queue', priority: 0 };

/** `noted`: the last number that an execution of its key was said to have. Throws Problem: unknown_workflow, execution_leaving. */
export async function start(desk: ExecutionDesk, request: StartRequest, noted: () => number): Promise<StartResult> {
  const { wait_ms, with_outputs, recorded, bounds, ...facts } = request;
  const { tenant, definition } = request;
  // The record lies with its origin; this execution keeps it in its own log.
  const record = recorded && { recorded: await loaded(recorded, tenant, desk.ports.payloads) };
  const { alias } = desk.carriage;
  if (alias !== undefined) return { kind: 'elsewhere', execution_id: alias };
  if (desk.history.isErased) throw desk.leave.refusal();
  if (!isStarted(await desk.load()) && !(await desk.history.adopt(tenant, definition))) {
    throw new Problem('unknown_workflow', `The definition ${definition} is not stored in this region.`);
  }
  const { state } = desk.history;
  let begun = false;
  if (isStarted(state)) {
    const expired = expiredGeneration(state, request, desk.ports.now(), noted);
    if (expired !== undefined) {
      desk.leave.ledOn();
      return { kind: 'expired', generation: expired };
    }
    await desk.recover();
  } else {
    const place = bounds && (await desk.place.take(bounds, facts.admission?.key ?? `${facts.workflow}.${facts.pipeline}`));
    if (place && 'refused' in place) return { kind: 'full', ...place.refused };
    // Of several that come at once, one begins it.
    begun = await desk.submit({
      type: 'start',
      execution_id: desk.id,
      request: { ...facts, ...record, ...(place ? { admission: { ...(facts.admission ?? NO_GATE), quota: place.waits } } : {}) },
      run: wait_ms > 0,
    });
    // Refused by the engine, it is not there, and needs no place.
    if (!isStarted(desk.history.state)) desk.place.free();
  }
  await desk.admission.settle(wait_ms > 0).catch(desk.report);
  if (wait_ms > 0 && !desk.isOver()) await desk.end.within(wait_ms);
  return { kind: begun ? 'started' : 'existing', ...(await desk.results.of(desk.history, desk.ports.evaluator, with_outputs ?? false)) };
}

/** Its key is free again: the number of the next execution that has it. */
function expiredGeneration({ facts }: StartedState, request: StartRequest, now: number, noted: () => number): number | undefined {
  const expires = facts.idempotency_expires_at;
  if (expires === undefined || now < expires) return undefined;
  return Math.max(noted(), (request.generation ?? 0) + 1);
}
