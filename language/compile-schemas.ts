/**
 * `schemas` of a document: shapes of data by name, which triggers and published events are checked against. Each is a JSON
 * Schema, alone or under `data_schema` beside its version.
 */
import { type Schema, Validator } from '@cfworker/json-schema';
import type { DataSchema } from '#contracts/definition';
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { Checker, Place } from '#language/checker';
import { SCHEMA_KEYS } from '#language/dialect';
import { didYouMean } from '#language/nearest';
import { type MapNode, toJson } from '#language/source';

export type DataSchemas = { [name: string]: DataSchema };

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,199}$/;

export function compileSchemas(checker: Checker, root: MapNode): DataSchemas {
  const place = checker.given(root, '', 'schemas');
  const map = place && checker.map(place, 'schemas');
  const found: DataSchemas = {};
  for (const entry of map?.entries.values() ?? []) {
    const at: Place = { node: entry.value, path: `schemas.${entry.key}`, keyRange: entry.keyRange };
    if (!NAME.test(entry.key) || entry.key === '__proto__') {
      checker.report.error(
        'invalid_name',
        `"${entry.key}" is not a name of a schema, such as order.created.`,
        at.path,
        at.keyRange,
        `Write "${entry.key.replace(/[^A-Za-z0-9_.-]+/g, '.').replace(/^[.-]+|[.-]+$/g, '') || 'order.created'}".`,
      );
      continue;
    }
    const compiled = schemaOf(checker, at);
    if (compiled) found[entry.key] = compiled;
  }
  return found;
}

/** The schema of a trigger: a name of `schemas`, or a schema itself. */
export function triggerSchema(checker: Checker, place: Place | undefined, schemas: DataSchemas): (DataSchema & { name?: string }) | undefined {
  if (!place) return undefined;
  if (place.node.kind === 'map') return plainSchema(checker, place);
  const name = checker.text(place, 'schema');
  if (name === undefined) return undefined;
  if (Object.hasOwn(schemas, name)) return { name, ...schemas[name]! };
  checker.error(
    'unknown_name',
    `This application has no schema "${name}".`,
    place,
    didYouMean(name, Object.keys(schemas), 'Write it under schemas: at the top.'),
  );
  return undefined;
}

function schemaOf(checker: Checker, place: Place): DataSchema | undefined {
  const map = checker.map(place, 'A schema');
  if (!map) return undefined;
  const inner = checker.given(map, place.path, 'data_schema');
  if (!inner) return plainSchema(checker, place);
  checker.keys(map, place.path, SCHEMA_KEYS, 'a schema');
  const version = checker.given(map, place.path, 'version');
  const type = checker.given(map, place.path, 'type');
  if (type) checker.choice(type, 'The type of a schema', ['cloudevents', 'json'] as const);
  const label = version && checker.text(version, 'version');
  const schema = plainSchema(checker, inner);
  return schema && { ...schema, ...(label === undefined ? {} : { version: label }) };
}

function plainSchema(checker: Checker, place: Place): DataSchema | undefined {
  if (!checker.map(place, 'A JSON Schema')) return undefined;
  const schema = toJson(place.node);
  if (!isJsonObject(schema)) return undefined;
  const fault = schemaFault(schema);
  if (fault === undefined) return { schema };
  checker.report.error(
    'invalid_value',
    `This is not a JSON Schema that can be used: ${fault}`,
    place.path,
    place.keyRange,
    'Write {type: object, required: [id], properties: {id: {type: string}}}; references lead to places of the same schema.',
  );
  return undefined;
}

/** A reference that leads nowhere or round in circles, a pattern that is none. */
export function schemaFault(schema: JsonObject): string | undefined {
  try {
    const validator = new Validator(schema as Schema, '2020-12', false);
    for (const value of [null, '', 0, [], {}]) validator.validate(value);
    return undefined;
  } catch (error) {
    return error instanceof RangeError ? 'it refers to itself without an end.' : (error as Error).message;
  }
}
