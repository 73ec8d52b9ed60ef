/** Plain JSON, the only kind of value that crosses a room's door or reaches the log. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON text nests deeper than `max`. Told from the text, so that nothing recurses over what is too deep. */
export function nestsDeeperThan(max: number, text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) {
      for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
    } else if (char === BRACKET || char === BRACE) {
      if (++depth > max) return true;
    } else if (char === BRACKET + 2 || char === BRACE + 2) {
      depth--;
    }
  }
  return false;
}

/** What a text that holds a JSON object or list says; any other text is itself. */
export function decodedText(text: string, maxDepth: number): Json {
  if (!/^\s*[[{]/.test(text) || nestsDeeperThan(maxDepth, text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Their closing counterparts are two further on. */
const BRACKET = 0x5b;
const BRACE = 0x7b;
