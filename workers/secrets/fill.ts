/**
 * Secrets: how their values get into an input, and how they are kept out of what comes back.
 *
 * 1. A value is filled in only where the definition names it; `${X}` inside data that came from elsewhere stays text.
 * 2. A tenant reads its own secrets and what the operator shares, never another tenant's.
 * 3. No value leaves in an output, an error or a line for the operator: it is masked, also in its URL-encoded, base64, hex, JSON and HTML forms
 *    and as its bytes look where they are read in another character set.
 */
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { secretNamesIn, storedSecretName } from '#contracts/secret-name';
import type { SecretRef, StepOutcome } from '#contracts/step';
import type { SecretOwner, SecretProvider } from '#workers/secrets/providers';

/** The input with its secrets in place, and their values. Throws Problem('secret_missing') that names the first that is not set. */
export async function fillSecrets(
  input: Json,
  refs: readonly SecretRef[],
  owner: SecretOwner,
  provider: SecretProvider,
): Promise<{ input: Json; values: string[] }> {
  if (refs.length === 0) return { input, values: [] };
  const values = new Map<string, string>();
  for (const name of new Set(refs.map((ref) => ref.name))) {
    const value = await provider.get(owner, name);
    if (value === undefined) throw new Problem('secret_missing', missing(name));
    values.set(name, value);
  }
  const filled = structuredClone(input);
  const root = { filled };
  // From the end of each text, so that offsets before stay right.
  for (const ref of [...refs].sort((a, b) => b.start - a.start)) replaceAt(root, ['filled', ...ref.path], ref, values.get(ref.name)!);
  return { input: root.filled, values: [...values.values()] };
}

/** Where settings name secrets, in the order of the text. */
export function secretRefsIn(value: Json, path: (string | number)[] = []): SecretRef[] {
  if (typeof value === 'string') return secretNamesIn(value).map((named) => ({ path, ...named }));
  if (Array.isArray(value)) return value.flatMap((item, index) => secretRefsIn(item, [...path, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => secretRefsIn(item, [...path, key]));
}

function missing(name: string): string {
  const stored = storedSecretName(name);
  if (!stored) return `${name} is not set. Set it: PUT /api/v1/secrets/${name}, or take \${${name}} out of the definition.`;
  const { store, path, field } = stored;
  const what = field === undefined ? `no secret ${path} with one value` : `no field ${field} in a secret ${path}`;
  return `There is ${what} in the store ${store}, or no store of that name: stores are modules of the document, and those on the page Secrets.`;
}

function replaceAt(root: object, path: (string | number)[], ref: SecretRef, value: string): void {
  const last = path.at(-1)!;
  let parent: unknown = root;
  for (const key of path.slice(0, -1)) parent = (parent as Record<string | number, unknown> | null)?.[key];
  const text = (parent as Record<string | number, unknown> | null)?.[last];
  const mark = `\${${ref.name}}`;
  if (typeof text !== 'string' || !text.startsWith(mark, ref.start))
    throw new Problem('step_failed', `The place of \${${ref.name}} in the input is not where the definition says.`);
  (parent as Record<string | number, unknown>)[last] = text.slice(0, ref.start) + value + text.slice(ref.start + mark.length);
}

/** Shorter values are no secrets, and masking them would spoil every text. */
const SHORTEST = 4;
const MASK = '***';

/** A text without the values. */
export function maskText(text: string, values: readonly string[]): string {
  return maskForms(text, formsOf(values));
}

/** Any value without them. */
export function maskJson(value: Json, values: readonly string[]): Json {
  const forms = formsOf(values);
  return forms.length === 0 ? value : masked(value, forms);
}

/** The outcome without the values. */
export function maskOutcome(outcome: StepOutcome, values: readonly string[]): StepOutcome {
  const forms = formsOf(values);
  if (forms.length === 0) return outcome;
  // What a step waits for is asked for without secrets: such a step has no effect.
  if (outcome.kind === 'wait') return outcome;
  // What it brings along was masked before it was kept.
  if (outcome.kind === 'refused') return outcome;
  if (outcome.kind === 'sleep') return { ...outcome, output: masked(outcome.output, forms) };
  if (outcome.kind === 'completed') {
    const { output, response } = outcome;
    return { kind: 'completed', output: masked(output, forms), ...(response ? { response: masked(response, forms) as JsonObject } : {}) };
  }
  const { message, details, ...facts } = outcome.error;
  return { kind: 'failed', error: { ...facts, message: maskForms(message, forms), ...(details === undefined ? {} : { details: masked(details, forms) }) } };
}

/** Longest first, so that a value that contains another is masked whole. */
function formsOf(values: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const value of values) {
    if (value.length < SHORTEST) continue;
    const utf8 = byteText(value);
    // A header's bytes are often read one by one (ISO 8859-1, windows-1252), and the other way round.
    const bytes = [utf8, ...(/^[\0-\xff]*$/.test(value) && value !== utf8 ? [value] : [])];
    for (const text of new Set([value, utf8, new TextDecoder('windows-1252').decode(Uint8Array.from(utf8, (char) => char.charCodeAt(0)))])) {
      for (const form of textForms(text)) forms.add(form);
    }
    for (const each of bytes) {
      for (const form of [...base64Forms(each), ...hexForms(each)]) forms.add(form);
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** The UTF-8 of a text, a character for each byte. */
function byteText(text: string): string {
  let out = '';
  for (const byte of new TextEncoder().encode(text)) out += String.fromCharCode(byte);
  return out;
}

function textForms(text: string): string[] {
  const percent = encodeURIComponent(text.toWellFormed());
  const form = new URLSearchParams({ v: text }).toString().slice(2);
  const quoted = JSON.stringify(text).slice(1, -1);
  const ascii = inAscii(quoted);
  const capitals = ascii.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
  // Services put what they were sent into pages and XML, each in its own way, and JSON and addresses into each other.
  const markup = ['&#39;', '&#x27;', '&apos;', "'"].flatMap((apostrophe) => ['&quot;', '&#34;', '"'].map((quote) => inMarkup(text, quote, apostrophe)));
  const markups = markup.flatMap((each) => [each, each.replaceAll('&gt;', '>')]);
  const addresses = [percent, percent.replaceAll('%2F', '/'), form, encodeURIComponent(percent), encodeURIComponent(form), ...inAddress(text)];
  return [
    text,
    ...new Set(markups.flatMap((each) => nestedJson(JSON.stringify(each).slice(1, -1)))),
    ...markups,
    ...addresses.flatMap((each) => [each, each.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]),
    // Some writers of JSON escape the slash as well.
    ...[quoted, ascii, capitals].flatMap((each) => [each, ...safeInMarkup(each)]).flatMap((each) => [...nestedJson(each), each.replaceAll('/', '\\/')]),
  ];
}

/** As Go, Ruby and others write JSON that may stand in a page. */
function safeInMarkup(quoted: string): string[] {
  const small = quoted.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
  return [small, small.replace(/\\u00(?:3c|3e)/g, (code) => `\\u${code.slice(2).toUpperCase()}`)];
}

/** JSON in JSON in JSON: an error that tells the body of another one. */
function nestedJson(quoted: string): string[] {
  const twice = JSON.stringify(quoted).slice(1, -1);
  return [quoted, twice, JSON.stringify(twice).slice(1, -1)].flatMap((each) => [each, inAscii(each)]);
}

function inAscii(text: string): string {
  return text.replace(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As an address is written that it was filled into as it is: far less is escaped there. */
function inAddress(text: string): string[] {
  const url = new URL('https://host.invalid/');
  url.search = text;
  url.pathname = text;
  return [url.search.slice(1), url.pathname.slice(1)];
}

function inMarkup(text: string, quote: string, apostrophe: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', quote).replaceAll("'", apostrophe);
}

/** Shorter pieces of base64 stand in other texts too. */
const SHORTEST_BASE64 = 8;

/**
 * Base64 of bytes, plain and for URLs, alone and as a part of something longer (`user:secret`): three bytes are four
 * characters, so there are three ways to fall into step, and the first and last character may belong to the neighbours.
 */
function base64Forms(bytes: string): string[] {
  const inside = [0, 1, 2].map((offset) => btoa('\0'.repeat(offset) + bytes).slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)));
  const alone = btoa(bytes);
  return [alone, alone.replace(/=+$/, ''), ...inside.filter((form) => form.length >= SHORTEST_BASE64)].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/** Two digits a byte, in small letters and in capitals. */
function hexForms(bytes: string): string[] {
  let hex = '';
  for (let at = 0; at < bytes.length; at++) hex += bytes.charCodeAt(at).toString(16).padStart(2, '0');
  return [hex, hex.toUpperCase()];
}

function masked(value: Json, forms: string[]): Json {
  if (typeof value === 'string') return maskForms(value, forms);
  if (Array.isArray(value)) return value.map((item) => masked(item, forms));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [maskForms(key, forms), masked(item, forms)]));
  return value;
}

function maskForms(text: string, forms: string[]): string {
  let out = text;
  for (const form of forms) if (out.includes(form)) out = out.replaceAll(form, MASK);
  return out;
}
