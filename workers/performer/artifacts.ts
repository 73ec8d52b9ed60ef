/** The file stores of an effect: folders of the region's bucket, one for each tenant, application, environment and store. */
import { Problem } from '#contracts/problems';
import type { PerformEffect } from '#contracts/step';
import type { ArtifactPort } from '#steps/define-step';

export function createArtifacts(bucket: R2Bucket, effect: Pick<PerformEffect, 'tenant' | 'workflow' | 'environment'>): ArtifactPort {
  const folder = (store: string) => `artifacts/${[effect.tenant, effect.workflow, effect.environment, store].map(encodeURIComponent).join('/')}/`;
  return {
    async put(store, key, bytes, contentType) {
      const { etag } = (await answered(store, bucket.put(folder(store) + key, bytes, { httpMetadata: { contentType } })))!;
      return { etag };
    },
    async get(store, key) {
      const found = await answered(store, bucket.get(folder(store) + key));
      if (!found) return null;
      return {
        bytes: new Uint8Array(await answered(store, found.arrayBuffer())),
        content_type: found.httpMetadata?.contentType ?? 'application/octet-stream',
        etag: found.etag,
      };
    },
    async list(store, { prefix, limit, cursor }) {
      const root = folder(store);
      const page = await answered(store, bucket.list({ prefix: root + prefix, limit, ...(cursor === undefined ? {} : { cursor }) }));
      const items = page.objects.map(({ key, size, etag, uploaded }) => ({ key: key.slice(root.length), size, etag, uploaded_at: uploaded.toISOString() }));
      return { items, next: page.truncated ? page.cursor : null };
    },
    async delete(store, key) {
      await answered(store, bucket.delete(folder(store) + key));
    },
  };
}

async function answered<T>(store: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new Problem('connection_failed', `The store ${store} did not answer.`, { cause });
  }
}
