/**
 * Moving a running execution to another version of its definition.
 *
 * Invariants
 * 1. It moves only where everything it has been through is there as well, in the same order: what is past keeps its meaning,
 *    and what is to come is the new version's. This holds for the pipeline itself and for each lane under way.
 * 2. Steps are found by their names and lanes (`places.ts`): that something was put in elsewhere stands against nothing.
 * 3. What completed and can be undone can be undone by the new version.
 */
import type { Pipeline } from '#contracts/definition';
import type { BlockNode, Node } from '#contracts/graph';
import type { MigrationObstacle } from '#contracts/migration';
import { pathOf } from '#contracts/step-path';
import type { Order } from '#engine/commands';
import { Places } from '#engine/places';
import type { StartedState, StepState } from '#engine/state';
import { hasEnded } from '#engine/status';
import { openBlocks, ROOT, strandOf } from '#engine/strands';
import type { Turn } from '#engine/turn';

/** Why it cannot move from one to the other; nothing: it can. */
export function obstacles(state: StartedState, from: Pipeline, to: Pipeline | undefined): MigrationObstacle[] {
  if (hasEnded(state)) return [{ code: 'ended', message: 'It has ended.' }];
  if (state.phase.kind === 'compensating') return [{ code: 'being_undone', message: 'It is being undone, by the version that it ran on.' }];
  if (!to) return [{ code: 'pipeline_gone', message: `The version has no pipeline ${from.name}.` }];
  if (JSON.stringify(from.nodes) === JSON.stringify(to.nodes)) return [];
  const move = { state, from, here: new Places(state, from), there: new Places(state, to) };
  return once([...begunSteps(move), ...changedBlocks(move), ...passedSteps(move)]);
}

export function migrate(turn: Turn, { by, version, definition }: Extract<Order, { type: 'migrate' }>): void {
  const state = turn.started;
  const { facts } = state;
  const to = definition.pipelines[facts.pipeline];
  if (definition.hash === facts.definition || !to || obstacles(state, turn.pipeline, to).length > 0) return;
  turn.emit('execution.migrated', {
    by,
    from: { definition: facts.definition, version: facts.version },
    to: { definition: definition.hash, version },
    ...elsewhere(state, turn.pipeline, to),
  });
}

/** What stands at another place in the version. */
function elsewhere(state: StartedState, from: Pipeline, to: Pipeline) {
  const [here, there] = [new Places(state, from), new Places(state, to)];
  const indexes: { [step: string]: number } = {};
  const moved: { [index: string]: number } = {};
  for (const { name, index, strand = ROOT } of Object.values(state.steps)) {
    const node = there.nodeOf(name);
    if (!node || node.index === index) continue;
    if (strand === ROOT) indexes[name] = node.index;
    else moved[index] = node.index;
  }
  const positions: { [strand: string]: number } = {};
  for (const [path, { position }] of Object.entries(state.strands)) {
    const [before, after] = [here.laneOf(path), there.laneOf(path)];
    if (before && after && before.from !== after.from) positions[path] = position - before.from + after.from;
  }
  const held = state.paused?.breakpoint;
  const strand = held ? strandOf(state, held.step) : ROOT;
  // A step that is held has not begun, and is the next one of its lane.
  if (held && positions[strand] !== undefined) moved[held.step_index] = positions[strand];
  return { ...unlessEmpty('indexes', indexes), ...unlessEmpty('moved', moved), ...unlessEmpty('positions', positions) };
}

function unlessEmpty<K extends string, V extends object>(key: K, value: V): { [P in K]?: V } {
  return Object.keys(value).length > 0 ? ({ [key]: value } as { [P in K]: V }) : {};
}

interface Move {
  state: StartedState;
  from: Pipeline;
  here: Places;
  there: Places;
}

/** Every step that has begun is there, of the same kind, and can be undone if it could. */
function begunSteps({ state, from, there }: Move): MigrationObstacle[] {
  return Object.values(state.steps).flatMap(({ name, index, status }: StepState): MigrationObstacle[] => {
    const before = from.nodes[index];
    const after = there.nodeOf(name);
    const step = pathOf(name);
    if (!before) return [];
    if (!after) return [{ code: 'step_gone', step, message: `${step} has begun, and the version has no such step.` }];
    if (after.type !== before.type || after.kind !== before.kind) {
      return [{ code: 'step_changed', step, message: `${step} has begun as ${before.type}, and is ${after.type} in the version.` }];
    }
    if (status !== 'completed' || !undoes(before) || undoes(after)) return [];
    return [{ code: 'compensation_gone', step, message: `${step} has completed, and the version does not say how it is undone.` }];
  });
}

/** A block under way has the lanes that it has begun. */
function changedBlocks({ state, here, there }: Move): MigrationObstacle[] {
  return openBlocks(state).flatMap((name): MigrationObstacle[] => {
    const [before, after] = [here.nodeOf(name), there.nodeOf(name)];
    if (before?.kind !== 'block' || after?.kind !== 'block' || before.type !== after.type) return [];
    const open = Object.entries(state.strands).filter(([, { of }]) => of?.block === name);
    const keeps = sameLanes(before, after) && open.every(([path]) => here.laneOf(path)?.single === there.laneOf(path)?.single && there.laneOf(path));
    const step = pathOf(name);
    return keeps ? [] : [{ code: 'block_changed', step, message: `${step} has begun, and the version has other lanes in it.` }];
  });
}

/** A parallel begins all of its lanes at once, and a step that is tried again is one operation only while it stands alone. */
function sameLanes({ plan, lanes }: BlockNode, after: BlockNode): boolean {
  if (plan.kind !== 'parallel' && plan.kind !== 'retry') return true;
  const shape = (list: BlockNode['lanes']) => list.map(({ name, from, to }) => `${name} ${plan.kind === 'retry' && to - from === 1}`).join();
  return shape(lanes) === shape(after.lanes);
}

/** What lies before the place where a strand stands is the same, and so is the step that comes next. */
function passedSteps({ state, here, there }: Move): MigrationObstacle[] {
  return Object.entries(state.strands).flatMap(([path, strand]) => {
    const [from, to] = [here.nodesOf(path), there.nodesOf(path)];
    if (!from || !to) return [];
    const held = state.paused?.breakpoint;
    const stands = strand.inside !== undefined ? 'inside' : held && strandOf(state, held.step) === path ? 'held' : 'before';
    const lane = here.laneOf(path);
    const named = (name: string) => (path === ROOT ? name : lane?.single ? pathOf(path) : `${pathOf(path)}/${name}`);
    return passedIn({ from, to, position: strand.position - (lane?.from ?? 0), stands, named });
  });
}

interface Passing {
  from: readonly Node[];
  to: readonly Node[];
  /** Of the strand, in its own steps. */
  position: number;
  /** `held`: the next step has not begun, and is waited for. */
  stands: 'before' | 'held' | 'inside';
  /** The path of a step of this name. */
  named: (name: string) => string;
}

function passedIn({ from, to, position, stands, named }: Passing): MigrationObstacle[] {
  for (let index = 0; index < Math.min(position, from.length); index++) {
    const [before, after] = [from[index], to[index]];
    if (before?.name === after?.name) continue;
    const added = after && indexOf(from, after.name) < 0;
    const step = named((added ? after : before!).name);
    const message = added
      ? `The version has ${step} before the step that comes next; it would never run.`
      : `${step} lies behind, and stands elsewhere in the version.`;
    return [{ code: 'passed_differs', step, message }];
  }
  const next = from[position];
  if (!next || to[position]?.name === next.name) return [];
  const comes = named(next.name);
  if (indexOf(to, next.name) < 0) {
    // Of one that has begun it is said already.
    if (stands === 'inside') return [];
    return [{ code: 'next_step_gone', step: comes, message: `${comes} comes next, and the version has no such step.` }];
  }
  // A step put in right where the run stands is simply what comes next, unless the run is inside of the one that was, or held before it.
  if (stands === 'before') return [];
  const step = named(to[position]!.name);
  const why = stands === 'inside' ? 'which has begun' : 'which is held at a breakpoint';
  return [{ code: 'passed_differs', step, message: `The version has ${step} before ${comes}, ${why}; it would never run.` }];
}

function undoes(node: Node): boolean {
  return node.kind === 'activity' && node.compensate !== undefined;
}

function indexOf(nodes: readonly Node[], name: string): number {
  return nodes.findIndex((node) => node.name === name);
}

/** Many lanes may have the same to say. */
function once(found: MigrationObstacle[]): MigrationObstacle[] {
  return [...new Map(found.map((obstacle) => [`${obstacle.code} ${obstacle.message}`, obstacle])).values()];
}
