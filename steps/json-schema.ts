/** JSON Schema that authors write, checked without code generation: drafts 4, 7, 2019-09 and 2020-12. */
import { type Schema, Validator } from '@cfworker/json-schema';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem, type ProblemDetail } from '#contracts/problems';
import { JqLimitError } from '#jq/errors';
import { forgetPatterns, patternOf, withBoundedPatterns } from '#steps/schema-patterns';

/** Compiled schemas of this isolate, by their text. */
const CACHE_SIZE = 200;

const validators = new Map<string, Validator>();
/** The same by the schema itself, for callers who keep theirs: a large one is not written out for every request. */
let kept = new WeakMap<JsonObject, Validator>();

function validatorFor(schema: JsonObject | boolean): Validator {
  const known = typeof schema === 'boolean' ? undefined : kept.get(schema);
  if (known) return known;
  const validator = validatorOfText(schema);
  if (typeof schema !== 'boolean') kept.set(schema, validator);
  return validator;
}

function validatorOfText(schema: JsonObject | boolean): Validator {
  const text = JSON.stringify(schema);
  const known = validators.get(text);
  if (known) return known;
  if (validators.size >= CACHE_SIZE) {
    validators.clear();
    kept = new WeakMap();
    forgetPatterns();
  }
  const validator = new Validator(withBoundedPatterns(schema) as Schema | boolean, draftOf(schema), false);
  validators.set(text, validator);
  return validator;
}

function draftOf(schema: JsonObject | boolean): '4' | '7' | '2019-09' | '2020-12' {
  const named = isJsonObject(schema) && typeof schema.$schema === 'string' ? schema.$schema : '';
  if (named.includes('draft-04')) return '4';
  if (named.includes('draft-06') || named.includes('draft-07')) return '7';
  return named.includes('2019-09') ? '2019-09' : '2020-12';
}

/** Keywords that close an object or list: what is too much stands under them as a schema that nothing satisfies. */
const CLOSED = ['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems'];

/** Keywords that only say that something below them is wrong; the leaf says what. */
const AGGREGATES = new Set([
  'properties',
  'patternProperties',
  'items',
  'prefixItems',
  'additionalItems',
  'allOf',
  '$ref',
  '$recursiveRef',
  '$dynamicRef',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'propertyNames',
  ...CLOSED,
]);

/** What of the data does not satisfy a JSON Schema. Throws Problem: step_config_invalid for a schema that is none. */
export function schemaFaults(schema: JsonObject | boolean, data: Json): ProblemDetail[] {
  let result: ReturnType<Validator['validate']>;
  try {
    result = validatorFor(schema).validate(data);
  } catch (cause) {
    if (cause instanceof JqLimitError) throw new Problem('program_limit', 'A pattern of the JSON Schema takes too long on this data.');
    throw new Problem('step_config_invalid', `The JSON Schema cannot be used: ${(cause as Error).message}`, { cause });
  }
  if (result.valid) return [];
  const closed = result.errors.find(({ keyword }) => CLOSED.includes(keyword))?.keyword;
  const leaves = result.errors.filter((error) => !AGGREGATES.has(error.keyword));
  return (leaves.length > 0 ? leaves : result.errors).map((error) => {
    const at = error.instanceLocation.replace(/^#\/?/, '').split('/').map(unescapePointer).join('.');
    const pattern = error.keyword === 'format' ? patternOf(error.error) : undefined;
    if (error.keyword === 'false' && closed) return { code: closed, message: `${at} is not known here.`, path: at };
    const fault =
      pattern === undefined ? { code: error.keyword, message: error.error } : { code: 'pattern', message: `String does not match the pattern ${pattern}.` };
    return { ...fault, ...(at ? { path: at } : {}) };
  });
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
