import { describe, expect, it } from 'vitest';
import { fieldsOf, valuesOf } from '../../../dashboard/src/lib/form-fields';

const SCHEMA = {
  type: 'object',
  required: ['cost_centre'],
  properties: {
    cost_centre: { type: 'string', title: 'Cost centre' },
    limit: { type: 'number', description: 'In EUR' },
    urgent: { type: 'boolean' },
    class: { enum: ['economy', 'business'] },
    lines: { type: 'array' },
  },
};

describe('fields of a form', () => {
  it('are made from the schema', () => {
    expect(fieldsOf(SCHEMA)).toEqual([
      { name: 'cost_centre', label: 'Cost centre', kind: 'text', required: true },
      { name: 'limit', label: 'limit', kind: 'number', required: false, hint: 'In EUR' },
      { name: 'urgent', label: 'urgent', kind: 'boolean', required: false },
      { name: 'class', label: 'class', kind: 'choice', required: false, choices: ['economy', 'business'] },
      { name: 'lines', label: 'lines', kind: 'json', required: false },
    ]);
    for (const none of [undefined, null, 'text', {}, { properties: [] }]) expect(fieldsOf(none)).toEqual([]);
  });

  it('give typed values, and leave out what was left empty', () => {
    const fields = fieldsOf(SCHEMA);
    const typed = { cost_centre: 'A-17', limit: '12.5', urgent: true, class: '', lines: '[1, 2]' };
    expect(valuesOf(fields, typed)).toEqual({ values: { cost_centre: 'A-17', limit: 12.5, urgent: true, lines: [1, 2] } });
    expect(valuesOf(fields, {})).toEqual({ values: { urgent: false } });
  });

  it.each([
    [{ limit: 'much' }, 'limit is not a number.'],
    [{ lines: '[1,' }, 'lines is not JSON.'],
  ])('say what cannot be read: %j', (typed, error) => {
    expect(valuesOf(fieldsOf(SCHEMA), typed)).toEqual({ error });
  });
});
