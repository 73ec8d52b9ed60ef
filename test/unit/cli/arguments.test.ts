import { describe, expect, it } from 'vitest';
import { parseArguments } from '#cli/arguments';
import { type Command, Misuse } from '#cli/command';

const command: Command = {
  name: 'run',
  summary: 'Starts',
  positionals: ['PIPELINE'],
  options: {
    data: { type: 'string', value: 'JSON', about: '' },
    wait: { type: 'string', value: 'DURATION', about: '' },
    yes: { type: 'boolean', about: '' },
  },
  run: async () => 0,
};
const many: Command = { ...command, name: 'validate', positionals: ['FILE...'], options: {} };

describe('arguments', () => {
  it.each<[what: string, command: Command, words: string[], expected: object]>([
    ['a word alone', command, ['orders'], { positionals: ['orders'], options: {} }],
    ['options after the word', command, ['orders', '--wait', '30s'], { positionals: ['orders'], options: { wait: '30s' } }],
    ['options before the word', command, ['--wait', '30s', 'orders'], { positionals: ['orders'], options: { wait: '30s' } }],
    ['a value with an equals sign', command, ['orders', '--data={"a":"b=c"}'], { positionals: ['orders'], options: { data: '{"a":"b=c"}' } }],
    ['a value that begins with a hyphen', command, ['orders', '--data', '-1'], { positionals: ['orders'], options: { data: '-1' } }],
    ['an option without a value', command, ['--yes', 'orders'], { positionals: ['orders'], options: { yes: '' } }],
    ['an empty value', command, ['orders', '--data='], { positionals: ['orders'], options: { data: '' } }],
    ['words after two hyphens', command, ['--', '--odd'], { positionals: ['--odd'], options: {} }],
    ['several words where the command takes them', many, ['a.yaml', 'b.yaml'], { positionals: ['a.yaml', 'b.yaml'], options: {} }],
  ])('takes %s', (_, which, words, expected) => {
    expect(parseArguments(which, words)).toEqual(expected);
  });

  it.each<[what: string, command: Command, words: string[], message: RegExp]>([
    ['no word', command, [], /needs PIPELINE/],
    ['no word where several may be', many, [], /needs FILE\.$/],
    ['one word too many', command, ['a', 'b'], /"b"/],
    ['an unknown option, with the nearest', command, ['a', '--wiat', '3s'], /no option --wiat.*wait/],
    ['an unknown short option', command, ['a', '-w'], /no option -w/],
    ['an option of every object', command, ['a', '--constructor', 'x'], /no option --constructor/],
    ['an option without its value', command, ['a', '--wait'], /--wait needs a value: --wait DURATION/],
    ['a value where none belongs', command, ['a', '--yes=no'], /--yes takes no value/],
    ['an option in place of a value', command, ['a', '--data', '--wait'], /--data needs a value/],
    ['an option twice', command, ['a', '--wait', '1s', '--wait', '2s'], /given twice/],
  ])('refuses %s', (_, which, words, message) => {
    const parse = () => parseArguments(which, words);
    expect(parse).toThrow(Misuse);
    expect(parse).toThrow(message);
  });
});
