import { expect, it } from 'vitest';
import { fieldsOf, gatheredApi, gatheredPage, isGatheredFiltered, placeOfLine, readGathered } from '../../../dashboard/src/lib/gathered-log';

const read = (query: string) => readGathered(new URLSearchParams(query));

it('is read of the URL, and asked of the API', () => {
  expect(read('')).toEqual({ environment: 'production' });
  const filters = read('environment=staging&q=+o-1+&level=warn&pipeline=order&colour=red');
  expect(gatheredApi('wf_1', filters, 'c')).toBe('/api/v1/workflows/wf_1/logs?environment=staging&q=o-1&level=warn&pipeline=order&limit=100&cursor=c');
  expect(readGathered(new URL(gatheredPage('wf_1', filters), 'http://page').searchParams)).toEqual(filters);
  expect(gatheredPage('shop')).toBe('/applications/shop?view=log');
  expect(gatheredPage('shop', { environment: undefined })).toBe('/applications/shop?view=log');
  expect([isGatheredFiltered(filters), isGatheredFiltered(read('environment=staging')), read('level=loud').level]).toEqual([true, false, undefined]);
});

it('says where a line is from, and its fields', () => {
  const line = { at: '2026-02-15T14:30:00.000Z', level: 'info' as const, message: 'm' };
  expect(placeOfLine(line)).toBe('at the door');
  expect(placeOfLine({ ...line, execution_id: 'exec_1', pipeline: 'order', step: 'note' })).toBe('order / note');
  expect(placeOfLine({ ...line, execution_id: 'exec_1', pipeline: 'order' })).toBe('order');
  expect(fieldsOf({ ...line, fields: { sku: 'S-1', count: 2 } })).toBe('sku=S-1 count=2');
  expect(fieldsOf(line)).toBe('');
});
