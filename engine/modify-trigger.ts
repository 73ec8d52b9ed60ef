/**
 * Modifications of a trigger's data: a JSON merge patch (RFC 7396), applied where the pipeline reads its fields.
 *
 * Invariants
 * 1. A field goes where a template of that name finds it: for a request into its path parameters, query or body, in this
 *    order; for an event into its data. A field that is nowhere yet goes into the body, or the event's data.
 * 2. A field of the request itself (`headers`, `body`, `query`, …) that is none of its data's is merged into the request.
 * 3. The arguments stay as they are.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

/** RFC 7396: objects are merged key by key, `null` removes, anything else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** `refused`: the field that has no place, for the body is neither an object nor empty. */
export function modifyTrigger(type: string, data: Json, patch: JsonObject): { data: Json } | { refused: string } {
  const layers = LAYERS[type];
  if (!layers || !isJsonObject(data)) return { data: mergePatch(data, patch) };
  const home = layers.at(-1)!;
  const parts: JsonObject = {};
  for (const [key, value] of Object.entries(patch)) {
    const layer: string | undefined = layers.find((name) => hasField(data[name], key));
    if (layer === undefined && Object.hasOwn(data, key)) {
      parts[key] = merged(parts[key], value);
      continue;
    }
    const place = layer ?? home;
    const there = data[place];
    if (there !== undefined && there !== null && !isJsonObject(there)) return { refused: key };
    parts[place] = merged(parts[place], Object.fromEntries([[key, value]]));
  }
  return { data: mergePatch(data, parts) };
}

/** Where templates look for a field, the strongest first; the last is where a new one goes. */
const LAYERS: { [type: string]: readonly string[] } = {
  http: ['path_params', 'query', 'body'],
  webhook: ['path_params', 'query', 'body'],
  event: ['data'],
  eventbus: ['data'],
};

function hasField(value: Json | undefined, key: string): boolean {
  return isJsonObject(value) && Object.hasOwn(value, key);
}

/** Two patches of the same part as one; `null` stays, for it still has to remove. */
function merged(first: Json | undefined, second: Json): Json {
  if (!isJsonObject(first) || !isJsonObject(second)) return second;
  const result = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) result.set(key, merged(result.get(key), value));
  return Object.fromEntries(result);
}
