/**
 * Patterns in JSON Schemas of tenants. The validator would run them as regular expressions of JavaScript, which may take for
 * ever on a text that a stranger chooses. So `pattern` becomes a format of our own, searched within bounds; and the patterns
 * of `patternProperties`, which cannot be replaced, have to be of a shape that cannot take long.
 */
import { format } from '@cfworker/json-schema';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { NAMED_SCHEMAS, SCHEMA_KEYWORDS, SCHEMA_LISTS } from '#contracts/json-schema';
import { boundedPattern, isQuick } from '#jq/bounded-pattern';

const PREFIX = 'pattern ';
const formats = format as { [name: string]: (text: string) => boolean };

/** The same schema, its patterns bounded. Throws Error with what is wrong with a pattern. */
export function withBoundedPatterns(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'patternProperties' && isJsonObject(value)) for (const pattern of Object.keys(value)) requireQuick(pattern);
    if (Array.isArray(value) && SCHEMA_LISTS.has(key)) out[key] = value.map(withBoundedPatterns);
    else if (isJsonObject(value) && NAMED_SCHEMAS.has(key))
      out[key] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withBoundedPatterns(inner)]));
    else if (SCHEMA_KEYWORDS.has(key)) out[key] = withBoundedPatterns(value);
    else if (key !== 'pattern' || typeof value !== 'string') out[key] = value;
  }
  if (typeof schema.pattern !== 'string') return out;
  const name = PREFIX + schema.pattern;
  formats[name] ??= boundedPattern(schema.pattern);
  return { ...out, allOf: [...(Array.isArray(out.allOf) ? out.allOf : []), { format: name }] };
}

function requireQuick(pattern: string): void {
  if (!isQuick(pattern)) {
    throw new Error(
      `the pattern ${JSON.stringify(pattern)} of patternProperties may take too long: repeat no group that repeats or chooses, and at most two things without a bound`,
    );
  }
}

/** The pattern that a fault of the validator is about, if it is about one. */
export function patternOf(message: string): string | undefined {
  return /^String does not match format "pattern (.*)"\.$/s.exec(message)?.[1];
}

export function forgetPatterns(): void {
  for (const name of Object.keys(formats)) if (name.startsWith(PREFIX)) delete formats[name];
}
