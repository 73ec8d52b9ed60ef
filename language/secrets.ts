/**
 * Secrets in settings. While settings are filled in, `${NAME}` of the author's text is a marker that only this call
 * knows; once the input is final, markers become visible `${NAME}` again, each with its place.
 *
 * Invariants
 * 1. Data can never name a secret: a text `${NAME}` that flows in is not a marker, and the marker cannot be guessed.
 * 2. A marker is made of letters, digits, `-` and `_`, so that JSON, URLs and headers carry it unchanged.
 * 3. No marker leaves this room: not in an input, not in an error.
 */
import type { Json, JsonObject } from '#contracts/json';
import type { SecretRef } from '#contracts/step';

export class SecretMarks {
  private readonly head: string;
  private readonly tail: string;

  constructor() {
    // 122 random bits, from the platform's own generator.
    const nonce = crypto.randomUUID();
    this.head = `s-${nonce}_`;
    this.tail = `_${nonce}-e`;
  }

  /** The marker of a secret. */
  readonly mark = (name: string): string => `${this.head}${name}${this.tail}`;

  /** The text as a reader may see it. */
  clean(text: string): string {
    return text.includes(this.head) ? this.unmark(text) : text;
  }

  /** Replaces every marker of a value by `${NAME}` and says where they stand. */
  finalize(input: Json): { input: Json; secrets: SecretRef[] } {
    const secrets: SecretRef[] = [];
    return { input: this.walk(input, [], secrets), secrets };
  }

  private walk(value: Json, path: (string | number)[], secrets: SecretRef[]): Json {
    if (typeof value === 'string') return value.includes(this.head) ? this.text(value, path, secrets) : value;
    if (Array.isArray(value)) return value.map((item, index) => this.walk(item, [...path, index], secrets));
    if (typeof value !== 'object' || value === null) return value;
    const object: JsonObject = {};
    for (const key of Object.keys(value)) object[this.clean(key)] = this.walk(value[key]!, [...path, this.clean(key)], secrets);
    return object;
  }

  private text(value: string, path: (string | number)[], secrets: SecretRef[]): string {
    return this.unmark(value, (name, start) => secrets.push({ path, start, name }));
  }

  /** Searched by hand: compiling a pattern for every call would cost more than all the rest. */
  private unmark(value: string, found?: (name: string, start: number) => void): string {
    let text = '';
    let last = 0;
    for (let at = value.indexOf(this.head); at !== -1; at = value.indexOf(this.head, last)) {
      const end = value.indexOf(this.tail, at);
      if (end === -1) break;
      const name = value.slice(at + this.head.length, end);
      text += value.slice(last, at);
      found?.(name, text.length);
      text += `\${${name}}`;
      last = end + this.tail.length;
    }
    return text + value.slice(last);
  }
}
