/** Puts a file into a store. The same content twice is the same file. */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { artifactKey, store } from '#steps/artifact-settings';
import { compact, path, size, sizeBytes } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

interface Input {
  store: string;
  key: string;
  content: string;
  content_type: string;
  encoding?: 'base64';
  max_bytes?: number;
}

export const artifactUpload = defineStep({
  type: 'step.artifact_upload',
  summary: 'Puts a file into a store of the application.',
  pure: false,
  idempotent: true,
  config: z
    .strictObject({
      store,
      key: artifactKey,
      content: z.string().optional().describe('The file, as text.'),
      content_from: path.optional().describe('Path of a value that is the file, instead of content. What is not text is written as JSON.'),
      content_type: z.string().default('application/octet-stream').describe('Content type of the file.'),
      max_size: size.optional().describe('Largest file that is taken: 512KB, 4MB. Default: what the store says.'),
      encoding: z.enum(['text', 'base64']).default('text').describe('base64: the text stands for bytes.'),
    })
    .refine((c) => (c.content === undefined) !== (c.content_from === undefined), { message: 'either content or content_from', path: ['content'] }),
  paths: ['content_from'],
  example: `
name: keep-invoice
type: step.artifact_upload
config:
  store: invoices
  key: "{{ .order_id }}.json"
  content_from: steps.invoice.output
  content_type: application/json
`,
  output: '{key, size, etag}',
  prepare: (settings, scope) =>
    compact({
      store: settings.store,
      key: settings.key,
      content: settings.content ?? textOf(settings.content_from === undefined ? null : scope.lookup(settings.content_from)),
      content_type: settings.content_type,
      encoding: settings.encoding === 'base64' ? 'base64' : undefined,
      max_bytes: settings.max_size === undefined ? undefined : sizeBytes(settings.max_size),
    }),
  async perform({ store: name, key, content, content_type, encoding, max_bytes }: Input, context) {
    const bytes = encoding ? bytesOf(content) : new TextEncoder().encode(content);
    const most = Math.min(max_bytes ?? LIMITS.upstreamBody, LIMITS.upstreamBody);
    if (bytes.byteLength > most) throw new Problem('data_too_large', `A file may have ${most} bytes in ${name}; ${key} has ${bytes.byteLength}.`);
    const { etag } = await context.artifacts.put(name, key, bytes, content_type);
    return { kind: 'completed', output: { key, size: bytes.byteLength, etag } };
  },
});

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new Problem('step_config_invalid', 'The content is not base64. Leave encoding out to keep it as text.', { cause });
  }
}
