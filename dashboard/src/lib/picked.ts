/** Executions picked from the list one by one: a few, in the order in which they were picked. */
import type { BulkAction } from '#contracts/bulk';
import type { ExecutionStatus } from '#contracts/execution';
import type { ProblemBody } from '#contracts/problems';
import { post } from './api';

export interface Picked {
  execution_id: string;
  pipeline: string;
  /** When it was picked. */
  status: ExecutionStatus;
}

/** What came of the order: a problem where it did not fit. */
export interface Done {
  execution_id: string;
  problem?: ProblemBody;
}

/** More of them are what filters are for. */
export const MOST_PICKED = 50;
const AT_ONCE = 4;

/** With the one added, or taken away; beyond `MOST_PICKED` nothing is added. */
export function pickedWith(picked: readonly Picked[], one: Picked): Picked[] {
  const others = picked.filter(({ execution_id }) => execution_id !== one.execution_id);
  if (others.length < picked.length) return others;
  return picked.length < MOST_PICKED ? [...picked, one] : [...picked];
}

/** The comparison of two, the one picked first on the left. */
export function comparisonOf(picked: readonly Picked[]): string | undefined {
  const [left, right] = picked;
  return picked.length === 2 ? `/executions/diff?left=${left!.execution_id}&right=${right!.execution_id}` : undefined;
}

type Send = (path: string, body: object) => Promise<{ ok: true } | { ok: false; problem: ProblemBody }>;

/** Gives the order to each, a few at a time; `tell` hears of each as it is done. */
export async function orderEach(action: BulkAction, ids: readonly string[], tell: (done: Done) => void, send: Send = post): Promise<void> {
  const left = [...ids];
  const work = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const answer = await send(`/api/v1/executions/${id}/${action}`, action === 'replay' ? { mode: 'exact' } : {});
      tell(answer.ok ? { execution_id: id } : { execution_id: id, problem: answer.problem });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
