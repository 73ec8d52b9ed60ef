/** A pipeline: its trigger, policy and steps, to a closed graph. */
import type { Node, Pipeline } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { Checker, Place } from '#language/checker';
import { concurrency, debounce } from '#language/compile-concurrency';
import { deadLetter } from '#language/compile-dead-letter';
import { mask } from '#language/compile-mask';
import { idempotency, MAX_PIPELINE_MS, MAX_RETENTION_MS, onError, positive, residency, retry, saga } from '#language/compile-policy';
import { compileStep } from '#language/compile-step';
import { webhookOf } from '#language/compile-webhook';
import { PIPELINE_KEYS, PIPELINE_KEYS_NOT_YET, TRIGGERS } from '#language/dialect';
import { didYouMean, nearest } from '#language/nearest';
import type { PipelineScope } from '#language/pipeline-scope';
import { sourceOf } from '#language/plain';
import { unreachable } from '#language/reachability';
import { type MapNode, type SourceNode, toJson } from '#language/source';

/** No dots and brackets: they would not be found by a path. */
const STEP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/;
const PIPELINE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

export interface PipelineContext {
  /** `strict_templates` of the document. */
  strict: boolean;
  /** `retention` of the document, ms. */
  retention: number | undefined;
  usesDatabase: PipelineScope['usesDatabase'];
  refers: PipelineScope['refers'];
}

export interface TriggerInfo {
  type: Pipeline['trigger']['type'];
  config: JsonObject;
  /** Where its path and method stand, for diagnostics about the route. */
  path?: Place;
  method?: Place;
  /** Where each of its settings stands. */
  places?: ReadonlyMap<string, Place>;
}

export interface CompiledPipeline {
  pipeline: Pipeline;
  trigger: TriggerInfo;
}

/** Names become keys of objects; this one would change the object instead. */
const RESERVED_NAME = '__proto__';

export function checkPipelineName(checker: Checker, name: string, place: Place): boolean {
  if (PIPELINE_NAME.test(name) && name !== RESERVED_NAME) return true;
  if (name === RESERVED_NAME) {
    checker.report.error('invalid_name', `A pipeline cannot be named "${name}".`, place.path, place.keyRange, 'Choose another name.');
    return false;
  }
  checker.report.error('invalid_name', `"${name}" is not a pipeline name: letters, digits, "-", "_" and "." up to 100 characters.`, place.path, place.keyRange);
  return false;
}

export function compilePipeline(checker: Checker, place: Place, name: string, context: PipelineContext): CompiledPipeline | undefined {
  const map = checker.map(place, `Pipeline "${name}"`);
  if (!map) {
    if (place.node.kind === 'scalar' && place.node.value === null)
      checker.report.error('missing_key', `Pipeline "${name}" has no steps.`, `${place.path}.steps`, place.keyRange);
    return undefined;
  }
  for (const entry of map.entries.values()) {
    if (PIPELINE_KEYS_NOT_YET.has(entry.key)) checker.notYet({ path: `${place.path}.${entry.key}`, keyRange: entry.keyRange }, `"${entry.key}" of a pipeline`);
    else if (!PIPELINE_KEYS.has(entry.key)) checker.unknownKey(entry, place.path, [...PIPELINE_KEYS, ...PIPELINE_KEYS_NOT_YET], `pipeline "${name}"`);
  }
  const trigger = compileTrigger(checker, map, place);
  const known = new Set([...PIPELINE_KEYS, ...PIPELINE_KEYS_NOT_YET]);
  const steps = checker.given(map, place.path, 'steps') ?? checker.meant(map, place.path, known, 'steps');
  const items = steps && checker.list(steps, 'steps');
  if (!steps || (items && items.length === 0)) {
    checker.report.error('missing_key', `Pipeline "${name}" has no steps.`, steps?.path ?? `${place.path}.steps`, steps?.keyRange ?? place.keyRange);
  }
  const { verify, idempotency: delivery } = trigger.type === 'webhook' ? webhookOf(checker, { ...place, node: map }, trigger) : {};
  const own = items ?? [];
  const all = verify && own.length > 0 ? [sourceOf(verify, trigger.path?.keyRange ?? place.keyRange), ...own] : own;
  const pipeline = compileBody(checker, place, map, name, all, steps, trigger, context);
  return { pipeline: delivery && !pipeline.idempotency ? { ...pipeline, idempotency: delivery } : pipeline, trigger };
}

/** The pipeline of a route: only steps, the rest are defaults. */
export function compileSteps(checker: Checker, steps: Place, name: string, trigger: TriggerInfo, context: PipelineContext): CompiledPipeline {
  const items = checker.list(steps, 'steps') ?? [];
  if (items.length === 0) checker.report.error('missing_key', 'The route has no steps.', steps.path, steps.keyRange);
  const empty: MapNode = { kind: 'map', range: steps.node.range, entries: new Map() };
  return { pipeline: compileBody(checker, steps, empty, name, items, steps, trigger, context), trigger };
}

function compileBody(
  checker: Checker,
  place: Place,
  map: MapNode,
  name: string,
  items: SourceNode[],
  steps: Place | undefined,
  trigger: TriggerInfo,
  context: PipelineContext,
): Pipeline {
  const at = (key: string) => checker.given(map, place.path, key);
  const timeout = at('timeout');
  const timeoutMs = timeout && positive(checker, timeout, 'timeout', MAX_PIPELINE_MS);
  const strict = at('strict_templates');
  const strictly = strict ? checker.flag(strict, 'strict_templates') : undefined;
  const kept = at('retention');
  const retention = (kept && checker.duration(kept, 'retention', MAX_RETENTION_MS)) ?? context.retention;
  const error = onError(checker, at('on_error'));
  const undo = saga(checker, at('saga'));
  const key = idempotency(checker, at('idempotency'));
  const letters = deadLetter(checker, at('dead_letter'));
  const bound = concurrency(checker, at('concurrency'));
  const settling = debounce(checker, at('debounce'), bound);
  const home = residency(checker, at('residency'));
  const masked = mask(checker, at('mask'));
  const graph = steps ? compileNodes(checker, steps, items, retry(checker, at('retry')), context) : { nodes: [] };
  return {
    name,
    trigger: { type: trigger.type, config: trigger.config },
    ...graph,
    on_error: error ?? (undo ? 'compensate' : 'stop'),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    strict_templates: strictly ?? context.strict,
    ...(needsRawBody(checker, graph.nodes) ? { raw_body: true } : {}),
    ...(retention === undefined ? {} : { retention_ms: retention }),
    ...(key ? { idempotency: key } : {}),
    ...(undo ? { saga: undo } : {}),
    ...(letters ? { dead_letter: letters } : {}),
    ...(bound ? { concurrency: bound } : {}),
    ...(settling ? { debounce: settling } : {}),
    ...(home === undefined ? {} : { residency: home }),
    ...(masked ? { mask: masked } : {}),
  };
}

interface Graph {
  nodes: Node[];
  /** How many of them are the pipeline's own, where it has blocks. */
  main?: number;
}

function compileNodes(checker: Checker, steps: Place, items: readonly SourceNode[], policy: PipelineScope['retry'], context: PipelineContext): Graph {
  const nodes: (Node | undefined)[] = [];
  /** Takes the next places for these steps; what stands within them comes behind. */
  const layOut = (place: Place, list: readonly SourceNode[], outer: PipelineScope, unnamed?: (index: number) => string) => {
    const from = nodes.length;
    if (from + list.length > LIMITS.stepsPerPipeline) {
      const most = LIMITS.stepsPerPipeline;
      checker.report.error('too_many', `A pipeline may have ${most} steps; with these it has ${from + list.length}.`, place.path, place.keyRange);
      return { from, to: from };
    }
    const single = place.node.kind === 'map';
    const pathOf = (index: number) => (single ? place.path : `${place.path}[${index}]`);
    const names = stepNames(checker, pathOf, list, from, unnamed);
    const seen = new Set([...outer.stepNames, ...list.flatMap((item) => visibleNames(checker, item)), ...names.keys()]);
    const scope: PipelineScope = { ...outer, names, stepNames: seen };
    for (const _ of list) nodes.push(undefined);
    list.forEach((item, offset) => {
      if (item.kind !== 'map') return;
      const at: Place = { node: item, path: pathOf(offset), keyRange: item.entries.values().next().value?.keyRange ?? item.range };
      nodes[from + offset] = compileStep(checker, at, item, nameOf(item) ?? unnamed?.(offset) ?? `step-${offset + 1}`, from + offset, scope);
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
    usesDatabase: context.usesDatabase,
    refers: context.refers,
    lane: (place, list, kind, scope, unnamed) => layOut(place, list, { ...scope, around: [...scope.around, kind] }, unnamed),
  };
  layOut(steps, items, outermost);
  const whole = nodes.filter((node) => node !== undefined);
  return { nodes: whole, ...(nodes.length > items.length ? { main: items.length } : {}) };
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
      checker.error('invalid_type', 'A step must be a mapping with name, type and config.', { path, node: item });
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
      checker.report.error('missing_key', 'A step needs a name.', `${path}.name`, first?.keyRange ?? item.range);
      return;
    }
    const at = { path: `${path}.name`, node: entry.value };
    if (name === RESERVED_NAME) checker.error('invalid_name', `A step cannot be named "${name}".`, at, 'Choose another name.');
    else if (!STEP_NAME.test(name)) checker.error('invalid_name', `"${name}" is not a step name: letters, digits, "-" and "_" up to 100 characters.`, at);
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

/** Settings under `config` or beside `type`. */
function compileTrigger(checker: Checker, map: MapNode, place: Place): TriggerInfo {
  const manual: TriggerInfo = { type: 'manual', config: {} };
  const given = checker.given(map, place.path, 'trigger');
  if (!given) return manual;
  if (given.node.kind === 'scalar' && typeof given.node.value === 'string') return bareTrigger(checker, given, given.node.value);
  const trigger = checker.map(given, 'trigger');
  if (!trigger) return manual;
  const typePlace = checker.given(trigger, given.path, 'type') ?? misspeltType(checker, trigger, given.path);
  if (!typePlace) {
    checker.report.error('missing_key', 'A trigger needs a type.', `${given.path}.type`, given.keyRange, `One of ${Object.keys(TRIGGERS).join(', ')}.`);
    return manual;
  }
  const type = checker.choice(typePlace, 'The type of a trigger', Object.keys(TRIGGERS));
  if (type === undefined) return manual;
  const known = TRIGGERS[type]!;
  const beside = new Set(['type', 'config', ...known.keys]);
  const configPlace = checker.given(trigger, given.path, 'config') ?? checker.meant(trigger, given.path, beside, 'config');
  const inside = configPlace ? checker.map(configPlace, 'config') : undefined;
  const config: JsonObject = {};
  const places = new Map<string, Place>();
  const info: TriggerInfo = { type: known.type, config, places };
  /** There, but in another spelling: one mistake, one diagnostic. */
  const misspelt = new Set<string>();
  const take = (entries: MapNode['entries'], path: string) => {
    for (const entry of entries.values()) {
      const outer = entries === trigger.entries;
      if (outer && (entry.key === 'type' || entry.key === 'config' || entry.value === typePlace.node)) continue;
      if (!known.keys.includes(entry.key)) {
        checker.unknownKey(entry, path, outer ? beside : known.keys, `a trigger of type ${type}`);
        const meant = nearest(entry.key, outer ? beside : known.keys);
        if (meant !== undefined) misspelt.add(meant);
        continue;
      }
      config[entry.key] = toJson(entry.value);
      const at = { node: entry.value, path: `${path}.${entry.key}`, keyRange: entry.keyRange };
      places.set(entry.key, at);
      if (entry.key === 'path' || entry.key === 'method') info[entry.key] = at;
    }
  };
  if (inside && configPlace) take(inside.entries, configPlace.path);
  take(trigger.entries, given.path);
  if (!known.effect)
    checker.notYet(
      { path: typePlace.path, keyRange: typePlace.node.range },
      `A trigger of type ${type}`,
      'It starts nothing on this version; the pipeline can be started by the API.',
    );
  else for (const key of ['schema', 'subscription']) noteSetting(checker, trigger, inside, given.path, key);
  if ((type === 'http' || type === 'webhook') && !info.path && !misspelt.has('path')) {
    checker.report.error('missing_key', `A trigger of type ${type} needs a path.`, `${given.path}.path`, typePlace.keyRange);
  }
  return info;
}

/** Every type has keys of its own; only what is like `type` and a key of none of them is taken for it. */
function misspeltType(checker: Checker, trigger: MapNode, path: string): Place | undefined {
  const known = new Set(['type', 'config', ...Object.values(TRIGGERS).flatMap(({ keys }) => keys)]);
  const place = checker.meant(trigger, path, known, 'type');
  const entry = place && [...trigger.entries.values()].find(({ value }) => value === place.node);
  if (entry) checker.unknownKey(entry, path, known, 'trigger');
  return place;
}

function noteSetting(checker: Checker, trigger: MapNode, inside: MapNode | undefined, path: string, key: string): void {
  const beside = trigger.entries.get(key);
  const entry = beside ?? inside?.entries.get(key);
  if (entry) checker.notYet({ path: beside ? `${path}.${key}` : `${path}.config.${key}`, keyRange: entry.keyRange }, `"${key}" of a trigger`);
}

/** `trigger: manual`. */
function bareTrigger(checker: Checker, place: Place, text: string): TriggerInfo {
  const known = Object.hasOwn(TRIGGERS, text) ? TRIGGERS[text] : undefined;
  if (!known) {
    checker.error('invalid_value', `"${text}" is not a type of trigger.`, place, didYouMean(text, Object.keys(TRIGGERS)));
    return { type: 'manual', config: {} };
  }
  if (known.type === 'http')
    checker.error('missing_key', 'A trigger of type http needs a path.', place, 'Write: trigger: {type: http, path: /orders, method: POST}');
  else if (!known.effect) checker.notYet(place, `A trigger of type ${text}`, 'It starts nothing on this version; the pipeline can be started by the API.');
  return { type: known.type, config: {} };
}
