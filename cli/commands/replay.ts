/** `replay --check FILE`: does this version decide what the exported execution recorded? `replay EXECUTION`: runs it again. */
import { CONNECTION, call, connect } from '#cli/client';
import { type Command, FAILED, type Given, Misuse, OK, type Surroundings } from '#cli/command';
import { tell } from '#cli/commands/run';
import { readExportFile, told } from '#cli/export-file';
import type { LogEvent } from '#contracts/events';
import type { JsonObject } from '#contracts/json';
import { createEvaluator } from '#language/evaluator';
import { buildContext } from '#language/scope';
import { checkReplay } from '#portable/check';
import { stepCatalog, steps } from '#steps/registry';

export const replay: Command = {
  name: 'replay',
  summary: 'Runs an execution again, or checks offline that this version decides an exported one as it was',
  positionals: ['[EXECUTION]'],
  options: {
    check: { type: 'string', value: 'FILE', about: 'An exported execution: fold and decide it on this version; nothing runs' },
    from: { type: 'string', value: 'STEP', about: 'The first step to run; what came before it is taken from the record' },
    environment: { type: 'string', value: 'NAME', about: 'Where it runs; that of the execution when absent' },
    wait: { type: 'string', value: 'DURATION', about: 'Wait for the end, such as 10s; at most 30s' },
    ...CONNECTION,
  },
  async run(given, around) {
    const { check } = given.options;
    const id = given.positionals[0];
    if ((check === undefined) === (id === undefined)) throw new Misuse('Name an execution to run again, or --check FILE.');
    return check === undefined ? again(id!, given, around) : compare(check, around);
  },
};

async function again(id: string, given: Given, around: Surroundings): Promise<number> {
  const { from, environment, wait } = given.options;
  const connection = connect(given, around);
  const order: JsonObject = {
    mode: from === undefined ? 'exact' : 'step_from',
    ...(from === undefined ? {} : { from_step: from }),
    ...(environment === undefined ? {} : { target_environment: environment }),
  };
  const query = wait === undefined ? '' : `?wait=${encodeURIComponent(wait)}`;
  return tell(await call(connection, 'POST', `/executions/${encodeURIComponent(id)}/replay${query}`, { json: order }), connection.origin, around);
}

async function compare(file: string, around: Surroundings): Promise<number> {
  const read = await readExportFile(file, around);
  await Promise.all([...stepCatalog.values()].map(({ load }) => load?.()));
  const result = await told(file, () => checkReplay(read, { evaluator: createEvaluator(steps, stepCatalog), context: buildContext }));
  if (result.ok) {
    around.out(`${file} replays exactly: ${result.events} events from ${result.decisions} decisions.`);
    return OK;
  }
  around.out(
    `${file} does not replay: this version parts from the record at event ${result.seq} of ${result.events}${result.path ? `, at ${result.path}` : ''}.`,
  );
  around.out(`  recorded ${shown(result.recorded)}`);
  around.out(`  decided  ${result.decided ? shown(result.decided) : 'nothing'}`);
  return FAILED;
}

function shown({ type, data }: LogEvent): string {
  const text = JSON.stringify(data);
  return `${type} ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
}
