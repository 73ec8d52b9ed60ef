/** The help: made from what the commands say of themselves, so that it cannot fall behind. */
import type { Command } from '#cli/command';

const CALL = 'npm run wf --';

export function overview(commands: readonly Command[]): string {
  return [
    'Checks, deploys, starts and watches workflows.',
    '',
    `Usage: ${CALL} COMMAND …`,
    '',
    ...columns(commands.map((command) => [[command.name, ...command.positionals].join(' '), command.summary])),
    '',
    `${CALL} help COMMAND tells the options of one.`,
  ].join('\n');
}

export function helpOf(command: Command): string {
  const options = Object.entries(command.options);
  const words = [command.name, ...command.positionals, ...(options.length > 0 ? ['[options]'] : [])];
  return [
    `${command.summary}.`,
    '',
    `Usage: ${CALL} ${words.join(' ')}`,
    ...(options.length > 0
      ? ['', ...columns(options.map(([name, option]) => [option.type === 'boolean' ? `--${name}` : `--${name} ${option.value}`, option.about]))]
      : []),
  ].join('\n');
}

function columns(rows: string[][]): string[] {
  const width = Math.max(...rows.map(([first]) => first!.length));
  return rows.map(([first, second]) => `  ${first!.padEnd(width)}  ${second}`);
}
