/** Forms from JSON Schemas: which fields there are, and what is read from them. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#contracts/json';
import { steps } from '#steps/registry';
import { schemaOf } from '#workers/editor-schema/json-schema';
import { type Field, formOf } from '../../../dashboard/src/components/schema-form/field';
import { type Inputs, readForm } from '../../../dashboard/src/components/schema-form/read-form';

/** A form in which this stands: texts and switches by path, ids of items by the path of their list. */
function inputs(fields: { [path: string]: string | boolean }, lists: { [path: string]: string[] } = {}): Inputs {
  return { at: (path) => fields[path], items: (path) => lists[path] ?? [] };
}

const kinds = (schema: Json): [string, Field['kind']][] => {
  const form = formOf(schema);
  return form.kind === 'group' ? form.fields.map(({ name, field }) => [name, field.kind]) : [['', form.kind]];
};

const ORDER: JsonObject = {
  type: 'object',
  required: ['id', 'lines', 'paid'],
  properties: {
    id: { type: 'string', title: 'Order', pattern: '^o-' },
    amount: { type: 'number', minimum: 0, description: 'In EUR' },
    paid: { type: 'boolean' },
    gift: { type: 'boolean' },
    class: { enum: ['economy', 'business', 7] },
    lines: { type: 'array', minItems: 1, items: { $ref: '#/$defs/line' } },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    address: { type: 'object', required: ['city'], properties: { city: { type: 'string' }, mail: { type: 'string', format: 'email' } } },
    delay: { anyOf: [{ type: 'string' }, { type: 'number' }, { $ref: '#/$defs/template' }] },
    note: { anyOf: [{ type: 'string', description: 'inner' }, { type: 'null' }], description: 'outer' },
    extra: {},
    old: { type: 'string', deprecated: true },
    token: { type: 'string', writeOnly: true },
  },
  $defs: {
    template: { type: 'string' },
    line: {
      type: 'object',
      required: ['sku'],
      properties: { sku: { type: 'string' }, count: { type: 'integer' }, parts: { type: 'array', items: { $ref: '#/$defs/line' } } },
    },
  },
};

describe('the fields', () => {
  it('are of the kind that the schema asks for', () => {
    expect(kinds(ORDER)).toEqual([
      ['id', 'text'],
      ['amount', 'number'],
      ['paid', 'flag'],
      ['gift', 'flag'],
      ['class', 'choice'],
      ['lines', 'list'],
      ['tags', 'map'],
      ['address', 'group'],
      ['delay', 'text'],
      ['note', 'text'],
      ['extra', 'json'],
      ['token', 'text'],
    ]);
    const { fields } = formOf(ORDER) as Field & { kind: 'group' };
    const of = (name: string) => fields.find((one) => one.name === name)!.field;
    expect(of('id')).toMatchObject({ label: 'Order', required: true, pattern: '^o-' });
    expect(of('note')).toMatchObject({ hint: 'outer' });
    expect(of('token')).toMatchObject({ type: 'password' });
    // What leads back into itself ends in JSON.
    expect(of('lines')).toMatchObject({ item: { kind: 'group', fields: [{}, {}, { name: 'parts', field: { kind: 'list', item: { kind: 'json' } } }] } });
  });
  it.each([undefined, null, 'text', {}, { properties: [] }, { $ref: '#/$defs/gone' }, { $ref: '#' }])('%j has a form too', (schema) => {
    expect(formOf(schema as Json).kind).toBe('json');
  });
  it('are there for every type of step', () => {
    for (const [type, { config }] of steps) expect(['group', 'json', 'map'], type).toContain(formOf(schemaOf(config) as Json, true).kind);
  });
});

describe('what is read', () => {
  const FILLED = {
    '/id': 'o-1',
    '/amount': '12.5',
    '/paid': false,
    '/gift': false,
    '/class': '7',
    '/lines/0/sku': 'SKU-1',
    '/lines/0/count': '2',
    '/lines/4/sku': 'SKU-2',
    '/tags/0/@key': 'from',
    '/tags/0': 'shop',
    '/delay': '30',
    '/note': '',
    '/extra': '[1]',
  };
  const LISTS = { '/lines': ['0', '4'], '/tags': ['0'] };
  it('has the types of the schema, without what was left empty', () => {
    expect(readForm(formOf(ORDER), undefined, inputs(FILLED, LISTS))).toEqual({
      value: {
        id: 'o-1',
        amount: 12.5,
        paid: false,
        class: 7,
        lines: [{ sku: 'SKU-1', count: 2 }, { sku: 'SKU-2' }],
        tags: { from: 'shop' },
        delay: 30,
        extra: [1],
      },
      errors: {},
    });
  });
  it('keeps what was given and has no field, and a switch that was turned off', () => {
    const { value } = readForm(formOf(ORDER), { gift: true, old: 'x', unknown: 1 }, inputs(FILLED, LISTS));
    expect(value).toMatchObject({ gift: false, old: 'x', unknown: 1 });
  });
  it.each<[{ [path: string]: string | boolean }, { [path: string]: string }]>([
    [{ '/id': '' }, { '/id': 'Order is needed.' }],
    [{ '/id': '1' }, { '/id': 'Order does not have the form ^o-' }],
    [{ '/amount': 'much' }, { '/amount': 'Amount is not a number.' }],
    [{ '/amount': '-1' }, { '/amount': 'Amount is at least 0.' }],
    [{ '/lines/0/count': '1.5' }, { '/lines/0/count': 'Count is a whole number.' }],
    [{ '/lines/0/sku': '' }, { '/lines/0/sku': 'Sku is needed.' }],
    [{ '/address/mail': 'nobody' }, { '/address/city': 'City is needed.', '/address/mail': 'Mail is no mail address.' }],
    [{ '/extra': '[1' }, { '/extra': 'Extra is not JSON yet.' }],
    [{ '/class': 'first' }, { '/class': 'Class is one of economy, business, 7.' }],
  ])('says at each field what cannot be taken: %j', (typed, errors) => {
    expect(readForm(formOf(ORDER), undefined, inputs({ ...FILLED, ...typed }, LISTS)).errors).toEqual(errors);
  });
  it('counts the items of a list, and no name stands twice in a map', () => {
    expect(readForm(formOf(ORDER), undefined, inputs(FILLED)).errors).toEqual({ '/lines': 'Lines has at least 1.' });
    const twice = { ...FILLED, '/tags/1/@key': 'from', '/tags/1': 'x' };
    expect(readForm(formOf(ORDER), undefined, inputs(twice, { ...LISTS, '/tags': ['0', '1'] })).errors).toEqual({ '/tags/1': 'from is there twice.' });
  });
  it('takes a template wherever it stands, where templates are taken', () => {
    const typed = { ...FILLED, '/amount': '{{ .total }}', '/extra': '{{ .steps.a | json }}', '/class': '{{ .class }}' };
    expect(readForm(formOf(ORDER, true), undefined, inputs(typed, LISTS), { templates: true })).toMatchObject({
      value: { amount: '{{ .total }}', extra: '{{ .steps.a | json }}', class: '{{ .class }}' },
      errors: {},
    });
    expect(Object.keys(readForm(formOf(ORDER), undefined, inputs(typed, LISTS)).errors)).toEqual(['/amount', '/class', '/extra']);
  });
});
