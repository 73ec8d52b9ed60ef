/** A place in the list of executions: behind this one. The same in every region, so that their lists can be read as one. */
import { decodeCursor, encodeCursor } from '#storage/cursor';

export interface ExecutionPlace {
  /** Epoch ms. */
  started_at: number;
  execution_id: string;
}

const LIST = 'executions';

export function executionCursor({ started_at, execution_id }: ExecutionPlace): string {
  return encodeCursor(LIST, [started_at, execution_id]);
}

/** Throws Problem('invalid_cursor'). */
export function placeOfExecutionCursor(cursor: string): ExecutionPlace {
  const [started_at, execution_id] = decodeCursor(LIST, ['number', 'string'], cursor);
  return { started_at, execution_id };
}
