/**
 * An execution's log lines, derived from its events: what the application wrote, and what the platform did.
 * The application's lines are recorded inputs that have the form of a line (`level`, `message`, perhaps `fields`).
 */
import type { EventData, LogEvent } from '#contracts/events';
import { isJsonObject, type Json } from '#contracts/json';
import { isAtLeast, LOG_LEVELS, type LogLevel } from '#contracts/log-level';
import type { LineContext, LineFilter, LogLine } from '#contracts/log-line';
import { pathOf } from '#contracts/step-path';

type Said = { level: LogLevel; message: string; step?: string; [field: string]: unknown };

export function lineContext({ execution_id, workflow, environment, pipeline, tenant_id, trace_id }: EventData['execution.started']): LineContext {
  return { execution_id, workflow, environment, pipeline, tenant: tenant_id, trace_id };
}

/** Whether the application wrote the line of this event itself. */
export function isOwnLine(event: LogEvent): boolean {
  return event.type === 'step.input_recorded';
}

export function logLines(events: LogEvent[], context: LineContext): LogLine[] {
  return events.flatMap((event) => {
    const said = lineOf(event);
    return said ? [{ timestamp: new Date(event.at).toISOString(), ...said, ...context, sequence_num: event.seq }] : [];
  });
}

export function fitsLine(line: LogLine, { level, text, step, from, to }: LineFilter): boolean {
  if (level !== undefined && !isAtLeast(line.level, level)) return false;
  if (step !== undefined && (line.step === undefined || (line.step !== step && pathOf(line.step) !== step))) return false;
  const at = Date.parse(line.timestamp);
  if ((from !== undefined && at < from) || (to !== undefined && at >= to)) return false;
  return text === undefined || textOf(line).includes(text.toLowerCase());
}

/** What a search looks through, in lower case: what the line says, not where it comes from. */
function textOf(line: LogLine): string {
  const { timestamp: _, level: __, workflow: ___, environment: ____, pipeline: _____, tenant: ______, trace_id: _______, ...said } = line;
  return JSON.stringify(said).toLowerCase();
}

function lineOf(event: LogEvent): Said | undefined {
  switch (event.type) {
    case 'execution.started':
      return { level: 'info', message: 'Execution started', trigger: event.data.trigger, version: event.data.version };
    case 'step.input_recorded':
      return 'value' in event.data.input ? written(event.data.input.value, event.data.step_name) : undefined;
    case 'step.completed':
      return { level: 'info', message: 'Step completed', step: event.data.step_name, duration_ms: event.data.duration_ms, attempts: event.data.attempts };
    case 'step.failed': {
      const { step_name: step, error, duration_ms, attempts, final } = event.data;
      return { level: final ? 'error' : 'warn', message: `Step failed: ${error.message}`, step, duration_ms, attempts, code: error.code };
    }
    case 'step.skipped':
      return { level: 'info', message: `Step skipped: ${event.data.reason}`, step: event.data.step_name };
    case 'conditional.routed':
      return { level: 'info', message: `Routed to ${event.data.target}`, step: event.data.step_name, route: event.data.route };
    case 'retry.attempted':
      return {
        level: 'warn',
        message: `Attempt ${event.data.attempt} is due`,
        step: event.data.step_name,
        delay_ms: event.data.delay_ms,
        reason: event.data.reason,
      };
    case 'timer.scheduled':
      return { level: 'info', message: 'Step waits', step: event.data.step_name, until: new Date(event.data.due_at).toISOString() };
    case 'wait.started': {
      const { step_name: step, kind, event: name, due_at } = event.data;
      const until = due_at === undefined ? {} : { until: new Date(due_at).toISOString() };
      return { level: 'info', message: kind === 'approval' ? 'Step waits for an approval' : `Step waits for ${name}`, step, ...until };
    }
    case 'signal.received':
      return { level: 'info', message: `Signal ${event.data.name} received`, step: event.data.step_name, by: event.data.by, signal_id: event.data.signal_id };
    case 'step.mocked':
      return { level: 'info', message: 'Step is mocked', step: event.data.step_name, by: event.data.by };
    case 'circuit.refused': {
      const { step_name: step, breaker, fallback, retry_after_ms } = event.data;
      return { level: 'warn', message: `Not called: the circuit breaker ${breaker} is open`, step, fallback: fallback ?? null, retry_after_ms };
    }
    case 'execution.paused':
      return { level: 'warn', message: 'Execution paused', by: event.data.by, reason: event.data.reason };
    case 'execution.resumed':
      return { level: 'info', message: 'Execution resumed', by: event.data.by };
    case 'breakpoint.hit':
      return { level: 'warn', message: 'Held at a breakpoint', step: event.data.step_name, breakpoint: event.data.breakpoint_id };
    case 'breakpoint.modified':
      return { level: 'warn', message: 'Input modified at a breakpoint', step: event.data.step_name, by: event.data.by };
    case 'breakpoint.released':
      return { level: 'warn', message: `Released from a breakpoint: ${event.data.action}`, step: event.data.step_name, by: event.data.by };
    case 'key.released':
      return { level: 'warn', message: 'Idempotency key released: the next start with it is another execution', by: event.data.by, reason: event.data.reason };
    case 'cancel.requested':
      return { level: 'warn', message: 'Cancel requested', by: event.data.by, reason: event.data.reason };
    case 'saga.compensating':
      return { level: 'warn', message: 'Compensation begins', steps: event.data.steps, reason: event.data.reason };
    case 'step.compensated':
      return { level: 'info', message: 'Step compensated', step: event.data.step_name, duration_ms: event.data.duration_ms, attempts: event.data.attempts };
    case 'compensation.failed': {
      const { step_name: step, error, duration_ms, attempts, final } = event.data;
      return { level: final ? 'error' : 'warn', message: `Compensation failed: ${error.message}`, step, duration_ms, attempts, code: error.code };
    }
    case 'compensation.resumed':
      return { level: 'info', message: 'Compensation resumed' };
    case 'saga.compensated':
      return { level: 'info', message: 'Execution compensated', duration_ms: event.data.duration_ms };
    case 'execution.completed':
      return { level: 'info', message: 'Execution completed', duration_ms: event.data.duration_ms };
    case 'execution.failed':
      return { level: 'error', message: `Execution failed: ${event.data.error.message}`, duration_ms: event.data.duration_ms, code: event.data.error.code };
    case 'execution.cancelled':
      return { level: 'warn', message: 'Execution cancelled', duration_ms: event.data.duration_ms, by: event.data.by, reason: event.data.reason };
    default:
      return undefined;
  }
}

function written(input: Json, step: string): Said | undefined {
  if (!isJsonObject(input)) return undefined;
  const { level, message, fields, ...rest } = input;
  const known = LOG_LEVELS.find((one) => one === level);
  if (known === undefined || typeof message !== 'string' || Object.keys(rest).length > 0) return undefined;
  return { level: known, message, step, ...(isJsonObject(fields) ? { fields } : {}) };
}
