/** Reads JSON that arrived as text: a field of a message, a file, the body of an answer that did not say what it is. */
import { z } from 'zod';
import { isJsonObject, type Json, nestsDeeperThan } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { textAt, textSource } from '#steps/text-source';

export const jsonParse = defineStep({
  type: 'step.json_parse',
  summary: 'Reads JSON from a text.',
  pure: true,
  config: textSource(
    z.strictObject({ input: z.string().optional().describe('The text.'), input_from: path.optional().describe('Path of the text, instead of input.') }),
  ),
  paths: ['input_from'],
  example: `
name: message
type: step.json_parse
config:
  input_from: trigger.payload
`,
  output: 'The fields of an object, and the whole value under `value`.',
  prepare: (settings, scope) => ({ text: textAt(settings, scope) }),
  run({ text }: { text: string }) {
    if (nestsDeeperThan(LIMITS.jsonDepth, text)) throw new Problem('step_failed', `The text nests deeper than ${LIMITS.jsonDepth} levels.`);
    let value: Json;
    try {
      value = JSON.parse(text) as Json;
    } catch (cause) {
      throw new Problem('step_failed', `The text is not JSON: ${(cause as Error).message}`, { cause });
    }
    return { kind: 'completed', output: isJsonObject(value) ? { ...value, value } : { value } };
  },
});
