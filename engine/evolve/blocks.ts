/**
 * The events of blocks, folded. What a lane has left is forgotten with its end, but for what it came to, what may have
 * to be undone, and what the steps after it see: so ten thousand items need no more room than those under way.
 */
import type { EventData, Stored } from '#contracts/events';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { drop, own, ownBlock } from '#engine/draft';
import type { Block, StartedState, Strand } from '#engine/state';
import { lanePath, localName, newStrand } from '#engine/strands';

export function openBlock(draft: StartedState, { step_name, kind, items, choice, deadline }: EventData['block.opened']): void {
  const runs = draft.steps[step_name]?.runs ?? 1;
  const before = draft.blocks[step_name] && { ...draft.blocks[step_name] };
  if (before) unsee(draft, before);
  own(draft, 'blocks')[step_name] = {
    kind,
    path: runs > 1 ? `${step_name}#${runs}` : step_name,
    begun: 0,
    open: 0,
    results: {},
    errors: {},
    size: 0,
    ...(items && 'value' in items ? { items: items.value as Json[] } : {}),
    ...(choice ? { choice } : {}),
    ...(deadline === undefined ? {} : { deadline }),
    // What its earlier run has left to be undone.
    kept: before ? [...before.kept] : [],
    ...(before?.undo ? { undo: true } : {}),
  };
}

export function startStrand(draft: StartedState, { step_name, lane, position }: EventData['strand.started']): void {
  const block = ownBlock(draft, step_name);
  if (!block) return;
  block.begun++;
  block.open++;
  const item = block.items?.[Number(lane)];
  own(draft, 'strands')[lanePath(block, lane)] = { ...newStrand(position), of: { block: step_name, lane }, ...(item === undefined ? {} : { item }) };
}

export function endStrand(draft: StartedState, { step_name, lane, outcome, error, output, undo }: EventData['strand.ended']): void {
  const block = ownBlock(draft, step_name);
  const path = block && lanePath(block, lane);
  const strand = path === undefined ? undefined : draft.strands[path];
  if (!block || path === undefined || !strand) return;
  block.open--;
  if (error) block.errors[lane] = error;
  const result = output ? known(output) : block.kind === 'branch' || block.kind === 'while' ? undefined : laneOutput(draft, strand);
  if (outcome === 'completed' && result !== undefined) {
    block.results[lane] = result;
    block.size += sizeOf(result);
  }
  drop(draft, 'strands', path);
  if (undo) block.undo = true;
  const seen = (block.kind === 'branch' || block.kind === 'while') && outcome === 'completed';
  if (undo || seen) {
    own(draft, 'kept')[path] = undo ? { ...strand, undo } : strand;
    block.kept.push(path);
  } else forget(draft, strand);
  if (!seen) return;
  unsee(draft, block);
  block.seen = path;
}

/** What was seen of it until now is kept for undoing only. */
function unsee(draft: StartedState, block: Block): void {
  const { seen } = block;
  const strand = seen === undefined ? undefined : draft.kept[seen];
  if (seen === undefined || !strand || strand.undo) return;
  block.kept = block.kept.filter((path) => path !== seen);
  forget(draft, strand);
  drop(draft, 'kept', seen);
}

export function stopBlock(draft: StartedState, { step_name, reason, error }: EventData['block.stopping']): void {
  const block = ownBlock(draft, step_name);
  if (block) block.stopping = { reason, ...(error ? { error } : {}) };
}

/** The block's step is at its end. */
export function closeBlock(draft: StartedState, name: string): void {
  // A step may have a name that every object has its own meaning for.
  const block = Object.hasOwn(draft.blocks, name) ? draft.blocks[name] : undefined;
  if (!block || block.closed) return;
  if (block.kept.length === 0) {
    drop(draft, 'blocks', name);
    return;
  }
  const { kind, path, begun, kept, seen, undo } = block;
  const closed: Block = { kind, path, begun, open: 0, results: {}, errors: {}, size: 0, kept, closed: true };
  own(draft, 'blocks')[name] = { ...closed, ...(seen === undefined ? {} : { seen }), ...(undo ? { undo } : {}) };
}

/** What is left of the steps of a strand, and of the blocks among them. */
function forget(draft: StartedState, strand: Strand): void {
  for (const name of strand.steps) {
    const block = draft.blocks[name];
    for (const path of block?.kept ?? []) {
      const inner = draft.kept[path];
      if (inner) forget(draft, inner);
      drop(draft, 'kept', path);
    }
    drop(draft, 'blocks', name);
    drop(draft, 'steps', name);
  }
}

/** What a lane came to: the output of its one step; of several, their fields in one object, the last writer winning. */
export function laneOutput(draft: StartedState, strand: Strand): Json {
  const outputs: [string, Json][] = [];
  for (const name of strand.completed) {
    const step = draft.steps[name];
    if (step?.output && !step.routed) outputs.push([localName(name), known(step.output)]);
  }
  if (outputs.length === 1) return outputs[0]![1];
  const merged: JsonObject = {};
  for (const [name, output] of outputs) {
    if (isJsonObject(output)) Object.assign(merged, output);
    else merged[name] = output;
  }
  return merged;
}

/** A fold of references alone, for the status and the places of things, goes on without the large values. */
function known(stored: Stored): Json {
  return 'value' in stored ? stored.value : { _payload: { sha256: stored.ref.sha256, size: stored.ref.size } };
}

/** About the length of a value as JSON. */
function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  let size = 2;
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item) + 1;
  else for (const key in value) size += key.length + 4 + sizeOf(value[key]!);
  return size;
}
