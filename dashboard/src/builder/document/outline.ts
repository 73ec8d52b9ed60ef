/**
 * What can be built on: the pipelines of a document, whichever way they are written, and their steps with the places in
 * the text that they stand at.
 *
 * Invariants
 * 1. An outline is read from the text as it is: what is not a step there is not one here, and nothing is ever refused.
 * 2. An id is the path in the text: it names one thing of one text, and nothing else.
 */
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { type Path, pathText } from '../yaml/tree';
import type { Catalog, StepType } from './catalog';
import { isBlock } from './catalog';

/** What stands by itself on the canvas: a pipeline, or the steps of a route. */
export interface Flow {
  id: string;
  label: string;
  kind: 'pipeline' | 'route' | 'actor' | 'compensation';
  /** Of the map that holds the steps and what is said of them. */
  path: Path;
  /** What starts it, in a few words. */
  trigger: string;
  list: StepList;
}

export interface StepList {
  /** Of the list, or of the one step that stands in its place. */
  path: Path;
  /** One step, without a list around it. */
  single: boolean;
  steps: Step[];
}

export interface Step {
  id: string;
  path: Path;
  name: string;
  type: string;
  kind: 'step' | 'choice' | 'block';
  condition?: string;
  undoable: boolean;
  /** Nothing follows it. */
  ends: boolean;
  /** Of a choice, where it leads; of a branch, where it goes on. */
  ways: Way[];
  lanes: Lane[];
}

export interface Way {
  /** The value that leads there. */
  label: string;
  target: string;
  /** Where the target is written. */
  path: Path;
}

export interface Lane {
  id: string;
  label: string;
  list: StepList;
  /** Its one step stands in a list with those of the lanes beside it. */
  alone?: true;
}

export function outlineOf(document: Json, catalog: Catalog): Flow[] {
  const root = object(document);
  return [...pipelines(root, catalog), ...routes(root, catalog), ...actors(root, catalog)];
}

export function* stepsOf(list: StepList): Generator<Step> {
  for (const step of list.steps) {
    yield step;
    for (const lane of step.lanes) yield* stepsOf(lane.list);
  }
}

/** The step at a path, and the list that it stands in. */
export function stepAt(flows: readonly Flow[], id: string): { flow: Flow; list: StepList; step: Step } | undefined {
  for (const flow of flows) {
    const found = within(flow.list, id);
    if (found) return { flow, ...found };
  }
  return undefined;
}

function within(list: StepList, id: string): { list: StepList; step: Step } | undefined {
  for (const step of list.steps) {
    if (step.id === id) return { list, step };
    for (const lane of step.lanes) {
      const found = within(lane.list, id);
      if (found) return found;
    }
  }
  return undefined;
}

/** A setting of a step: under `config`, or beside it. */
export function settingAt(step: JsonObject, key: string): { value: Json; path: Path } | undefined {
  const config = object(step.config);
  if (Object.hasOwn(config, key)) return { value: config[key]!, path: ['config', key] };
  return Object.hasOwn(step, key) ? { value: step[key]!, path: [key] } : undefined;
}

function pipelines(root: JsonObject, catalog: Catalog): Flow[] {
  return Object.entries(object(root.pipelines)).flatMap(([name, pipeline]) => {
    if (!isJsonObject(pipeline)) return [];
    const path: Path = ['pipelines', name];
    const main: Flow = flow('pipeline', name, path, triggerText(object(pipeline.trigger)), stepList(pipeline.steps, [...path, 'steps'], catalog));
    if (pipeline.compensation === undefined) return [main];
    const undo = stepList(pipeline.compensation, [...path, 'compensation'], catalog);
    return [main, { ...flow('compensation', `${name}, undone`, path, 'undone', undo), id: pathText([...path, 'compensation']) }];
  });
}

function routes(root: JsonObject, catalog: Catalog): Flow[] {
  const http = object(object(root.workflows).http);
  return list(http.routes).flatMap((route, index) => {
    const at = object(route);
    const nested = isJsonObject(at.pipeline) && at.pipeline.steps !== undefined;
    if (!nested && at.steps === undefined) return [];
    const path: Path = ['workflows', 'http', 'routes', index, ...(nested ? ['pipeline'] : [])];
    const label = `${words(at.method, 'GET').toUpperCase()} ${words(at.path)}`;
    return [flow('route', label, path, label, stepList(nested ? object(at.pipeline).steps : at.steps, [...path, 'steps'], catalog))];
  });
}

function actors(root: JsonObject, catalog: Catalog): Flow[] {
  const pools = object(object(object(root.workflows).actors).pools);
  return Object.entries(pools).flatMap(([pool, value]) =>
    Object.entries(object(object(value).receive)).flatMap(([message, handler]) => {
      const { steps } = object(handler);
      const path: Path = ['workflows', 'actors', 'pools', pool, 'receive', message];
      return steps === undefined ? [] : [flow('actor', `${pool}: ${message}`, path, message, stepList(steps, [...path, 'steps'], catalog))];
    }),
  );
}

function flow(kind: Flow['kind'], label: string, path: Path, trigger: string, steps: StepList): Flow {
  return { id: pathText(path), label, kind, path, trigger, list: steps };
}

function triggerText(trigger: JsonObject): string {
  const at = (key: string) => words(settingAt(trigger, key)?.value ?? null);
  const type = words(trigger.type, 'manual');
  const what = [at('method').toUpperCase(), at('path')].filter(Boolean).join(' ') || at('topic') || at('cron') || at('schedule') || at('event');
  return what === '' ? type : `${type} ${what}`;
}

function stepList(value: Json | undefined, path: Path, catalog: Catalog): StepList {
  if (isJsonObject(value)) return { path, single: true, steps: [stepOf(value, path, catalog)] };
  return { path, single: false, steps: list(value).map((each, index) => stepOf(object(each), [...path, index], catalog)) };
}

function stepOf(step: JsonObject, path: Path, catalog: Catalog): Step {
  const type = words(step.type);
  const facts = catalog.get(type);
  const skip = step.skip_if === undefined ? undefined : `not (${words(step.skip_if)})`;
  const condition = step.if === undefined ? skip : words(step.if);
  return {
    id: pathText(path),
    path,
    name: words(step.name),
    type,
    kind: facts?.kind === 'conditional' ? 'choice' : isBlock(facts) ? 'block' : 'step',
    ...(condition === undefined ? {} : { condition }),
    undoable: step.compensate !== undefined,
    ends: facts?.responds ?? false,
    ways: facts ? waysOf(step, path, facts) : [],
    lanes: facts && isBlock(facts) ? lanesOf(step, path, facts, catalog) : [],
  };
}

function waysOf(step: JsonObject, path: Path, facts: StepType): Way[] {
  const way = (key: string, label: string): Way[] => {
    const at = settingAt(step, key);
    return at && typeof at.value === 'string' ? [{ label, target: at.value, path: [...path, ...at.path] }] : [];
  };
  if (facts.kind === 'branch') return way('merge_step', 'then');
  if (facts.kind !== 'conditional') return [];
  if (facts.chooses) return [...way(facts.chooses.yes, 'on'), ...way(facts.chooses.no, 'off')];
  const chosen = settingAt(step, 'routes');
  const byValue = chosen && isJsonObject(chosen.value) ? Object.entries(chosen.value) : [];
  const values = byValue.map(([value, target]) => ({ label: value === '' ? 'empty' : value, target: words(target), path: [...path, ...chosen!.path, value] }));
  return [...values, ...way('then', 'true'), ...way('else', 'false'), ...way('default', 'otherwise')];
}

/** A block without its steps still has the place where they go. */
function lanesOf(step: JsonObject, path: Path, facts: StepType, catalog: Catalog): Lane[] {
  const at = (key: string) => settingAt(step, key);
  const config: Path = [...path, 'config'];
  const lane = (label: string, key: string): Lane => {
    const found = at(key);
    const place = found ? [...path, ...found.path] : [...config, key];
    return laneOf(label, found?.value, place, catalog);
  };
  const fallback = at('fallback') ? [lane('fallback', 'fallback')] : [];
  switch (facts.kind) {
    case 'parallel':
      return parallelLanes(at('branches'), at('steps'), path, catalog);
    case 'branch': {
      const branches = at('branches');
      const place = branches ? [...path, ...branches.path] : [...config, 'branches'];
      const ways = Object.entries(object(branches?.value)).map(([value, steps]) => laneOf(value === '' ? 'empty' : value, steps, [...place, value], catalog));
      return [...ways, ...(at('default') ? [lane('otherwise', 'default')] : [])];
    }
    default:
      return [lane(LANE_WORDS[facts.kind] ?? 'steps', at('step') ? 'step' : 'steps'), ...fallback];
  }
}

const LANE_WORDS: { [kind: string]: string } = { foreach: 'for each item', while: 'again and again', retry: 'try' };

function parallelLanes(
  branches: { value: Json; path: Path } | undefined,
  steps: { value: Json; path: Path } | undefined,
  path: Path,
  catalog: Catalog,
): Lane[] {
  if (!branches) {
    const place = [...path, ...(steps?.path ?? ['config', 'steps'])];
    const all = list(steps?.value);
    if (all.length === 0) return [{ ...laneOf('no branch yet', undefined, place, catalog), alone: true }];
    // Each step is a lane; all stand in one list.
    return all.map((each, index) => {
      const one = stepOf(object(each), [...place, index], catalog);
      return { id: `${one.id}:lane`, label: one.name, list: { path: place, single: false, steps: [one] }, alone: true };
    });
  }
  const place = [...path, ...branches.path];
  if (!Array.isArray(branches.value)) return Object.entries(object(branches.value)).map(([name, value]) => laneOf(name, value, [...place, name], catalog));
  return branches.value.map((each, index) => {
    const at = [...place, index];
    if (!isJsonObject(each)) return laneOf(`branch-${index + 1}`, each, at, catalog);
    return each.type === undefined ? laneOf(words(each.name), each.steps, [...at, 'steps'], catalog) : laneOf(words(each.name), each, at, catalog);
  });
}

function laneOf(label: string, value: Json | undefined, path: Path, catalog: Catalog): Lane {
  return { id: `${pathText(path)}:lane`, label, list: stepList(value, path, catalog) };
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function words(value: Json | undefined, fallback = ''): string {
  return value === undefined || value === null ? fallback : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
