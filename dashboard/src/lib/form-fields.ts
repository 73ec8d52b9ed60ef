/** Fields of a form, from a JSON Schema of an object, and back from what was typed to JSON. Pure. */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';

export interface FormField {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'boolean' | 'choice' | 'json';
  required: boolean;
  hint?: string;
  choices?: string[];
}

export function fieldsOf(schema: Json | undefined): FormField[] {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, given]) => {
    const property: JsonObject = isJsonObject(given) ? given : {};
    const choices = Array.isArray(property.enum) && property.enum.every((one) => typeof one === 'string') ? (property.enum as string[]) : undefined;
    return {
      name,
      label: typeof property.title === 'string' ? property.title : name.replaceAll(/[_-]+/g, ' '),
      kind: choices ? 'choice' : kindOf(property.type),
      required: required.includes(name),
      ...(typeof property.description === 'string' ? { hint: property.description } : {}),
      ...(choices ? { choices } : {}),
    };
  });
}

function kindOf(type: Json | undefined): FormField['kind'] {
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'boolean') return 'boolean';
  return type === 'object' || type === 'array' ? 'json' : 'text';
}

/** What was typed, by field; an empty field is left out. Or why it cannot be read. */
export function valuesOf(fields: FormField[], typed: { [name: string]: string | boolean }): { values: JsonObject } | { error: string } {
  const values: JsonObject = {};
  for (const { name, label, kind } of fields) {
    const given = typed[name];
    if (kind === 'boolean') values[name] = given === true;
    else if (typeof given !== 'string' || given === '') continue;
    else if (kind === 'number') {
      const number = Number(given);
      if (!Number.isFinite(number)) return { error: `${label} is not a number.` };
      values[name] = number;
    } else if (kind === 'json') {
      try {
        values[name] = JSON.parse(given) as Json;
      } catch {
        return { error: `${label} is not JSON.` };
      }
    } else values[name] = given;
  }
  return { values };
}
