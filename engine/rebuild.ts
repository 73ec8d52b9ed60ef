/** Proof that a materialized state is nothing but the fold of its log. */
import type { ExecutionState } from '#engine/state';

/** Paths at which the two differ (at most 20), and the hex SHA-256 of the second's canonical JSON. */
export async function differences(materialized: ExecutionState, folded: ExecutionState): Promise<{ paths: string[]; hash: string }> {
  const paths: string[] = [];
  compare(materialized, folded, '', paths);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(folded)));
  return { paths, hash: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

function compare(left: unknown, right: unknown, path: string, found: string[]): void {
  if (found.length >= 20 || Object.is(left, right)) return;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null || Array.isArray(left) !== Array.isArray(right)) {
    found.push(path || '/');
    return;
  }
  const a = left as Record<string, unknown>;
  const b = right as Record<string, unknown>;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(a[key], b[key], `${path}/${key}`, found);
}

function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
    .join(',')}}`;
}
