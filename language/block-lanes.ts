/**
 * The lanes of a step that is made of steps: each a list of steps, or a single one. The spellings are the dialect's: by
 * name or in a list.
 */
import type { Lane } from '#contracts/graph';
import type { BlockReader } from '#language/block-reader';
import type { Place } from '#language/checker';
import type { SourceNode } from '#language/source';

/** A lane has no slash: it becomes part of the names of its steps. A branch is any value written as text. */
const LANE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** `step` or `steps`. */
export function bodyOf(block: BlockReader, name: string, scope = block.scope): Lane[] {
  const step = block.at('step');
  const steps = block.at('steps');
  if (step && steps) block.either(steps, 'step', 'steps');
  if (!step && !steps) {
    block.missing('steps', 'The step has no steps of its own.', 'Write step: for a single one, or steps: for several.');
    return [];
  }
  return [lane(block, name, step ?? steps!, scope)];
}

/** Several steps in order, or a single one. */
export function lane(block: BlockReader, name: string, place: Place, scope = block.scope): Lane {
  const single = place.node.kind === 'map';
  const items = single ? [place.node] : (block.checker.list(place, 'The steps') ?? []);
  if (items.length === 0)
    block.checker.report.error(
      'missing_key',
      'There are no steps here.',
      place.path,
      place.keyRange,
      'Write at least one: - {name: first, type: step.set, config: {values: {}}}.',
    );
  const unnamed = (index: number) => (single ? 'step' : `step-${index + 1}`);
  return { name, ...block.scope.lane(place, items, block.kind, scope, unnamed) };
}

/** Each step is a branch of its own. */
export function singleLanes(block: BlockReader, place: Place): Lane[] {
  const items = block.checker.list(place, 'steps') ?? [];
  if (items.length === 0)
    block.checker.report.error(
      'missing_key',
      'A parallel step needs at least one branch.',
      place.path,
      place.keyRange,
      'Write - {name: first, steps: […]} for each branch.',
    );
  const taken = new Set<string>();
  return items.flatMap((node, index) => singleLane(block, { node, path: `${place.path}[${index}]`, keyRange: place.keyRange }, taken) ?? []);
}

function singleLane(block: BlockReader, place: Place, taken: Set<string>): Lane | undefined {
  const name = nameIn(block, place);
  if (name === undefined) return undefined;
  checkFree(block, name.text, name.place, taken);
  return { name: name.text, ...block.scope.lane(place, [place.node], block.kind, block.scope), single: true };
}

export function namedLanes(block: BlockReader, place: Place): Lane[] {
  const taken = new Set<string>();
  if (place.node.kind === 'seq') {
    return place.node.items.flatMap(
      (node, index) => listedLane(block, { node, path: `${place.path}[${index}]`, keyRange: place.keyRange }, index, taken) ?? [],
    );
  }
  const map = block.checker.map(place, 'branches');
  if (map?.entries.size === 0)
    block.checker.error('missing_key', 'A parallel step needs at least one branch.', place, 'Write first: [{name: …, type: …}] for each branch.');
  return [...(map?.entries.values() ?? [])].map((entry) => {
    const at: Place = { node: entry.value, path: `${place.path}.${entry.key}`, keyRange: entry.keyRange };
    if (!LANE_NAME.test(entry.key)) badName(block, entry.key, { path: at.path, node: at.node });
    return lane(block, entry.key, at);
  });
}

/** `{name, steps}`, a single step, or a list of steps. */
function listedLane(block: BlockReader, place: Place, index: number, taken: Set<string>): Lane | undefined {
  const { node } = place;
  if (node.kind === 'seq') return lane(block, `branch-${index + 1}`, place);
  if (node.kind === 'map' && !node.entries.has('type')) {
    block.checker.keys(node, place.path, new Set(['name', 'steps']), 'a branch');
    const name = nameIn(block, place);
    const steps = block.checker.given(node, place.path, 'steps');
    if (!steps) block.checker.error('missing_key', 'A branch needs steps.', place, 'Write steps: with a list of steps.');
    if (!name || !steps) return undefined;
    checkFree(block, name.text, name.place, taken);
    return lane(block, name.text, steps);
  }
  return singleLane(block, place, taken);
}

function nameIn(block: BlockReader, place: Place): { text: string; place: Place } | undefined {
  const map = block.checker.map(place, 'A branch');
  const at = map && block.checker.given(map, place.path, 'name');
  const text = at && block.checker.text(at, 'name');
  if (map && !at)
    block.checker.error('missing_key', 'A branch needs a name.', place, 'Write name: and a word, which stands for its result in steps.<block>.results.');
  return at && text !== undefined ? { text, place: at } : undefined;
}

function checkFree(block: BlockReader, name: string, place: Place, taken: Set<string>): void {
  if (!LANE_NAME.test(name)) badName(block, name, place);
  if (taken.has(name)) block.checker.error('duplicate_name', `A branch named "${name}" exists already.`, place, `Write another, such as ${name}-2.`);
  taken.add(name);
}

function badName(block: BlockReader, name: string, place: { path: string; node: SourceNode }): void {
  block.checker.error(
    'invalid_name',
    `"${name}" is not a name of a branch: letters, digits, "-", "_" and "." up to 100 characters.`,
    place,
    'Write a word such as fast-lane.',
  );
}

/** The value that leads there, or, where that cannot be part of a name, its place. */
export function laneNameOf(value: string, lanes: readonly Lane[]): string {
  const name = LANE_NAME.test(value) ? value : `way-${lanes.length + 1}`;
  return lanes.some((lane) => lane.name === name) ? `${name}-${lanes.length + 1}` : name;
}
