// biome-ignore-all lint/suspicious/noThenProperty: a keyword of JSON Schema.
/** JSON Schemas of tenants, over data of strangers: every keyword works, and no pattern takes for ever. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { schemaFaults } from '#steps/json-schema';

function codes(schema: JsonObject, data: Json): string[] {
  return schemaFaults(schema, data).map(({ code, path }) => (path ? `${code} ${path}` : `${code}`));
}

describe('keywords', () => {
  it.each<[string, JsonObject, Json, string[]]>([
    ['type', { type: 'string' }, 1, ['type']],
    ['enum', { enum: [1, 2] }, 3, ['enum']],
    ['const', { const: 1 }, 2, ['const']],
    ['required', { required: ['a'] }, {}, ['required']],
    ['properties', { properties: { a: { type: 'number' } } }, { a: 'x' }, ['type a']],
    ['additionalProperties', { properties: { a: {} }, additionalProperties: false }, { b: 1 }, ['additionalProperties b']],
    ['minLength', { minLength: 2 }, 'a', ['minLength']],
    ['maximum', { maximum: 2 }, 3, ['maximum']],
    ['multipleOf', { multipleOf: 2 }, 3, ['multipleOf']],
    ['items', { items: { type: 'number' } }, [1, 'a'], ['type 1']],
    ['prefixItems', { prefixItems: [{ type: 'number' }] }, ['a'], ['type 0']],
    ['uniqueItems', { uniqueItems: true }, [1, 1], ['uniqueItems']],
    ['contains', { contains: { const: 1 } }, [2], ['contains']],
    ['anyOf', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 1, ['anyOf', 'type', 'type']],
    ['not', { not: { type: 'number' } }, 1, ['not']],
    ['if then', { if: { type: 'number' }, then: { minimum: 5 } }, 1, ['minimum']],
    ['dependentRequired', { dependentRequired: { a: ['b'] } }, { a: 1 }, ['dependentRequired']],
    ['format', { format: 'uuid' }, 'x', ['format']],
    ['$ref', { $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, 'x', ['type']],
    ['pattern', { pattern: '^[a-z]+$' }, 'A1', ['pattern']],
    ['pattern beside allOf', { allOf: [{ minLength: 5 }], pattern: '^x' }, 'ab', ['minLength', 'pattern']],
    ['pattern in properties', { properties: { id: { type: 'string', pattern: '^o-\\d+$' } } }, { id: 'x' }, ['pattern id']],
    ['pattern through $ref', { $defs: { id: { pattern: '^\\w{2,}$' } }, items: { $ref: '#/$defs/id' } }, ['ab', 'é'], ['pattern 1']],
    ['patternProperties', { patternProperties: { '^x-': { type: 'number' } } }, { 'x-a': 'b', y: 1 }, ['type x-a']],
    ['a property that is called pattern', { properties: { pattern: { type: 'string' } } }, { pattern: 1 }, ['type pattern']],
  ])('%s', (_name, schema, data, expected) => {
    expect(codes(schema, data).sort()).toEqual([...expected].sort());
  });

  it('patterns are searched as in JavaScript', () => {
    expect(codes({ pattern: 'b$' }, 'ab\n')).toEqual(['pattern']);
    expect(codes({ pattern: '^\\d$' }, '٣')).toEqual(['pattern']);
    expect(codes({ pattern: '^\\p{L}+$' }, 'Zürich')).toEqual([]);
    expect(codes({ pattern: '^(?!admin)[^@]+@(?:a|b)\\.ch$' }, 'me@a.ch')).toEqual([]);
    expect(codes({ pattern: 'x' }, 7)).toEqual([]);
    expect(schemaFaults({ pattern: '^a"b$' }, 'c')).toEqual([{ code: 'pattern', message: 'String does not match the pattern ^a"b$.' }]);
  });
});

describe('a pattern that would take for ever', () => {
  it.each(['^(a+)+$', '^(a|aa)+$', '(.*)*x', '(a*)*b', '^([a-z]+)*!$'])('%s ends in time', (pattern) => {
    const outcome = () => schemaFaults({ pattern }, `${'a'.repeat(60)}?`).map(({ code }) => code);
    let seen: unknown;
    try {
      seen = outcome();
    } catch (error) {
      seen = error instanceof Problem ? error.code : error;
    }
    expect(['pattern', 'program_limit']).toContain(Array.isArray(seen) ? seen[0] : seen);
  });

  it.each(['^(a+)+$', '(a|b)*c', '.*a.*b.*c', '(?=a)a'])('%s is refused for the names of properties', (pattern) => {
    expect(() => schemaFaults({ patternProperties: { [pattern]: {} } }, {})).toThrow(/may take too long/);
  });

  it.each(['^x-', '^[a-z_]+$', '^(?:foo|bar)$', '^.{1,20}$'])('%s is not', (pattern) => {
    expect(schemaFaults({ patternProperties: { [pattern]: {} } }, {})).toEqual([]);
  });

  it('no pattern at all is the fault of the schema', () => {
    expect(() => schemaFaults({ pattern: '(' }, 'a')).toThrow(/JSON Schema cannot be used/);
  });
});
