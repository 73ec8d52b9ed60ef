/** Where a step that reads one text takes it from: the setting `input`, or the value at `input_from`. */
import type { z } from 'zod';
import { Problem } from '#contracts/problems';
import type { Scope } from '#contracts/step';

interface TextSettings {
  input?: string;
  input_from?: string;
}

/** One of the two is given. */
export function textSource<S extends z.ZodType<TextSettings>>(schema: S): S {
  return schema.refine((c) => (c.input === undefined) !== (c.input_from === undefined), { message: 'either input or input_from', path: ['input'] }) as S;
}

/** The text itself. Throws Problem('step_config_invalid') when the path has none. */
export function textAt({ input, input_from }: TextSettings, scope: Scope): string {
  if (input_from === undefined) return input ?? '';
  const value = scope.lookup(input_from);
  if (typeof value === 'string') return value;
  throw new Problem('step_config_invalid', value === undefined ? `There is nothing at ${input_from}.` : `The value at ${input_from} is not text.`);
}
