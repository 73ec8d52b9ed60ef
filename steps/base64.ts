/** Text and its base64. Text is UTF-8 on the other side. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { textAt, textSource } from '#steps/text-source';

const urlSafe = z.boolean().default(false).describe('The alphabet for URLs and file names, without padding.');

interface Input {
  text: string;
  url_safe: boolean;
}

export const base64Encode = defineStep({
  type: 'step.base64_encode',
  summary: 'Writes text as base64.',
  pure: true,
  config: textSource(
    z.strictObject({
      input: z.string().optional().describe('The text.'),
      input_from: path.optional().describe('Path of the text, instead of input.'),
      url_safe: urlSafe,
    }),
  ),
  paths: ['input_from'],
  example: `
name: basic
type: step.base64_encode
config:
  input: "{{ .user }}:{{ .password }}"
`,
  output: '{encoded}',
  prepare: (settings, scope) => ({ text: textAt(settings, scope), url_safe: settings.url_safe }),
  run({ text, url_safe }: Input) {
    let binary = '';
    for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
    const encoded = btoa(binary);
    return { kind: 'completed', output: { encoded: url_safe ? encoded.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') : encoded } };
  },
});

export const base64Decode = defineStep({
  type: 'step.base64_decode',
  summary: 'Reads text from base64, in either alphabet.',
  pure: true,
  config: textSource(
    z.strictObject({ input: z.string().optional().describe('The base64.'), input_from: path.optional().describe('Path of the base64, instead of input.') }),
  ),
  paths: ['input_from'],
  example: `
name: message
type: step.base64_decode
config:
  input_from: trigger.message.data
`,
  output: '{decoded}',
  prepare: (settings, scope) => ({ text: textAt(settings, scope) }),
  run({ text }: { text: string }) {
    try {
      const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
      return { kind: 'completed', output: { decoded: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes) } };
    } catch (cause) {
      throw new Problem('step_failed', 'The value is not base64 of UTF-8 text.', { cause });
    }
  },
});
