/** `tail`: what happens to executions, as it happens, one line an event, until it is interrupted. */
import { setTimeout as pause } from 'node:timers/promises';
import { CONNECTION, type Connection, connect, open } from '#cli/client';
import { type Command, Failure } from '#cli/command';
import { messagesOf, type StreamMessage } from '#cli/event-stream';
import { printable } from '#cli/print-diagnostics';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

const AGAIN_MS = 1_000;
/** A stream that is lost is asked for this often before it is given up. */
const PATIENCE = 30;

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
    for (let stream = await open(connection, path); ; stream = await reopen(connection, path)) {
      around.note('Watching. Ctrl-C ends it.');
      try {
        for await (const message of messagesOf(stream as unknown as AsyncIterable<Uint8Array>)) {
          const line = lineOf(message);
          if (line !== undefined) around.out(line);
        }
      } catch {
        // The connection broke; what matters is said below.
      }
      around.note('The stream has ended. Events of the time until the next one are in the executions themselves.');
    }
  },
};

async function reopen(connection: Connection, path: string): Promise<ReadableStream<Uint8Array>> {
  for (let attempt = 1; ; attempt++) {
    await pause(AGAIN_MS);
    try {
      return await open(connection, path);
    } catch (error) {
      if (!(error instanceof Failure) || attempt >= PATIENCE) throw error;
    }
  }
}

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
