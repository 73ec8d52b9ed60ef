/**
 * Moving a running execution to another version of its definition.
 *
 * Invariants
 * 1. It moves only where everything it has been through is there as well, in the same order: what is past keeps its meaning,
 *    and what is to come is the new version's.
 * 2. A block that has begun must be the same in both, and at the same place: its lanes stand inside of it.
 * 3. What completed and can be undone can be undone by the new version.
 */
import type { Node, Pipeline } from '#contracts/definition';
import type { MigrationObstacle } from '#contracts/migration';
import type { Order } from '#engine/commands';
import { hasEnded, type StartedState } from '#engine/state';
import { ROOT } from '#engine/strands';
import type { Turn } from '#engine/turn';

/** Why it cannot move from one to the other; nothing: it can. */
export function obstacles(state: StartedState, from: Pipeline, to: Pipeline | undefined): MigrationObstacle[] {
  if (hasEnded(state)) return [{ code: 'ended', message: 'It has ended.' }];
  if (state.phase.kind === 'compensating') return [{ code: 'being_undone', message: 'It is being undone, by the version that it ran on.' }];
  if (!to) return [{ code: 'pipeline_gone', message: `The version has no pipeline ${from.name}.` }];
  if (same(from.nodes, to.nodes)) return [];
  const own = { from: from.nodes.slice(0, from.main), to: to.nodes.slice(0, to.main) };
  return [...begunSteps(state, own), ...changedBlocks(state, from, to), ...passedSteps(state, own)];
}

export function migrate(turn: Turn, { by, version, definition }: Extract<Order, { type: 'migrate' }>): void {
  const state = turn.started;
  const { facts } = state;
  const to = definition.pipelines[facts.pipeline];
  if (definition.hash === facts.definition || !to || obstacles(state, turn.pipeline, to).length > 0) return;
  const own = to.nodes.slice(0, to.main);
  const indexes = Object.fromEntries(
    Object.values(state.steps)
      .filter((step) => (step.strand ?? ROOT) === ROOT)
      .map(({ name, index }) => [name, indexOf(own, name), index] as const)
      .filter(([, there, here]) => there !== here && there >= 0)
      .map(([name, there]) => [name, there]),
  );
  turn.emit('execution.migrated', {
    by,
    from: { definition: facts.definition, version: facts.version },
    to: { definition: definition.hash, version },
    ...(Object.keys(indexes).length > 0 ? { indexes } : {}),
  });
}

/** The pipelines' own steps, without those in blocks. */
interface Own {
  from: readonly Node[];
  to: readonly Node[];
}

/** Every step that has begun is there, of the same kind, and can be undone if it could. */
function begunSteps(state: StartedState, { from, to }: Own): MigrationObstacle[] {
  return Object.values(state.steps)
    .filter((step) => (step.strand ?? ROOT) === ROOT)
    .flatMap(({ name: step, status }): MigrationObstacle[] => {
      const before = from[indexOf(from, step)];
      const after = to[indexOf(to, step)];
      if (!before) return [];
      if (!after) return [{ code: 'step_gone', step, message: `${step} has begun, and the version has no such step.` }];
      if (after.type !== before.type || after.kind !== before.kind) {
        return [{ code: 'step_changed', step, message: `${step} has begun as ${before.type}, and is ${after.type} in the version.` }];
      }
      if (status !== 'completed' || !undoes(before) || undoes(after)) return [];
      return [{ code: 'compensation_gone', step, message: `${step} has completed, and the version does not say how it is undone.` }];
    });
}

/** What a block still has inside of it, under way or to be undone, stands where it stood. */
function changedBlocks(state: StartedState, from: Pipeline, to: Pipeline): MigrationObstacle[] {
  const inside = Object.values(state.steps).filter((step) => (step.strand ?? ROOT) !== ROOT);
  const lanes = [...Object.values(state.strands), ...Object.values(state.kept)].filter((strand) => strand.of !== undefined);
  if (inside.length === 0 && lanes.length === 0) return [];
  const roots = new Set([...inside.map((step) => rootOf(step.name)), ...lanes.map((strand) => rootOf(strand.of!.block))]);
  const nested = (pipeline: Pipeline) => pipeline.nodes.slice(pipeline.main);
  return [...roots].flatMap((step): MigrationObstacle[] => {
    const [before, after] = [from, to].map((pipeline) => pipeline.nodes.slice(0, pipeline.main).find((node) => node.name === step));
    if (!after || (from.main === to.main && same(withoutPlace(before), withoutPlace(after)) && same(nested(from), nested(to)))) return [];
    return [{ code: 'block_changed', step, message: `${step} has begun, and the version has other steps in its blocks, or has them elsewhere.` }];
  });
}

/** What lies before the place where the run stands is the same, and so is the step that comes next. */
function passedSteps(state: StartedState, { from, to }: Own): MigrationObstacle[] {
  const { position = 0, inside } = state.strands[ROOT] ?? {};
  for (let index = 0; index < position; index++) {
    const [before, after] = [from[index], to[index]];
    if (before?.name === after?.name) continue;
    const added = after && indexOf(from, after.name) < 0;
    const step = added ? after.name : before?.name;
    const message = added
      ? `The version has ${step} before the step that comes next; it would never run.`
      : `${step} lies behind, and stands elsewhere in the version.`;
    return [{ code: 'passed_differs', ...(step === undefined ? {} : { step }), message }];
  }
  const next = from[position];
  if (!next || to[position]?.name === next.name) return [];
  if (indexOf(to, next.name) < 0) return [{ code: 'next_step_gone', step: next.name, message: `${next.name} comes next, and the version has no such step.` }];
  // A step put in right where the run stands is simply what comes next, unless the run is inside of the one that was.
  if (inside === undefined) return [];
  const step = to[position]!.name;
  return [{ code: 'passed_differs', step, message: `The version has ${step} before ${next.name}, which has begun; it would never run.` }];
}

function undoes(node: Node): boolean {
  return node.kind === 'activity' && node.compensate !== undefined;
}

/** The step of the pipeline itself in which a step lies: of `fan#2/left/charge` it is `fan`. */
function rootOf(name: string): string {
  return name.split(/[/#]/, 1)[0]!;
}

function withoutPlace(node: Node | undefined): unknown {
  return node && { ...node, index: 0 };
}

function indexOf(nodes: readonly Node[], name: string): number {
  return nodes.findIndex((node) => node.name === name);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
