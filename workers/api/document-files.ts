/** Files that come with a document: read from the request, or from the store for a version that has them already. */
import type { Definition, FileRef } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { DocumentFiles } from '#language/compile-document';
import { filePath } from '#language/compile-modules';
import { referencedFiles } from '#language/referenced-files';
import { moduleCatalog } from '#modules/registry';
import type { FileStore } from '#storage/platform-ports';

/** As they stand in a request: text, or base64 for other bytes; null: it does not come along. */
export type GivenFiles = Record<string, string | { base64: string } | null>;

export interface SentFiles extends DocumentFiles {
  /** Paths that something was said of, those that do not come along included. */
  said: ReadonlySet<string>;
  /** What the store has to have before the definition that names it. */
  store(files: FileStore, tenant: string): Promise<void>;
}

/** Throws Problem('invalid_request'). */
export async function sentFiles(given: GivenFiles): Promise<SentFiles> {
  const contents = new Map<string, { bytes: Uint8Array; ref: FileRef }>();
  const said = new Set<string>();
  for (const [name, content] of Object.entries(given)) {
    const path = filePath(name);
    if (path === '' || path.length > 300 || path === '__proto__') throw new Problem('invalid_request', `files: "${name.slice(0, 80)}" is not a path.`);
    said.add(path);
    if (content === null) continue;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : decoded(name, content.base64);
    contents.set(path, { bytes, ref: { sha256: await sha256(bytes), size: bytes.byteLength } });
  }
  return {
    said,
    refs: Object.fromEntries([...contents].map(([path, { ref }]) => [path, ref])),
    paths: new Set(contents.keys()),
    text: (path) => {
      const found = contents.get(path);
      return found && textOf(found.bytes);
    },
    async store(files, tenant) {
      for (const { bytes, ref } of contents.values()) await files.put(tenant, ref.sha256, bytes);
    },
  };
}

/**
 * What was sent, with those of an earlier version that nothing was said of. What the document does not name any more stays
 * behind.
 */
export async function withEarlier(sent: SentFiles, source: string, earlier: Pick<Definition, 'files'>, store: FileStore, tenant: string): Promise<SentFiles> {
  const named = referencedFiles(source, moduleCatalog).map(filePath);
  const isNamed = (path: string) => named.some((one) => one !== '' && (path === one || path.startsWith(`${one}/`)));
  const stay = Object.entries(earlier.files ?? {}).filter(([path]) => !sent.said.has(path) && isNamed(path));
  const kept = await storedFiles({ files: Object.fromEntries(stay) }, store, tenant);
  return {
    ...sent,
    refs: { ...kept.refs, ...sent.refs },
    paths: new Set([...kept.paths, ...sent.paths]),
    text: (path) => (sent.paths.has(path) ? sent.text(path) : kept.text(path)),
  };
}

/** Those of a version; their texts are read where the compiler may ask for them. */
export async function storedFiles({ files = {} }: Pick<Definition, 'files'>, store: FileStore, tenant: string): Promise<DocumentFiles> {
  const texts = new Map<string, string>();
  for (const [path, { sha256: hash, size }] of Object.entries(files)) {
    if (!READ_AT_LOAD.test(path) || size > LIMITS.yaml) continue;
    const body = await store.open(tenant, hash);
    if (body) texts.set(path, await new Response(body).text());
  }
  return { refs: files, paths: new Set(Object.keys(files)), text: (path) => texts.get(path) };
}

/** Seeds, rules, descriptions and components; pages and pictures are only served. */
const READ_AT_LOAD = /\.(?:json|ya?ml|csv|js|mjs|txt)$/;

function decoded(name: string, base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new Problem('invalid_request', `files: "${name.slice(0, 80)}" is not base64.`, { cause });
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
