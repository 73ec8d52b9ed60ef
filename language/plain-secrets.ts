/** Secrets that stand in a document in plain text: everybody who reads the document, or its versions, reads them. */
import type { Checker, Place } from '#language/checker';
import type { MapNode } from '#language/source';

/** Names of settings that hold credentials. */
const SECRET = /^(?:(?:[a-z0-9]+[_-]?)*(?:secret|password|passwd|token)|(?:secret|api|private|access|license|signing)[_-]?key|authorization)$/i;
/** Settings that are named like one and hold something else. */
const HARMLESS = /(?:expiry|header|field|ttl|url|path|file|name|type|template|key_template|limit)$/i;

export function warnPlainSecrets(checker: Checker, place: Place, map: MapNode): void {
  for (const entry of map.entries.values()) {
    const path = `${place.path}.${entry.key}`;
    const { value } = entry;
    if (value.kind === 'map') warnPlainSecrets(checker, { ...place, path }, value);
    if (value.kind !== 'scalar' || typeof value.value !== 'string' || value.value === '') continue;
    if (!SECRET.test(entry.key) || HARMLESS.test(entry.key) || /\$\{?[A-Za-z_]|\{\{/.test(value.value)) continue;
    const name = entry.key
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toUpperCase();
    checker.warn(
      'plain_secret',
      `"${entry.key}" holds a secret in plain text.`,
      { path, node: value },
      `Write \${${name}}, and set it as a secret of the tenant.`,
    );
  }
}
