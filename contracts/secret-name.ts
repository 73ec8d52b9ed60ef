/**
 * How a document names a secret: `${STRIPE_KEY}`, or, in one store, `${vault:payments/stripe#key}`: the name of the store,
 * the path of a secret there, and the field of that secret where it has several.
 *
 * The second form leaves alone what shells and programs write the same way: `${NAME:-default}`, `${NAME:0:5}`.
 */
const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const STORE = '[A-Za-z0-9][A-Za-z0-9_.-]{0,99}';
const PATH = '[A-Za-z_/][A-Za-z0-9_./+=@-]{0,399}';
const FIELD = '[A-Za-z0-9_.-]{1,200}';

const QUALIFIED = new RegExp(`^(${STORE}):(${PATH})(?:#(${FIELD}))?$`);
const ANY = new RegExp(`^(?:${NAME}|${STORE}:${PATH}(?:#${FIELD})?)$`);
const WRITTEN = new RegExp(`\\$\\{(${NAME}|${STORE}:${PATH}(?:#${FIELD})?)\\}`, 'g');

/** A secret in one store. */
export interface StoredSecretName {
  store: string;
  path: string;
  /** Absent: its only value. */
  field?: string;
}

/** Whether the text between `${` and `}` names a secret, of either form. */
export function isSecretName(text: string): boolean {
  return ANY.test(text);
}

/** `undefined` for a name without a store. */
export function storedSecretName(name: string): StoredSecretName | undefined {
  const match = QUALIFIED.exec(name);
  if (!match) return undefined;
  const [, store, path, field] = match as unknown as [string, string, string, string | undefined];
  return { store, path, ...(field === undefined ? {} : { field }) };
}

/** Where a text names secrets: the name, and the offset of its `$`. */
export function secretNamesIn(text: string): { name: string; start: number }[] {
  return [...text.matchAll(WRITTEN)].map((match) => ({ name: match[1]!, start: match.index }));
}
