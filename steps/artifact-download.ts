/** Reads a file from a store. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { artifactKey, store } from '#steps/artifact-settings';
import { compact } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

interface Input {
  store: string;
  key: string;
  miss_ok?: true;
}

export const artifactDownload = defineStep({
  type: 'step.artifact_download',
  summary: 'Reads a file from a store of the application.',
  pure: false,
  idempotent: true,
  config: z.strictObject({
    store,
    key: artifactKey,
    miss_ok: z.boolean().default(false).describe('With true, a file that is not there completes the step with found: false.'),
  }),
  example: `
name: invoice
type: step.artifact_download
config:
  store: invoices
  key: "{{ .order_id }}.json"
`,
  output: '{found, key, content, content_type, size, etag}; bytes that are not UTF-8 come as base64, and `encoding` says so.',
  prepare: ({ store: name, key, miss_ok }) => compact({ store: name, key, miss_ok: miss_ok || undefined }),
  async perform({ store: name, key, miss_ok }: Input, context) {
    const file = await context.artifacts.get(name, key);
    if (!file && miss_ok) return { kind: 'completed', output: { found: false, key } };
    if (!file) throw new Problem('not_found', `${name} has no file ${key}.`);
    const { bytes, content_type, etag } = file;
    return { kind: 'completed', output: { found: true, key, ...contentOf(bytes), content_type, size: bytes.byteLength, etag } };
  },
});

function contentOf(bytes: Uint8Array): { content: string; encoding?: 'base64' } {
  try {
    return { content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { content: btoa(binary), encoding: 'base64' };
  }
}
