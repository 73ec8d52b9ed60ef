/** What to write instead where a setting does not fit its schema: read off the schema and the fault, never guessed. */
import type { ZodType } from 'zod';
import type { Json } from '#contracts/json';
import { didYouMean } from '#language/nearest';
import { mark, typeOf } from '#language/schema-facts';

/** How a value of each type is written. */
const WRITTEN: { readonly [type: string]: string } = {
  string: 'text',
  number: 'a number without quotes, such as 1',
  int: 'a whole number without quotes, such as 1',
  boolean: 'true or false, without quotes',
  array: 'a list: [first, second]',
  tuple: 'a list: [first, second]',
  object: 'a mapping: {key: value}',
  record: 'a mapping: {key: value}',
};

/** Of a setting that is missing: what it takes, and what it is for. */
export function hintOfMissing(key: string, field: ZodType | undefined): string {
  const about = field && mark(field, 'description');
  return `Write ${key}: with ${WRITTEN[typeOf(field) ?? ''] ?? 'its value'}.${typeof about === 'string' ? ` ${about}` : ''}`;
}

/** The parts of a fault of a value that say what was expected. */
export interface ValueFault {
  code?: string;
  expected?: unknown;
  values?: readonly unknown[];
}

/** Of a value that does not fit. */
export function hintOfValue({ code, expected, values }: ValueFault, value: Json | undefined, field: ZodType | undefined): string {
  const known = (values ?? []).filter((each) => typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean').map(String);
  if (code === 'invalid_value' && known.length > 0) return typeof value === 'string' ? didYouMean(value, known) : `Write ${known.join(' or ')}.`;
  if (typeof expected === 'string' && WRITTEN[expected] !== undefined) {
    if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return `Write "${value}", in quotes.`;
    if (expected === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return `Write ${value}, without quotes.`;
    return `Write ${WRITTEN[expected]}.`;
  }
  const about = field && mark(field, 'description');
  return typeof about === 'string' ? `It is: ${about}` : 'GET /api/v1/step-types and /api/v1/module-types show what each setting takes.';
}
