/** What the palette finds, and what is kept of saved views. */
import { describe, expect, it } from 'vitest';
import { type Entry, executionIn, fitting } from '../../../dashboard/src/lib/palette';
import { parseViews, withView } from '../../../dashboard/src/lib/saved-views';

const ENTRIES: Entry[] = [
  { group: 'Pages', label: 'State machines' },
  { group: 'Pages', label: 'Executions' },
  { group: 'Pipelines', label: 'process-order', hint: 'orders' },
  { group: 'Settings', label: 'Theme: dark' },
];

describe('the palette', () => {
  it.each([
    ['', ['State machines', 'Executions', 'process-order', 'Theme: dark']],
    ['ord', ['process-order']],
    ['pipelines orders', ['process-order']],
    ['ma', ['State machines']],
    ['dark theme', ['Theme: dark']],
    ['nothing', []],
  ])('finds by %j', (text, labels) => expect(fitting(ENTRIES, text).map((entry) => entry.label)).toEqual(labels));

  it('takes an id out of whatever was pasted', () => {
    const id = `exec_${'a1B'.repeat(14)}Z`;
    expect(executionIn(`{"execution_id":"${id}","level":"error"}`)).toBe(id);
    expect(executionIn('exec_short')).toBeUndefined();
  });
});

describe('saved views', () => {
  it.each([null, '', '{', '7', '[{"name":""}]', '[{"name":"x","query":"javascript:1"}]'])('are none in %j', (text) => expect(parseViews(text)).toEqual([]));

  it('replace one of the same name, in order of their names', () => {
    const views = withView(withView([], { name: 'b', query: '?status=failed' }), { name: 'a', query: '' });
    expect(withView(views, { name: 'b', query: '' })).toEqual([
      { name: 'a', query: '' },
      { name: 'b', query: '' },
    ]);
    expect(parseViews(JSON.stringify(views))).toEqual(views);
  });
});
