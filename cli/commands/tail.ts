/** `tail`: what happens to executions, as it happens, one line an event, until it is interrupted. */
import { CONNECTION, connect } from '#cli/client';
import { type Command, OK } from '#cli/command';
import type { StreamMessage } from '#cli/event-stream';
import { followed } from '#cli/follow';
import { printable } from '#cli/print-diagnostics';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

export const tail: Command = {
  name: 'tail',
  summary: 'Prints what happens to executions, live, one line an event',
  positionals: [],
  options: {
    pipeline: { type: 'string', value: 'NAME', about: 'Of this pipeline only: pipeline or workflow.pipeline' },
    workflow: { type: 'string', value: 'NAME', about: 'Of this workflow only' },
    status: { type: 'string', value: 'STATUS', about: 'Events after which the execution has this status, such as failed' },
    execution: { type: 'string', value: 'ID', about: 'Of this execution only' },
    ...CONNECTION,
  },
  async run(given, around) {
    const connection = connect(given, around);
    const { pipeline, workflow, status, execution, tenant } = given.options;
    const filter = Object.entries({ pipeline, workflow, status, execution_id: execution, tenant }).filter((entry): entry is [string, string] => !!entry[1]);
    const path = `/executions/live?${new URLSearchParams(filter)}`;
    for await (const message of followed(connection, path, around)) {
      const line = lineOf(message);
      if (line !== undefined) around.out(line);
    }
    return OK;
  },
};

/** `12:30:01.250  create-order.create-order  exec_…  running  step.completed  charge-payment  12 ms`; `undefined` for what is no event. */
export function lineOf({ event, data }: StreamMessage): string | undefined {
  let value: Json;
  try {
    value = JSON.parse(data) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { at, workflow, pipeline, execution_id, execution_status } = value;
  const time = typeof at === 'number' ? new Date(at).toISOString().slice(11, 23) : '';
  const parts = [time, `${workflow}.${pipeline}`, execution_id, String(execution_status).padEnd(12), event.padEnd(21), ...factsOf(value)];
  return printable(parts.join('  ').trimEnd());
}

function factsOf({ step, duration_ms, error }: JsonObject): string[] {
  const message = isJsonObject(error) ? error.message : error;
  return [
    ...(typeof step === 'string' ? [step] : []),
    ...(typeof duration_ms === 'number' ? [`${duration_ms} ms`] : []),
    ...(typeof message === 'string' ? [message] : []),
  ];
}
