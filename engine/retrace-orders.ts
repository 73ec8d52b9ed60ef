/**
 * From the log back to what was asked: which order may have led to an event. A new kind of order, and a new event that
 * tells of one, is read back here; the switch does not compile without it.
 */
import type { AdmissionAnswer } from '#contracts/admission';
import type { Definition } from '#contracts/definition';
import type { LogEvent } from '#contracts/events';
import type { StepOutcome } from '#contracts/step';
import type { Order } from '#engine/commands';
import { storedValue } from '#engine/context';
import { attemptId, type ExecutionState, isStarted } from '#engine/state';

/** What from outside an event tells of. The clock (`tick`, `proceed`) is tried for every event besides. */
export function ordersFor(log: readonly LogEvent[], position: number, state: ExecutionState, definitions: ReadonlyMap<string, Definition>): Order[] {
  const event = log[position]!;
  switch (event.type) {
    case 'execution.started':
      return [startOf(event, true), startOf(event, false)];
    case 'step.output_recorded': {
      const { step_name, output, response } = event.data;
      return outcomeOf(state, step_name, 'run', { kind: 'completed', output: storedValue(output), ...(response ? { response } : {}) }).concat(
        // `on_error: continue` records the output of a failure before the failure.
        log.slice(position, position + 3).flatMap((next) => (next.type === 'step.failed' ? failureOf(state, next, 'run') : [])),
      );
    }
    case 'circuit.refused': {
      const { step_name, phase, breaker, retry_after_ms, fallback } = event.data;
      const next = log[position + 1];
      const kept =
        fallback === 'cached' && next?.type === 'step.output_recorded'
          ? { output: storedValue(next.data.output), ...(next.data.response ? { response: next.data.response } : {}) }
          : undefined;
      return outcomeOf(state, step_name, phase, { kind: 'refused', breaker, retry_after_ms, ...(kept ? { kept } : {}) });
    }
    case 'timer.scheduled':
      return outcomeOf(state, event.data.step_name, 'run', { kind: 'sleep', until: event.data.due_at, output: storedValue(event.data.output) });
    case 'step.failed':
      // Past its deadline it is the clock that ends whatever is under way, all at once.
      if (event.data.error.code === 'execution_timeout') return [{ type: 'tick' }, ...failureOf(state, event, 'run')];
      return [...failureOf(state, event, 'run'), { type: 'overflow' }];
    case 'execution.failed':
    case 'saga.compensating':
      return [{ type: 'overflow' }];
    case 'step.compensated': {
      const { step_name, output, response } = event.data;
      return outcomeOf(state, step_name, 'compensate', { kind: 'completed', output: storedValue(output), ...(response ? { response } : {}) });
    }
    case 'compensation.failed':
      return [
        ...failureOf(state, event, 'compensate'),
        { type: 'interrupted', attempts: [attemptId(event.data.step_name, 'compensate')] },
        { type: 'park', reason: event.data.error.message },
      ];
    case 'retry.attempted': {
      const attempts: string[] = [];
      for (let next = event as LogEvent | undefined, i = position; next?.type === 'retry.attempted' && next.data.reason === 'interrupted'; next = log[++i]) {
        attempts.push(attemptId(next.data.step_name, next.data.phase));
      }
      // Several that were lost may have been found one after the other.
      return attempts.map((_, index) => ({ type: 'interrupted' as const, attempts: attempts.slice(0, attempts.length - index) }));
    }
    case 'cancel.requested':
      return [{ type: 'cancel', ...event.data } as Order];
    case 'compensation.resumed':
      return [{ type: 'resume', ...event.data } as Order];
    case 'admission.queued': {
      const { reason, position, until } = event.data;
      const answer: AdmissionAnswer = reason === 'debounce' ? { kind: 'queued', reason, until: until! } : { kind: 'queued', reason, position: position! };
      return [{ type: 'admission', answer, run: false }];
    }
    case 'admission.granted':
      return [true, false].map((run) => ({ type: 'admission', answer: { kind: 'granted' }, run }));
    case 'admission.refused': {
      const { reason, by_execution: by } = event.data;
      return [{ type: 'admission', answer: { kind: 'refused', reason, ...(by === undefined ? {} : { by }) }, run: false }];
    }
    case 'execution.migrated': {
      const { by, to } = event.data;
      const definition = definitions.get(to.definition);
      return definition ? [{ type: 'migrate', by, version: to.version, definition }] : [];
    }
    case 'dead_letter.replayed':
      return [{ type: 'dead_letter', action: 'replayed', ...event.data }];
    case 'dead_letter.discarded':
      return [{ type: 'dead_letter', action: 'discarded', ...event.data }];
    case 'key.released':
      return [{ type: 'release_key', ...event.data }];
    case 'execution.paused':
      return [
        { type: 'pause', ...event.data },
        { type: 'park', reason: event.data.reason ?? '' },
      ];
    case 'execution.resumed':
      return [{ type: 'resume', ...event.data }];
    case 'breakpoint.modified': {
      const { by, input, secrets = [] } = event.data;
      const given = { by, input: { kind: 'ready' as const, input: storedValue(input), secrets } };
      return [
        { type: 'modify', ...given },
        { type: 'resume', ...given },
      ];
    }
    case 'breakpoint.released':
      return releaseOf(event, log[position + 1]);
    case 'signal.received': {
      const { signal_id: id, name, data, by, step_name } = event.data;
      return [{ type: 'signal', signal: { id, name, data: storedValue(data), by }, keep: step_name === undefined }];
    }
    case 'wait.started': {
      // Of a step without I/O it is decided; one that has called another execution was told to wait.
      const { step_name, kind, event: name, correlation, due_at: until } = event.data;
      const wait = { kind, event: name, ...(correlation ? { correlation } : {}), ...(until === undefined ? {} : { until }) };
      return outcomeOf(state, step_name, 'run', { kind: 'wait', wait });
    }
    case 'breakpoint.hit':
    case 'step.mocked':
    case 'signal.taken':
    case 'step.started':
    case 'step.input_recorded':
    case 'step.completed':
    case 'step.skipped':
    case 'conditional.routed':
    case 'execution.completed':
    case 'execution.cancelled':
    case 'saga.compensated':
    case 'compensation.started':
    case 'dead_letter.recorded':
    case 'block.opened':
    case 'strand.started':
    case 'strand.ended':
    case 'block.stopping':
      return [];
    default: {
      const never: never = event;
      return never;
    }
  }
}

function releaseOf({ data }: Extract<LogEvent, { type: 'breakpoint.released' }>, next: LogEvent | undefined): Order[] {
  const { action, by, replayed_as = '', from_step = '' } = data;
  switch (action) {
    case 'resume':
    case 'skip':
      return [{ type: action, by }];
    case 'abort':
      return [{ type: 'abort', by, ...(next?.type === 'cancel.requested' && next.data.reason !== undefined ? { reason: next.data.reason } : {}) }];
    case 'replay':
      return [{ type: 'supersede', by, replayed_as, from_step }];
    default: {
      const never: never = action;
      return never;
    }
  }
}

function startOf({ at, data }: Extract<LogEvent, { type: 'execution.started' }>, run: boolean): Order {
  const { execution_id, tenant_id, trigger_data, recorded, idempotency_expires_at: expires, deadline: _, ...facts } = data;
  return {
    type: 'start',
    execution_id,
    run,
    request: {
      ...facts,
      tenant: tenant_id,
      trigger_data: storedValue(trigger_data),
      ...(recorded ? { recorded } : {}),
      ...(expires === undefined ? {} : { idempotency_ttl_ms: expires - at }),
    },
  };
}

function failureOf(state: ExecutionState, { data }: Extract<LogEvent, { type: 'step.failed' | 'compensation.failed' }>, phase: 'run' | 'compensate'): Order[] {
  return outcomeOf(state, data.step_name, phase, { kind: 'failed', error: data.error });
}

function outcomeOf(state: ExecutionState, step: string, phase: 'run' | 'compensate', outcome: StepOutcome): Order[] {
  const active = isStarted(state) ? state.active[attemptId(step, phase)] : undefined;
  if (!active || !isStarted(state)) return [];
  return [{ type: 'outcome', step, phase, run: state.steps[step]?.runs ?? 1, attempt: active.attempt, outcome }];
}
