/**
 * The steps of a pipeline, to the nodes of its graph: names to indexes, lanes behind the steps that they belong to.
 *
 * Invariants
 * 1. A step's index is its place among the nodes, and where it stands in the text is told under that index, whether it
 *    could be compiled or not.
 */
import type { BreakerPolicy } from '#contracts/breaker';
import type { Pipeline } from '#contracts/definition';
import type { Node, RetryPolicy } from '#contracts/graph';
import { LIMITS } from '#contracts/limits';
import type { Checker, Place } from '#language/checker';
import { breakerLimits } from '#language/compile-breaker';
import { compileCompensations } from '#language/compile-compensation';
import { compileStep } from '#language/compile-step';
import type { PipelineScope } from '#language/pipeline-scope';
import { unreachable } from '#language/reachability';
import type { MapNode, Range, SourceNode } from '#language/source';
import { checkOrder, type StepRead } from '#language/step-order';
import type { StepView } from '#language/step-view';

/** No dots and brackets: they would not be found by a path. */
const STEP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/;
/** Names become keys of objects; this one would change the object instead. */
export const RESERVED_NAME = '__proto__';

/** Where a step stands in the text. */
export interface StepSite {
  name: string;
  /** As written; absent where it is missing. */
  type?: string;
  /** Of its node. */
  index: number;
  range: Range;
}

/** What the steps of one pipeline tell. */
export interface GraphContext extends Pick<PipelineScope, 'asks' | 'usesDatabase' | 'refers'> {
  sited(site: StepSite): void;
  /** Whether the pipeline goes on after a step that has failed for good. */
  goesOn: boolean;
}

export interface Graph {
  nodes: Node[];
  /** How many of them are the pipeline's own, where it has others. */
  main?: number;
  compensation?: Pipeline['compensation'];
}

/** @param undoing the pipeline's `compensation`. */
export function compileNodes(
  checker: Checker,
  steps: Place,
  items: readonly SourceNode[],
  policy: RetryPolicy | undefined,
  context: GraphContext,
  undoing: Place | undefined,
): Graph {
  const nodes: (Node | undefined)[] = [];
  const reads: StepRead[] = [];
  const before = checker.report.errors;
  /** Takes the next places for these steps; what stands within them comes behind. */
  const layOut = (place: Place, list: readonly SourceNode[], outer: PipelineScope, unnamed?: (index: number) => string) => {
    const from = nodes.length;
    if (from + list.length > LIMITS.stepsPerPipeline) {
      const most = LIMITS.stepsPerPipeline;
      checker.report.error(
        'too_many',
        `A pipeline may have ${most} steps; with these it has ${from + list.length}.`,
        place.path,
        place.keyRange,
        'Put a part into a pipeline of its own, and call it by step.workflow_call.',
      );
      return { from, to: from };
    }
    const single = place.node.kind === 'map';
    const added = addedTo(place, list);
    const pathOf = (index: number) => (single || index < added ? place.path : `${place.path}[${index - added}]`);
    const names = stepNames(checker, pathOf, list, from, unnamed);
    const seen = new Set([...outer.steps.names, ...list.flatMap((item) => visibleNames(checker, item)), ...names.keys()]);
    let scope: PipelineScope = { ...outer, names };
    for (const _ of list) nodes.push(undefined);
    list.forEach((item, offset) => {
      if (item.kind !== 'map') return;
      const at: Place = { node: item, path: pathOf(offset), keyRange: item.entries.values().next().value?.keyRange ?? item.range };
      const name = nameOf(item) ?? unnamed?.(offset) ?? `step-${offset + 1}`;
      const type = typeOf(item);
      const index = from + offset;
      context.sited({ name, ...(type === undefined ? {} : { type }), index, range: item.range });
      const steps: StepView = { names: seen, own: name, reads: (read, path, range) => void reads.push({ by: index, name: read, path, range, seen }) };
      nodes[index] = compileStep(checker, at, item, name, index, { ...scope, steps });
      const gate = gateOf(checker, at, nodes[index]);
      if (gate) scope = { ...scope, gate };
    });
    const own = nodes.slice(from, from + list.length);
    refuseUndoInLoops(checker, pathOf, list, own, from);
    warnUnreachable(checker, pathOf, list, own, from);
    return { from, to: from + list.length };
  };
  const outermost: PipelineScope = {
    names: new Map(),
    steps: { names: new Set() },
    retry: policy,
    around: [],
    asks: context.asks,
    usesDatabase: context.usesDatabase,
    refers: context.refers,
    lane: (place, list, kind, scope, unnamed) => layOut(place, list, { ...scope, around: [...scope.around, kind] }, unnamed),
  };
  layOut(steps, items, outermost);
  const seen = new Set(items.flatMap((item) => [(item.kind === 'map' && nameOf(item)) || [], visibleNames(checker, item)].flat()));
  const compensation =
    undoing && compileCompensations(checker, undoing, items, (list) => layOut(undoing, list, { ...outermost, steps: { names: seen } }), nodes);
  const whole = nodes.filter((node) => node !== undefined);
  // Of steps with mistakes nobody can say where their ways lead.
  if (checker.report.errors === before) checkOrder(checker, { nodes: whole, main: items.length, added: addedTo(steps, items), goesOn: context.goesOn }, reads);
  return { nodes: whole, ...(nodes.length > items.length ? { main: items.length } : {}), ...(compensation ? { compensation } : {}) };
}

/** Steps that the compiler put before those that are written have no place of their own. */
function addedTo({ node }: Place, list: readonly SourceNode[]): number {
  return node.kind === 'seq' ? list.length - node.items.length : 0;
}

/** The breaker of a step that guards those behind it. */
function gateOf(checker: Checker, { path, node }: Place, compiled: Node | undefined): BreakerPolicy | undefined {
  if (compiled?.kind !== 'activity' || node.kind !== 'map' || checker.catalogs.steps.get(compiled.type)?.guards !== 'after') return undefined;
  const config = node.entries.get('config')?.value;
  return breakerLimits(checker, { path: `${path}.config` }, config?.kind === 'map' ? config : node);
}

function warnUnreachable(
  checker: Checker,
  pathOf: (index: number) => string,
  items: readonly SourceNode[],
  nodes: readonly (Node | undefined)[],
  from: number,
): void {
  // Of a document with mistakes nobody can say where its ways lead.
  if (checker.report.errors > 0) return;
  for (const { name, index } of unreachable(nodes, from)) {
    const item = items[index - from];
    const entry = item?.kind === 'map' ? item.entries.get('name') : undefined;
    if (!entry) continue;
    const hint = 'Jump to it from a step.conditional, or take it out.';
    checker.warn(
      'unreachable_step',
      `No way leads to "${name}": every step before it answers, starts the next run, or jumps over it.`,
      { path: pathOf(index - from), node: entry.value },
      hint,
    );
  }
}

/** Names within a branch or a loop: the steps after it see the way that it took. */
function visibleNames(checker: Checker, item: SourceNode): string[] {
  if (item.kind !== 'map') return [];
  const kind = checker.catalogs.steps.get(typeOf(item) ?? '')?.kind;
  if (kind !== 'branch' && kind !== 'while') return [];
  const config = item.entries.get('config')?.value;
  const settings = config?.kind === 'map' ? config : item;
  const branches = settings.entries.get('branches')?.value;
  const bodies = [
    ...(branches?.kind === 'map' ? [...branches.entries.values()].map(({ value }) => value) : []),
    ...['default', 'step', 'steps'].flatMap((key) => settings.entries.get(key)?.value ?? []),
  ];
  const steps = bodies.flatMap((body) => (body.kind === 'seq' ? body.items : [body]));
  return steps.flatMap((step) => [...(step.kind === 'map' ? [nameOf(step) ?? []].flat() : []), ...visibleNames(checker, step)]);
}

/** A step is undone once, under its name: where a jump back may run it again, its earlier run would stay. */
function refuseUndoInLoops(
  checker: Checker,
  pathOf: (index: number) => string,
  items: readonly SourceNode[],
  nodes: readonly (Node | undefined)[],
  from: number,
): void {
  const jumps = nodes.flatMap((node) => (node ? jumpsOf(node) : []));
  for (const node of nodes) {
    if (node?.kind !== 'activity' || !node.compensate) continue;
    const jump = jumps.find(({ index, targets }) => index >= node.index && targets.some((to) => to <= node.index));
    const item = items[node.index - from];
    const entry = item?.kind === 'map' ? item.entries.get('compensate') : undefined;
    if (!jump || !entry) continue;
    checker.report.error(
      'undo_in_loop',
      `"${jump.name}" may jump back and run "${node.name}" again, but a step is undone only once.`,
      `${pathOf(node.index - from)}.compensate`,
      entry.keyRange,
      'Put what is repeated into a step.while: there each time round is undone on its own. Or take compensate away.',
    );
  }
}

/** Where a step may lead other than on. */
function jumpsOf(node: Node): { name: string; index: number; targets: number[] }[] {
  const { name, index } = node;
  if (node.kind === 'conditional') {
    const { routes, default: other } = node;
    return [{ name, index, targets: [...Object.values(routes), ...(other === undefined ? [] : [other])] }];
  }
  if (node.kind === 'block' && node.plan.kind === 'branch' && node.plan.merge !== undefined) return [{ name, index, targets: [node.plan.merge] }];
  return [];
}

function nameOf(step: MapNode): string | undefined {
  return textOf(step, 'name');
}

function typeOf(step: MapNode): string | undefined {
  return textOf(step, 'type');
}

function textOf(step: MapNode, key: string): string | undefined {
  const node = step.entries.get(key)?.value;
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

function stepNames(
  checker: Checker,
  pathOf: (index: number) => string,
  items: readonly SourceNode[],
  from: number,
  unnamed: ((index: number) => string) | undefined,
): Map<string, number> {
  const names = new Map<string, number>();
  items.forEach((item, index) => {
    const path = pathOf(index);
    if (item.kind !== 'map') {
      checker.error(
        'invalid_type',
        'A step must be a mapping with name, type and config.',
        { path, node: item },
        'Write - {name: first, type: step.set, config: {values: {}}}.',
      );
      return;
    }
    const name = nameOf(item);
    const entry = item.entries.get('name');
    if (name === undefined && unnamed) {
      names.set(unnamed(index), from + index);
      return;
    }
    if (name === undefined || !entry) {
      const first = item.entries.values().next().value;
      checker.report.error(
        'missing_key',
        'A step needs a name.',
        `${path}.name`,
        first?.keyRange ?? item.range,
        'Write name: and a word; later steps read its output as steps.<name>.',
      );
      return;
    }
    const at = { path: `${path}.name`, node: entry.value };
    if (name === RESERVED_NAME) checker.error('invalid_name', `A step cannot be named "${name}".`, at, 'Choose another name.');
    else if (!STEP_NAME.test(name))
      checker.error(
        'invalid_name',
        `"${name}" is not a step name: letters, digits, "-" and "_" up to 100 characters.`,
        at,
        `Write "${
          name
            .replace(/[^A-Za-z0-9_-]+/g, '-')
            .replace(/^-+|-+$/g, '')
            .slice(0, 100) || 'first'
        }".`,
      );
    const before = names.get(name);
    if (before === undefined) {
      names.set(name, from + index);
      return;
    }
    const first = items[before - from] as MapNode;
    const [line] = checker.report.position(first.entries.get('name')!.value.range[0]);
    checker.error('duplicate_name', `A step named "${name}" exists already.`, at, `It is first given in line ${line}.`);
  });
  return names;
}
