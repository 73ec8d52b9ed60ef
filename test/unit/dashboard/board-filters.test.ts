import { describe, expect, it } from 'vitest';
import { boardEntryApi, boardsPage, debuggingPath, heldPath, isBoardFiltered, readBoardFilters } from '../../../dashboard/src/lib/board-filters';

const read = (query: string) => readBoardFilters(new URLSearchParams(query));
const PLACE = { workflow: 'orders', pipeline: 'pay', environment: 'staging' };

describe('the filters of breakpoints and mocks', () => {
  it('are none of the breakpoints where nothing is said, or what is said is not known', () => {
    expect(read('list=other&workflow=+')).toEqual({ list: 'breakpoints' });
    expect(isBoardFiltered(read('list=mocks'))).toBe(false);
    expect(isBoardFiltered(read('pipeline=pay'))).toBe(true);
  });

  it.each(['/debugging', '/debugging?list=mocks&workflow=orders&pipeline=pay&environment=staging'])('stand in the URL: %s', (path) =>
    expect(boardsPage(readBoardFilters(new URL(path, 'http://page').searchParams))).toBe(path),
  );

  it('stay when the list changes', () => expect(boardsPage(read('workflow=a'), { list: 'mocks' })).toBe('/debugging?list=mocks&workflow=a'));
});

describe('the addresses of a row', () => {
  it('name the pipeline and its environment', () => {
    expect(debuggingPath(PLACE)).toBe('/applications/orders/debugging?pipeline=pay&environment=staging');
    expect(heldPath(PLACE)).toBe('/executions?status=paused&workflow=orders&pipeline=pay&environment=staging');
    // The step of a mock may stand in a block.
    expect(boardEntryApi(PLACE, ['mock', 'each/reserve'])).toBe('/api/v1/pipelines/orders.pay/mock/each%2Freserve?environment=staging');
  });
});
