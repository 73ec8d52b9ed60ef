/** `attributes` of a pipeline: by what its executions are found. Templates over what starts them. */
import { ATTRIBUTE_NAME, ATTRIBUTES_MAX } from '#contracts/attributes';
import type { Checker, Place } from '#language/checker';
import { keyTemplate } from '#language/compile-policy';

export function attributes(checker: Checker, place: Place | undefined): Record<string, string> | undefined {
  const map = place && checker.map(place, 'attributes');
  if (!place || !map) return undefined;
  if (map.entries.size > ATTRIBUTES_MAX) {
    checker.error(
      'invalid_value',
      `A pipeline has ${ATTRIBUTES_MAX} attributes at most; these are ${map.entries.size}.`,
      place,
      'Keep those by which executions are looked for.',
    );
    return undefined;
  }
  const found: Record<string, string> = {};
  for (const { key } of map.entries.values()) {
    const at = checker.given(map, place.path, key);
    if (!at) continue;
    if (!ATTRIBUTE_NAME.test(key)) {
      checker.error(
        'invalid_value',
        `"${key.slice(0, 64)}" is not the name of an attribute.`,
        at,
        'Lower case letters, digits, _ and -, beginning with a letter, such as customer_id.',
      );
      continue;
    }
    const template = keyTemplate(checker, at, key, undefined);
    if (template !== undefined) found[key] = template;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
