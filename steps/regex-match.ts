/**
 * Holds a text against a regular expression. The engine is that of `step.jq`: bounded, so that no pattern can hold an
 * object up.
 */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { jqProgram } from '#jq/cached';
import { JqLimitError } from '#jq/errors';
import { path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { textAt, textSource } from '#steps/text-source';

const MATCH = '. as $i | [$i.text | match($i.pattern; $i.flags)]';

interface Input {
  text: string;
  pattern: string;
  ignore_case: boolean;
  all: boolean;
}

interface Match {
  string: string;
  offset: number;
  captures: { name: string | null; string: string | null }[];
}

export const regexMatch = defineStep({
  type: 'step.regex_match',
  summary: 'Holds a text against a regular expression, and gives what its groups have caught.',
  pure: true,
  config: textSource(
    z.strictObject({
      input: z.string().optional().describe('The text.'),
      input_from: path.optional().describe('Path of the text, instead of input.'),
      pattern: z.string().min(1).max(1000).describe('The expression; it may match anywhere, unless ^ and $ say otherwise.'),
      ignore_case: z.boolean().default(false).describe('Upper and lower case are the same.'),
      all: z.boolean().default(false).describe('Give all matches, in matches, not only the first.'),
    }),
  ),
  paths: ['input_from'],
  example: `
name: number
type: step.regex_match
config:
  input: "{{ .subject }}"
  pattern: "order #(?<number>[0-9]+)"
`,
  output: '{matched, match, groups, named}; `groups` are those of the first match in order, `named` by name; with all also {matches, count}.',
  prepare: ({ pattern, ignore_case, all, ...source }, scope) => ({ text: textAt(source, scope), pattern, ignore_case, all }),
  run({ text, pattern, ignore_case, all }: Input, scope) {
    const found = matches({ text, pattern, flags: `${all ? 'g' : ''}${ignore_case ? 'i' : ''}` }, scope.now);
    const [first] = found;
    const output = {
      matched: first !== undefined,
      match: first?.string ?? null,
      groups: first ? first.captures.map((capture) => capture.string) : [],
      named: first ? Object.fromEntries(first.captures.filter(({ name }) => name !== null).map(({ name, string }) => [name, string])) : {},
    };
    return { kind: 'completed', output: all ? { ...output, matches: found.map(({ string }) => string), count: found.length } : output };
  },
});

function matches(input: Json, now: number): Match[] {
  try {
    return jqProgram(MATCH).run(input, now)[0] as unknown as Match[];
  } catch (error) {
    if (error instanceof JqLimitError) throw new Problem('program_limit', 'The pattern takes too long on this text.', { cause: error });
    throw new Problem('step_config_invalid', `The pattern could not be used: ${(error as Error).message}`, { cause: error });
  }
}
