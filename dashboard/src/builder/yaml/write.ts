/** Values as YAML, to be put into a text: over lines, or in braces. Lines end with a newline and begin at the margin. */
import * as yaml from 'yaml';
import type { Json } from '#contracts/json';

const OPTIONS = { lineWidth: 0, indent: 2 } as const;

export type Quotes = yaml.Scalar.Type | undefined;

/** `key: value`, over as many lines as it takes. */
export function pairLines(key: string, value: Json, like?: Quotes): string {
  const document = documentOf({ [key]: value });
  asBefore((document.contents as yaml.YAMLMap).items[0]!, like);
  return document.toString(OPTIONS);
}

/** What stands behind the colon: ` value`, or lines of their own, two spaces to the right of the key. No newline at the end. */
export function valueLines(value: Json, like?: Quotes): string {
  return pairLines('k', value, like).slice('k:'.length).trimEnd();
}

/** `- item`, over as many lines as it takes. */
export function itemLines(value: Json): string {
  return documentOf([value]).toString(OPTIONS);
}

/** A whole document. */
export function rootLines(value: Json): string {
  return documentOf(value).toString(OPTIONS);
}

/** On one line, for a place between braces. `json`: with the quotes of JSON. */
export function inline(value: Json, json = false): string {
  if (json) return spaced(value);
  // Within a list, a text is quoted where a comma or a brace would end it.
  const document = new yaml.Document([value]);
  (document.contents as yaml.YAMLSeq).flow = true;
  return document.toString(OPTIONS).trim().slice(1, -1).trim();
}

export function inlineKey(key: string, json = false): string {
  return json ? JSON.stringify(key) : inline(key);
}

/** A text that ends with blank lines is quoted: as lines it would take in the blank ones behind it. */
function documentOf(value: Json): yaml.Document {
  const document = new yaml.Document(value);
  yaml.visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && /(^|\n)[^\S\n]*\n$/.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document;
}

/** Quotes, or lines, as they were. */
function asBefore(pair: yaml.Pair, like: Quotes): void {
  const { value } = pair;
  if (like && like !== 'PLAIN' && yaml.isScalar(value) && typeof value.value === 'string') value.type ??= like;
}

function spaced(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${spaced(each as Json)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
