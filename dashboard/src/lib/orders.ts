/** Words for orders to executions. */
import type { BulkAction } from '#contracts/bulk';
import type { ExecutionStatus } from '#contracts/execution';
import { formatCount } from './time';

export const ORDERS: Record<BulkAction, string> = { cancel: 'Cancel', pause: 'Pause', resume: 'Resume', replay: 'Replay' };

/** `12 running, 3 waiting`: in the order in which executions go through them. */
export function statesInWords(byStatus: { readonly [status in ExecutionStatus]?: number }): string {
  return Object.entries(byStatus)
    .map(([status, count]) => `${formatCount(count)} ${status}`)
    .join(', ');
}
