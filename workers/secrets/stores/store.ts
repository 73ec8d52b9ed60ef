/**
 * A store of secrets elsewhere, as it is spoken to.
 *
 * 1. What a store answers is in no error: a Problem says the store's name, what was asked, and the status.
 * 2. `secret_store_unavailable` may be over when it is asked again, and is retried as a connection error is;
 *    `secret_store_refused` needs somebody to change something.
 */
import { isJsonObject, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import type { SecretStoreKind, SecretStoreSettings } from '#contracts/secret-store';
import type { HttpReply } from '#steps/define-step';

/** One secret there: a text, or fields; a text that is a JSON object has both. */
export interface StoredSecret {
  text?: string;
  fields?: { [name: string]: string };
}

export interface SecretStoreClient {
  /** `undefined`: there is no such secret. Throws Problem: secret_store_unavailable, secret_store_refused. */
  read(path: string): Promise<StoredSecret | undefined>;
  /** Whether the store takes the credential. Throws as `read` does. */
  check(): Promise<void>;
}

const STORE_TITLES: Record<SecretStoreKind, string> = { vault: 'Vault', aws: 'AWS Secrets Manager', gcp: 'Google Secret Manager' };

/** What is said of an answer that is none of the good ones. */
export function refusedBy(kind: SecretStoreKind, reply: Pick<HttpReply, 'status'>, asked: string, reason?: string): Problem {
  const { status } = reply;
  const isPassing = status === 408 || status === 412 || status === 425 || status === 429 || status === 472 || status === 473 || status >= 500;
  const said = `${STORE_TITLES[kind]} answered ${status}${reason === undefined ? '' : ` (${reason})`} to ${asked}.`;
  return new Problem(isPassing ? 'secret_store_unavailable' : 'secret_store_refused', said);
}

/** The body as an object; what is none answers like an empty one, and its fields are missed where they are looked for. */
export function objectOf({ body }: Pick<HttpReply, 'body'>): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value as never) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** Values of other types are found as the JSON that they are. */
export function fieldsOf(data: JsonObject): { [name: string]: string } {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
}

export function secretOfText(text: string): StoredSecret {
  const data = text.trimStart().startsWith('{') ? objectOf({ body: text }) : {};
  return Object.keys(data).length === 0 ? { text } : { text, fields: fieldsOf(data) };
}

/** Where names alone are looked for; `undefined`: nowhere. */
export function searchPath({ search }: SecretStoreSettings, environment: string): string | undefined {
  return search?.replaceAll('{environment}', environment);
}

/** Without a field: the text, or the only field, or the one named `value`. */
export function valueIn(secret: StoredSecret, field: string | undefined): string | undefined {
  const { text, fields = {} } = secret;
  if (field !== undefined) return Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (text !== undefined) return text;
  const names = Object.keys(fields);
  return names.length === 1 ? fields[names[0]!] : Object.hasOwn(fields, 'value') ? fields.value : undefined;
}
