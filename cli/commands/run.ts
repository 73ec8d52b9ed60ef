/** `run PIPELINE`: starts an execution. What the pipeline responds goes to standard output, all else beside it. */
import { type Answer, CONNECTION, call, connect } from '#cli/client';
import { type Command, FAILED, Misuse, OK, type Surroundings } from '#cli/command';
import { readText } from '#cli/document';
import { printable } from '#cli/print-diagnostics';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

/** Ends that are no success. */
const UNSUCCESSFUL: ReadonlySet<string> = new Set(['failed', 'cancelled', 'compensated']);

export const run: Command = {
  name: 'run',
  summary: 'Starts a pipeline and prints its result, or where it can be watched',
  positionals: ['PIPELINE'],
  options: {
    workflow: { type: 'string', value: 'NAME', about: 'The workflow, where several have a pipeline of that name' },
    data: { type: 'string', value: 'JSON', about: 'What the pipeline sees as its trigger, or @FILE to read it from there; {} when absent' },
    wait: { type: 'string', value: 'DURATION', about: 'Wait for the end, such as 10s; at most 30s' },
    key: { type: 'string', value: 'KEY', about: 'Idempotency key: a second start with it gives the same execution' },
    environment: { type: 'string', value: 'NAME', about: 'Where the pipeline runs, such as staging; production when absent' },
    ...CONNECTION,
  },
  async run(given, around) {
    const { workflow, data, wait, key, environment } = given.options;
    const connection = connect(given, around);
    const order: JsonObject = {
      pipeline: given.positionals[0]!,
      data: readData(data ?? '{}', around),
      ...(workflow === undefined ? {} : { workflow }),
      ...(key === undefined ? {} : { idempotency_key: key }),
      ...(environment === undefined ? {} : { environment }),
    };
    const query = wait === undefined ? '' : `?wait=${encodeURIComponent(wait)}`;
    return tell(await call(connection, 'POST', `/executions${query}`, { json: order }), connection.origin, around);
  },
};

/** JSON, or `@file` that holds it. Throws Misuse. */
export function readData(text: string, around: Pick<Surroundings, 'cwd'>): Json {
  const source = text.startsWith('@') ? readText(text.slice(1), around.cwd) : text;
  try {
    return JSON.parse(source) as Json;
  } catch (error) {
    throw new Misuse(`--data is not valid JSON: ${printable((error as Error).message)}`);
  }
}

/** Prints what came of a start; answers the exit code. */
export function tell({ status, body }: Answer, origin: string, around: Surroundings): number {
  const state = String(body.status);
  const again = body.existing === true ? ' The key had this execution already.' : '';
  around.note(`${body.execution_id} is ${state}.${again}`);
  around.note(`${origin}/executions/${body.execution_id}`);
  if (status !== 200) return OK;
  if (isJsonObject(body.error)) around.note(`${body.error.code}: ${printable(String(body.error.message))}`);
  const failed = UNSUCCESSFUL.has(state);
  if (body.result !== undefined || !failed) around.out(JSON.stringify(body.result ?? body.outputs ?? {}, null, 2));
  return failed ? FAILED : OK;
}
