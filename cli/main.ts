/** The command line: finds the command, runs it, and turns what it throws into words and an exit code. */
import { parseArguments } from '#cli/arguments';
import { type Command, FAILED, Failure, MISUSED, Misuse, OK, type Surroundings } from '#cli/command';
import { deploy } from '#cli/commands/deploy';
import { erasures } from '#cli/commands/erasures';
import { exportExecution } from '#cli/commands/export';
import { keys } from '#cli/commands/keys';
import { logs } from '#cli/commands/logs';
import { replay } from '#cli/commands/replay';
import { run } from '#cli/commands/run';
import { tail } from '#cli/commands/tail';
import { test } from '#cli/commands/test';
import { validate } from '#cli/commands/validate';
import { verify } from '#cli/commands/verify';
import { helpOf, overview } from '#cli/help';
import { didYouMean } from '#language/nearest';

/** In the order of the help. */
const COMMANDS: readonly Command[] = [validate, test, deploy, run, tail, logs, keys, replay, exportExecution, verify, erasures];

/** Answers the exit code: 0, 1 when it could not be done, 2 when the call is wrong. */
export async function main(words: readonly string[], around: Surroundings): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    around.note(overview(COMMANDS));
    return MISUSED;
  }
  if (name === 'help' || name === '--help' || name === '-h') return help(rest[0], around);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) return unknown(name, around);
  if (rest.includes('--help') || rest.includes('-h')) return help(name, around);
  try {
    return await command.run(parseArguments(command, rest), around);
  } catch (error) {
    if (error instanceof Misuse) {
      around.note(`${error.message}\n\n${helpOf(command)}`);
      return MISUSED;
    }
    if (!(error instanceof Failure)) throw error;
    around.note(error.message);
    return FAILED;
  }
}

function help(name: string | undefined, around: Surroundings): number {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (name !== undefined && !command) return unknown(name, around);
  around.out(command ? helpOf(command) : overview(COMMANDS));
  return OK;
}

function unknown(name: string, around: Surroundings): number {
  const names = COMMANDS.map((command) => command.name);
  const hint = didYouMean(name, names);
  around.note(`There is no command "${name}". ${hint}\n\n${overview(COMMANDS)}`);
  return MISUSED;
}
