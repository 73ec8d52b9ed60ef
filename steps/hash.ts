/** The digest of a text. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { textAt, textSource } from '#steps/text-source';

interface Input {
  text: string;
  algorithm: 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5';
  encoding: 'hex' | 'base64' | 'base64url';
}

export const hash = defineStep({
  type: 'step.hash',
  summary: 'Computes the digest of a text. For passwords it is no protection; sha1 and md5 are only there for other systems that ask for them.',
  pure: true,
  config: textSource(
    z.strictObject({
      input: z.string().optional().describe('The text; its UTF-8 is what is hashed.'),
      input_from: path.optional().describe('Path of the text, instead of input.'),
      algorithm: z.enum(['sha256', 'sha384', 'sha512', 'sha1', 'md5']).default('sha256').describe('How.'),
      encoding: z.enum(['hex', 'base64', 'base64url']).default('hex').describe('How the digest is written.'),
    }),
  ),
  paths: ['input_from'],
  example: `
name: fingerprint
type: step.hash
config:
  input: "{{ .email }}"
  algorithm: sha256
`,
  output: '{hash, algorithm}',
  prepare: (settings, scope) => ({ text: textAt(settings, scope), algorithm: settings.algorithm, encoding: settings.encoding }),
  run({ text, algorithm, encoding }: Input) {
    return { kind: 'completed', output: { hash: createHash(algorithm).update(text, 'utf8').digest(encoding), algorithm } };
  },
});
