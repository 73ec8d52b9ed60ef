/** Settings of a zod schema as rows of a table, read from its JSON Schema. */
import type { JsonSchema } from '#workers/editor-schema/json-schema';

export interface Setting {
  name: string;
  type: string;
  required: boolean;
  default?: unknown;
  description: string;
  deprecated: boolean;
}

export function settingsOf(schema: JsonSchema): Setting[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    type: typeText(property),
    required: schema.required?.includes(name) ?? false,
    ...(property.default === undefined ? {} : { default: property.default }),
    description: property.description ?? '',
    deprecated: property.deprecated ?? false,
  }));
}

/** A type as people say it: `text`, `list of text`, `one of a, b`. */
export function typeText(schema: JsonSchema): string {
  if (schema.enum) return `one of ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}`;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeText))].join(' or ');
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
      return schema.minimum !== undefined && schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER
        ? `whole number, ${schema.minimum} to ${schema.maximum}`
        : 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return schema.items ? `list of ${typeText(schema.items)}` : 'list';
    case 'object':
      return typeof schema.additionalProperties === 'object' && Object.keys(schema.additionalProperties).length > 0
        ? `names with ${typeText(schema.additionalProperties)}`
        : 'object';
    default:
      return 'any value';
  }
}
