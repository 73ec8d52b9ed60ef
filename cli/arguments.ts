/** From the words of a call to a command's arguments, checked against what the command says of itself. */
import { parseArgs } from 'node:util';
import { type Command, type Given, Misuse } from '#cli/command';
import { didYouMean } from '#language/nearest';

/** Throws Misuse for an unknown option, an option without its value, and too few or too many words. */
export function parseArguments(command: Command, words: readonly string[]): Given {
  const { positionals, tokens } = parseArgs({ args: [...words], options: command.options, allowPositionals: true, strict: false, tokens: true });
  const options: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined;
    if (!option) {
      const hint = didYouMean(token.name, Object.keys(command.options));
      throw new Misuse(`${command.name} has no option ${token.rawName}. ${hint}`);
    }
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw new Misuse(`--${token.name} takes no value.`);
    } else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      throw new Misuse(`--${token.name} needs a value: --${token.name} ${option.value}`);
    }
    if (Object.hasOwn(options, token.name)) throw new Misuse(`--${token.name} is given twice.`);
    options[token.name] = token.value ?? '';
  }
  checkCount(command, positionals);
  return { positionals, options };
}

function checkCount(command: Command, positionals: readonly string[]): void {
  const missing = command.positionals[positionals.length];
  if (missing !== undefined && !missing.startsWith('[')) throw new Misuse(`${command.name} needs ${missing.replace('...', '')}.`);
  const many = command.positionals.at(-1)?.endsWith('...') ?? false;
  const extra = many ? undefined : positionals[command.positionals.length];
  if (extra !== undefined) throw new Misuse(`${command.name} does not know what to do with "${extra}".`);
}
