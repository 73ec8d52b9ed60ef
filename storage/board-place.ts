/** A place in the list of breakpoints, or of mocks, over all boards: behind this one. */
import type { BoardKind, BoardName } from '#contracts/debugging';
import { decodeCursor, encodeCursor } from '#storage/cursor';

export type BoardPlace = Omit<BoardName, 'tenant'> & { step: string; id: string };

/** The order of the list. */
export const BOARD_ORDER = ['environment', 'workflow', 'pipeline', 'step', 'id'] as const satisfies readonly (keyof BoardPlace)[];

const listOf = (kind: BoardKind) => `all-${kind}s`;

export function boardCursor(kind: BoardKind, place: BoardPlace): string {
  return encodeCursor(
    listOf(kind),
    BOARD_ORDER.map((part) => place[part]),
  );
}

/** Throws Problem('invalid_cursor'). */
export function placeOfBoardCursor(kind: BoardKind, cursor: string): BoardPlace {
  const [environment, workflow, pipeline, step, id] = decodeCursor(listOf(kind), ['string', 'string', 'string', 'string', 'string'], cursor);
  return { environment, workflow, pipeline, step, id };
}
