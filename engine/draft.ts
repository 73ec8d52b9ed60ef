/**
 * A state in the making. It shares with the state before it whatever it does not change.
 *
 * Invariants
 * 1. Nothing of the state before is written to: what belongs to a draft alone is written to, everything else is copied
 *    first, once.
 * 2. Records of steps are replaced, never written to.
 */
import type { Block, StartedState, Strand } from '#engine/state';

type Table = 'strands' | 'kept' | 'blocks' | 'steps' | 'calls' | 'active';

/**
 * What was made for the draft that is written to, and for no other state. Of one that it has forgotten all is copied once more, which
 * costs time and changes nothing.
 */
let made: { draft: StartedState | undefined; parts: Set<object> } = { draft: undefined, parts: new Set() };

export function draftOf(state: StartedState): StartedState {
  return { ...state };
}

/** A table of the draft, to be written to. */
export function own<T extends Table>(draft: StartedState, name: T): StartedState[T] {
  const table = draft[name];
  const mine = madeFor(draft);
  if (mine.has(table)) return table;
  const copy = copyOf(table);
  mine.add(copy);
  draft[name] = copy;
  return copy;
}

/** Out of a table of the draft. The runtime is slow with objects that have lost a field, so a copy is made without it. */
export function drop(draft: StartedState, name: Table, key: string): void {
  const table = draft[name] as Record<string, unknown>;
  if (!Object.hasOwn(table, key)) return;
  const mine = madeFor(draft);
  if (mine.has(table)) {
    delete table[key];
    return;
  }
  const copy: Record<string, unknown> = {};
  for (const other in table) if (other !== key) copy[other] = table[other];
  mine.add(copy);
  (draft as Record<Table, object>)[name] = copy;
}

/** A strand in place of the one that stood there; it is the draft's own. */
export function putStrand(draft: StartedState, path: string, strand: Strand): void {
  own(draft, 'strands')[path] = strand;
  madeFor(draft).add(strand);
}

/** A strand under way, to be written to. */
export function ownStrand(draft: StartedState, path: string): Strand | undefined {
  const strand = draft.strands[path];
  return strand && ownEntry(draft, 'strands', path, strand, strandCopy);
}

/** A block under way, to be written to. */
export function ownBlock(draft: StartedState, step: string): Block | undefined {
  const block = Object.hasOwn(draft.blocks, step) ? draft.blocks[step] : undefined;
  return block && ownEntry(draft, 'blocks', step, block, blockCopy);
}

function ownEntry<E extends object>(draft: StartedState, name: 'strands' | 'blocks', key: string, entry: E, copyOfEntry: (entry: E) => E): E {
  const mine = madeFor(draft);
  if (mine.has(entry)) return entry;
  const copy = copyOfEntry(entry);
  mine.add(copy);
  (own(draft, name) as Record<string, object>)[key] = copy;
  return copy;
}

function madeFor(draft: StartedState): Set<object> {
  if (made.draft !== draft) made = { draft, parts: new Set() };
  return made.parts;
}

/** Key by key: for tables of thousands of names that is several times as fast as spreading them. */
function copyOf<T extends object>(table: T): T {
  const copy = {} as T;
  for (const key in table) copy[key] = table[key];
  return copy;
}

function strandCopy(strand: Strand): Strand {
  return { ...strand, steps: [...strand.steps], completed: [...strand.completed] };
}

function blockCopy(block: Block): Block {
  return { ...block, results: { ...block.results }, errors: { ...block.errors }, kept: [...block.kept] };
}
