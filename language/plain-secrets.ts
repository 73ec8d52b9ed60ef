/**
 * Secrets that stand in a document in plain text: everybody who reads the document, or its versions, reads them. They are
 * found by the name of their setting, or by a form that nothing else has.
 *
 * Invariant: every expression here is linear in what it is tested with; names and values are a stranger's.
 */
import type { Checker, Place } from '#language/checker';
import type { MapNode, SourceNode } from '#language/source';

/** Names of settings that hold credentials. */
const SECRET = /(?:secret|password|passwd|token|(?:secret|api|private|access|license|signing)[_-]?key|^(?:proxy-)?authorization)$/i;
const NAME = /^[a-z0-9_-]+$/i;
/** Settings that are named like one and hold something else. */
const HARMLESS = /(?:expiry|header|field|ttl|url|path|file|name|type|template|key_template|limit)$/i;
/** Filled in when it runs. */
const FILLED_IN = /\$\{?[A-Za-z_]|\{\{/;

/** Keys of well-known services, private keys, passwords in addresses. */
const FORMS: readonly [what: string, form: RegExp][] = [
  ['a key of Stripe', /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16}/],
  ['a key of AWS', /\bAKIA[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/],
  ['a token of Slack', /\bxox[abprs]-[A-Za-z0-9-]{10}/],
  ['a key of Google', /\bAIza[0-9A-Za-z_-]{35}/],
  ['an API key of this platform', /\bwfk_[a-z0-9-]{1,63}_[0-9A-Za-z]{32}\b/],
  ['a private key', /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----/],
  ['a password', /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,100}:[^\s/@]{1,200}@/i],
];

export function warnPlainSecrets(checker: Checker, place: Place, map: MapNode): void {
  for (const entry of map.entries.values()) {
    const path = `${place.path}.${entry.key}`;
    const { value } = entry;
    if (value.kind === 'scalar' && isSecret(entry.key, value.value)) {
      const message = `"${entry.key}" holds a secret in plain text.`;
      checker.warn('plain_secret', message, { path, node: value }, `Write \${${secretName(entry.key)}}, and set it as a secret of the tenant.`);
    } else warnForms(checker, place, path, value);
  }
}

function warnForms(checker: Checker, place: Place, path: string, node: SourceNode): void {
  if (node.kind === 'map') warnPlainSecrets(checker, { ...place, path }, node);
  if (node.kind === 'seq') for (const [index, item] of node.items.entries()) warnForms(checker, place, `${path}[${index}]`, item);
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return;
  const { value } = node;
  const found = FORMS.find(([, form]) => form.test(value));
  if (!found || (found[0] === 'a password' && FILLED_IN.test(value))) return;
  checker.warn('plain_secret', `This holds ${found[0]} in plain text.`, { path, node }, 'Write ${NAME} in its place, and set it as a secret of the tenant.');
}

function isSecret(key: string, value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  return NAME.test(key) && SECRET.test(key) && !HARMLESS.test(key) && !FILLED_IN.test(value);
}

function secretName(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}
