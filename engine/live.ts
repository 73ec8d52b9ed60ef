/** What a watcher is told of each event: small facts, never payloads. Shapes of `vision.txt` 3d. */
import type { LogEvent } from '#contracts/events';
import type { JsonObject } from '#contracts/json';
import type { LiveMessage } from '#contracts/live-rpc';
import type { LineContext, LogLine } from '#contracts/log-line';
import { draftOf } from '#engine/draft';
import { apply } from '#engine/evolve';
import { lineContext, logLines } from '#engine/log-lines';
import { type ExecutionState, isStarted, type StartedState } from '#engine/state';
import { statusOf } from '#engine/status';

/** Facts of an event's data that are told; inputs, outputs and other values stay in the log. */
const TOLD = [
  'attempt',
  'attempts',
  'duration_ms',
  'due_at',
  'reason',
  'route',
  'target',
  'trigger',
  'final',
  'steps',
  'delay_ms',
  'phase',
  'by',
  'action',
  'breakpoint_id',
  'name',
  'kind',
  'event',
  'lane',
  'outcome',
  'attributes',
  'version',
] as const;

/** A line for reading along: what is longer comes shortened, and stands in the log. */
const MOST_LINE_CHARS = 4000;
const MOST_MESSAGE_CHARS = 1000;

/** `before` is the state that the turn began with: each message tells the status right after its event. */
export function liveMessages(events: LogEvent[], before: ExecutionState): LiveMessage[] {
  let state = isStarted(before) ? draftOf(before) : before;
  return events.map((event) => {
    state = apply(state, event);
    const { facts } = state as StartedState;
    const line = lineOf(event, lineContext(facts));
    return {
      event: event.type,
      execution_id: facts.execution_id,
      seq: event.seq,
      at: event.at,
      tenant: facts.tenant_id,
      workflow: facts.workflow,
      workflow_id: facts.workflow_id,
      environment: facts.environment,
      pipeline: facts.pipeline,
      ...(facts.attributes ? { attributes: facts.attributes } : {}),
      status: statusOf(state),
      data: told(event, facts.execution_id, facts.pipeline),
      ...(line ? { line } : {}),
    };
  });
}

function lineOf(event: LogEvent, context: LineContext): LogLine | undefined {
  const [line] = logLines([event], context);
  if (!line || JSON.stringify(line).length <= MOST_LINE_CHARS) return line;
  const { fields: _, ...rest } = line;
  return { ...rest, message: line.message.slice(0, MOST_MESSAGE_CHARS), cut: true } as LogLine;
}

function told(event: LogEvent, execution_id: string, pipeline: string): JsonObject {
  const data = event.data as unknown as JsonObject;
  const message: JsonObject = { execution_id };
  if (event.type.startsWith('execution.') || event.type.startsWith('saga.')) message.pipeline = pipeline;
  if (typeof data.step_name === 'string') message.step = data.step_name;
  if (typeof data.step_type === 'string') message.type = data.step_type;
  for (const key of TOLD) if (data[key] !== undefined) message[key] = data[key];
  if (event.type === 'execution.completed') message.status = 'completed';
  if (event.type === 'execution.failed') message.status = 'failed';
  if ('error' in event.data && event.data.error) message.error = { code: event.data.error.code, message: event.data.error.message };
  return message;
}
