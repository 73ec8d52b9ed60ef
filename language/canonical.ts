/** The content hash of a document: comments, key order and spelling of the YAML do not change it. */
import type { Json } from '#contracts/json';

/** Raised when the same document compiles to another graph, so that old definitions keep their hash. */
const COMPILER_FORMAT = 2;

export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`)
    .join(',')}}`;
}

/** Hex SHA-256. The name counts: it may come from outside of the document. */
export async function contentHash(document: Json, name: string): Promise<string> {
  const text = canonicalJson({ format: COMPILER_FORMAT, name, document });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
