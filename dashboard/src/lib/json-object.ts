/** What somebody wrote as a JSON object. */
import { isJsonObject, type JsonObject } from '#contracts/json';

export function readObject(text: string): { value: JsonObject } | { error: string } {
  if (text.trim() === '') return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? { value } : { error: 'Write an object, such as {"amount": 40}.' };
  } catch {
    return { error: 'This is not JSON yet.' };
  }
}
