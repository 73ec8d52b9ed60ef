/** What an execution says in its log, the newest first: looked for in the object, so that nothing but the lines leaves it. */
import type { LinePage, LineQuery, LogLine } from '#contracts/log-line';
import { fitsLine, lineContext, logLines } from '#engine/log-lines';
import type { StartedState } from '#engine/state';
import type { History } from '#objects/execution/history';

/** Events looked through in one call; a longer log is gone on with by `before`. */
const LOOKED = 2000;
const AT_ONCE = 250;

export function readLines({ facts }: StartedState, history: Pick<History, 'length' | 'page'>, { before, limit, ...filter }: LineQuery): LinePage {
  const context = lineContext(facts);
  const items: LogLine[] = [];
  let end = Math.min(before ?? Number.MAX_SAFE_INTEGER, history.length + 1);
  const floor = Math.max(1, end - LOOKED);
  while (end > floor) {
    const from = Math.max(floor, end - AT_ONCE);
    const events = history.page(from, end - from);
    for (const line of logLines(events, context).reverse()) {
      if (!fitsLine(line, filter)) continue;
      items.push(line);
      if (items.length === limit) return { items, next: line.sequence_num > 1 ? line.sequence_num : null };
    }
    end = from;
    // What comes before was said before.
    if (filter.from !== undefined && events[0]!.at < filter.from) return { items, next: null };
  }
  return { items, next: end > 1 ? end : null };
}
