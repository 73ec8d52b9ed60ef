/** A pipeline: its trigger, policy and steps, to a closed graph. */
import type { BreakerPolicy } from '#contracts/breaker';
import type { Node, Pipeline } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import type { PipelineDefaults } from '#contracts/module';
import type { Checker, Place } from '#language/checker';
import { attributes } from '#language/compile-attributes';
import { breakerLimits } from '#language/compile-breaker';
import type { Asking } from '#language/compile-callers';
import { compileCompensations } from '#language/compile-compensation';
import { concurrency, debounce } from '#language/compile-concurrency';
import { deadLetter } from '#language/compile-dead-letter';
import { mask } from '#language/compile-mask';
import { defaultRetry, idempotency, MAX_PIPELINE_MS, MAX_RETENTION_MS, onError, positive, retry, saga } from '#language/compile-policy';
import { residency } from '#language/compile-residency';
import { type DataSchemas, triggerSchema } from '#language/compile-schemas';
import { compileStep } from '#language/compile-step';
import { compileTrigger, type TriggerInfo } from '#language/compile-trigger';
import { webhookOf } from '#language/compile-webhook';
import { PIPELINE_KEYS } from '#language/dialect';
import type { PipelineScope } from '#language/pipeline-scope';
import { sourceOf } from '#language/plain';
import { unreachable } from '#language/reachability';
import type { MapNode, SourceNode } from '#language/source';

/** No dots and brackets: they would not be found by a path. */
const STEP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/;
const PIPELINE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

export interface PipelineContext {
  /** `strict_templates` of the document. */
  strict: boolean;
  /** What holds where the pipeline says nothing: by the document, and by modules. */
  defaults: PipelineDefaults;
  /** Of the document, by name. */
  schemas: DataSchemas;
  usesDatabase: PipelineScope['usesDatabase'];
  refers: PipelineScope['refers'];
}

/** What the steps of one pipeline tell. */
type StepContext = PipelineContext & Pick<PipelineScope, 'asks'>;

export interface CompiledPipeline {
  pipeline: Pipeline;
  trigger: TriggerInfo;
  /** Steps that ask who sent the request. */
  asking?: Asking[];
}

/** Names become keys of objects; this one would change the object instead. */
const RESERVED_NAME = '__proto__';

export function checkPipelineName(checker: Checker, name: string, place: Place): boolean {
  if (PIPELINE_NAME.test(name) && name !== RESERVED_NAME) return true;
  if (name === RESERVED_NAME) {
    checker.report.error('invalid_name', `A pipeline cannot be named "${name}".`, place.path, place.keyRange, 'Choose another name.');
    return false;
  }
  checker.report.error(
    'invalid_name',
    `"${name}" is not a pipeline name: letters, digits, "-", "_" and "." up to 100 characters.`,
    place.path,
    place.keyRange,
    `Write "${
      name
        .replace(/[^A-Za-z0-9_.-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 100) || 'main'
    }".`,
  );
  return false;
}

export function compilePipeline(checker: Checker, place: Place, name: string, context: PipelineContext): CompiledPipeline | undefined {
  const map = checker.map(place, `Pipeline "${name}"`);
  if (!map) {
    if (place.node.kind === 'scalar' && place.node.value === null)
      checker.report.error(
        'missing_key',
        `Pipeline "${name}" has no steps.`,
        `${place.path}.steps`,
        place.keyRange,
        'Write steps: [{name: answer, type: step.json_response, config: {body: {ok: true}}}].',
      );
    return undefined;
  }
  for (const entry of map.entries.values()) {
    if (!PIPELINE_KEYS.has(entry.key)) checker.unknownKey(entry, place.path, PIPELINE_KEYS, `pipeline "${name}"`);
  }
  const trigger = compileTrigger(checker, map, place);
  const steps = checker.given(map, place.path, 'steps') ?? checker.meant(map, place.path, PIPELINE_KEYS, 'steps');
  const items = steps && checker.list(steps, 'steps');
  if (!steps || (items && items.length === 0)) {
    checker.report.error(
      'missing_key',
      `Pipeline "${name}" has no steps.`,
      steps?.path ?? `${place.path}.steps`,
      steps?.keyRange ?? place.keyRange,
      'Write steps: [{name: answer, type: step.json_response, config: {body: {ok: true}}}].',
    );
  }
  const {
    verify,
    webhook,
    idempotency: delivery,
  } = trigger.type === 'webhook' ? webhookOf(checker, { ...place, node: map }, trigger, map.entries.has('idempotency')) : {};
  const own = items ?? [];
  const all = verify && own.length > 0 ? [sourceOf(verify, trigger.path?.keyRange ?? place.keyRange), ...own] : own;
  const asking: Asking[] = [];
  const pipeline = compileBody(checker, place, map, name, all, steps, trigger, { ...context, asks: (each) => void asking.push(each) });
  const signed = webhook ? { ...pipeline, webhook } : pipeline;
  return { asking, pipeline: delivery && !pipeline.idempotency ? { ...signed, idempotency: delivery } : signed, trigger };
}

/** The pipeline of a route: only steps, the rest are defaults. */
export function compileSteps(checker: Checker, steps: Place, name: string, trigger: TriggerInfo, context: PipelineContext): CompiledPipeline {
  const items = checker.list(steps, 'steps') ?? [];
  if (items.length === 0)
    checker.report.error(
      'missing_key',
      'The route has no steps.',
      steps.path,
      steps.keyRange,
      'Write at least one: - {name: answer, type: step.json_response, config: {body: {ok: true}}}.',
    );
  const empty: MapNode = { kind: 'map', range: steps.node.range, entries: new Map() };
  const asking: Asking[] = [];
  const pipeline = compileBody(checker, steps, empty, name, items, steps, trigger, { ...context, asks: (each) => void asking.push(each) });
  return { pipeline, trigger, asking };
}

function compileBody(
  checker: Checker,
  place: Place,
  map: MapNode,
  name: string,
  items: SourceNode[],
  steps: Place | undefined,
  trigger: TriggerInfo,
  context: StepContext,
): Pipeline {
  const at = (key: string) => checker.given(map, place.path, key);
  const timeout = at('timeout');
  const timeoutMs = timeout && positive(checker, timeout, 'timeout', MAX_PIPELINE_MS);
  const strict = at('strict_templates');
  const strictly = strict ? checker.flag(strict, 'strict_templates') : undefined;
  const kept = at('retention');
  const retention = (kept && checker.duration(kept, 'retention', MAX_RETENTION_MS)) ?? context.defaults.retention_ms;
  const error = onError(checker, at('on_error'));
  const undo = saga(checker, at('saga'));
  const key = idempotency(checker, at('idempotency'));
  const letters = deadLetter(checker, at('dead_letter'), context.defaults);
  const bound = concurrency(checker, at('concurrency'));
  const settling = debounce(checker, at('debounce'), bound);
  const searched = attributes(checker, at('attributes'));
  const home = residency(checker, at('residency'));
  const masked = mask(checker, at('mask'));
  const undoing = at('compensation');
  const shape = triggerSchema(checker, trigger.places?.get('schema'), context.schemas);
  const graph: Graph = steps
    ? compileNodes(checker, steps, items, retry(checker, at('retry')) ?? defaultRetry(context.defaults), context, undoing)
    : { nodes: [] };
  return {
    name,
    trigger: { type: trigger.type, config: trigger.config },
    ...(shape ? { schema: shape } : {}),
    ...graph,
    on_error: error ?? (undo || graph.compensation ? 'compensate' : 'stop'),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    strict_templates: strictly ?? context.strict,
    ...(needsRawBody(checker, graph.nodes) ? { raw_body: true } : {}),
    ...(retention === undefined ? {} : { retention_ms: retention }),
    ...(key ? { idempotency: key } : {}),
    ...(undo ? { saga: undo } : {}),
    ...(letters ? { dead_letter: letters } : {}),
    ...(bound ? { concurrency: bound } : {}),
    ...(settling ? { debounce: settling } : {}),
    ...(searched ? { attributes: searched } : {}),
    ...(home === undefined ? {} : { residency: home }),
    ...(masked ? { mask: masked } : {}),
  };
}

interface Graph {
  nodes: Node[];
  /** How many of them are the pipeline's own, where it has others. */
  main?: number;
  compensation?: Pipeline['compensation'];
}

function compileNodes(
  checker: Checker,
  steps: Place,
  items: readonly SourceNode[],
  policy: PipelineScope['retry'],
  context: StepContext,
  undoing: Place | undefined,
): Graph {
  const nodes: (Node | undefined)[] = [];
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
    // Steps that the compiler put before those that are written have no place of their own.
    const added = place.node.kind === 'seq' ? list.length - place.node.items.length : 0;
    const pathOf = (index: number) => (single || index < added ? place.path : `${place.path}[${index - added}]`);
    const names = stepNames(checker, pathOf, list, from, unnamed);
    const seen = new Set([...outer.stepNames, ...list.flatMap((item) => visibleNames(checker, item)), ...names.keys()]);
    let scope: PipelineScope = { ...outer, names, stepNames: seen };
    for (const _ of list) nodes.push(undefined);
    list.forEach((item, offset) => {
      if (item.kind !== 'map') return;
      const at: Place = { node: item, path: pathOf(offset), keyRange: item.entries.values().next().value?.keyRange ?? item.range };
      nodes[from + offset] = compileStep(checker, at, item, nameOf(item) ?? unnamed?.(offset) ?? `step-${offset + 1}`, from + offset, scope);
      const gate = gateOf(checker, at, nodes[from + offset]);
      if (gate) scope = { ...scope, gate };
    });
    const own = nodes.slice(from, from + list.length);
    refuseUndoInLoops(checker, pathOf, list, own, from);
    warnUnreachable(checker, pathOf, list, own, from);
    return { from, to: from + list.length };
  };
  const outermost: PipelineScope = {
    names: new Map(),
    stepNames: new Set(),
    retry: policy,
    around: [],
    asks: context.asks,
    usesDatabase: context.usesDatabase,
    refers: context.refers,
    lane: (place, list, kind, scope, unnamed) => layOut(place, list, { ...scope, around: [...scope.around, kind] }, unnamed),
  };
  layOut(steps, items, outermost);
  const seen = new Set(items.flatMap((item) => [(item.kind === 'map' && nameOf(item)) || [], visibleNames(checker, item)].flat()));
  const compensation = undoing && compileCompensations(checker, undoing, items, (list) => layOut(undoing, list, { ...outermost, stepNames: seen }), nodes);
  const whole = nodes.filter((node) => node !== undefined);
  return { nodes: whole, ...(nodes.length > items.length ? { main: items.length } : {}), ...(compensation ? { compensation } : {}) };
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
  if (checker.report.diagnostics.some((each) => each.severity === 'error')) return;
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
  const type = item.entries.get('type')?.value;
  const kind = type?.kind === 'scalar' ? checker.catalogs.steps.get(String(type.value))?.kind : undefined;
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

/** Whether a step, at whatever depth, wants the body of the request as it came. */
function needsRawBody(checker: Checker, part: unknown): boolean {
  if (Array.isArray(part)) return part.some((item) => needsRawBody(checker, item));
  if (typeof part !== 'object' || part === null) return false;
  const { type, config: _, ...rest } = part as { type?: unknown; config?: unknown };
  return (typeof type === 'string' && checker.catalogs.steps.get(type)?.rawBody === true) || Object.values(rest).some((item) => needsRawBody(checker, item));
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
  const node = step.entries.get('name')?.value;
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
