/**
 * HTTP entrances: of pipelines with an http trigger, of `workflows.http.routes[]` and of `triggers.http.routes[]`.
 *
 * Invariants
 * 1. Two routes never answer the same method and path; parameter names do not make paths differ.
 * 2. Paths are kept in one spelling, `/orders/{id}`; `:id` and `*rest` are other systems' words for it.
 */
import type { Route } from '#contracts/definition';
import type { Checker, Place } from '#language/checker';
import { type CompiledPipeline, checkPipelineName, compileSteps, type PipelineContext, type TriggerInfo } from '#language/compile-pipeline';
import { METHODS, ROUTE_KEYS, TRIGGER_ROUTE_KEYS } from '#language/dialect';
import { didYouMean } from '#language/nearest';
import type { MapNode, SourceNode } from '#language/source';

const SEGMENT = /^(?:[^{}/]*|\{[A-Za-z_][A-Za-z0-9_-]*(?:\.\.\.)?\})$/;

export class RouteTable {
  readonly routes: Route[] = [];
  private readonly taken = new Map<string, { line: number; pipeline: string }>();

  constructor(private readonly checker: Checker) {}

  add(pipeline: string, method: Place | undefined, path: Place, fallbackMethod: string): void {
    const spelled = this.path(path);
    const methods = method ? this.methods(method) : [fallbackMethod];
    if (spelled === undefined) return;
    for (const verb of methods) {
      const shape = `${verb} ${spelled.replace(/\{[^}]*?(\.\.\.)?\}/g, (_, rest: string | undefined) => (rest ? '{...}' : '{}'))}`;
      const before = this.taken.get(shape);
      if (before) {
        this.checker.error('duplicate_route', `${verb} ${spelled} is already answered by pipeline "${before.pipeline}" (line ${before.line}).`, path);
        continue;
      }
      this.taken.set(shape, { line: this.checker.report.position(path.node.range[0])[0], pipeline });
      this.routes.push({ method: verb, path: spelled, pipeline });
    }
  }

  private methods(place: Place): string[] {
    const nodes: SourceNode[] = place.node.kind === 'seq' ? place.node.items : [place.node];
    const methods: string[] = [];
    for (const node of nodes) {
      const text = this.checker.text({ ...place, node }, 'method');
      if (text === undefined) continue;
      const verb = text.toUpperCase() === 'ANY' ? '*' : text.toUpperCase();
      if ((METHODS as readonly string[]).includes(verb)) methods.push(verb);
      else this.checker.error('invalid_value', `"${text}" is not an HTTP method.`, { ...place, node }, didYouMean(verb, METHODS));
    }
    return methods;
  }

  private path(place: Place): string | undefined {
    const text = this.checker.text(place, 'path');
    if (text === undefined) return undefined;
    const fail = (message: string, hint?: string): undefined => {
      this.checker.error('invalid_path', message, place, hint);
      return undefined;
    };
    if (!text.startsWith('/')) return fail(`The path "${text}" must begin with "/".`, `Write "/${text}".`);
    const spelled = text
      .replace(/(?<=\/):([A-Za-z_][\w-]*)/g, '{$1}')
      .replace(/(?<=\/)\*([A-Za-z_][\w-]*)?$/, (_, name: string | undefined) => `{${name ?? 'rest'}...}`)
      .replace(/(?<=.)\/$/, '');
    if (/[\s?#]/.test(spelled)) return fail(`The path "${text}" may not hold spaces, "?" or "#".`);
    const segments = spelled.slice(1).split('/');
    const names = new Set<string>();
    for (const [index, segment] of segments.entries()) {
      if (!SEGMENT.test(segment)) return fail(`"${segment}" is not a path segment.`, 'A parameter fills a whole segment: /orders/{id}, /files/{rest...}.');
      if (!segment.startsWith('{')) continue;
      const rest = segment.endsWith('...}');
      const name = segment.slice(1, rest ? -4 : -1);
      if (rest && index < segments.length - 1) return fail(`"${segment}" takes the rest of the path and must be the last segment.`);
      if (names.has(name)) return fail(`The parameter "${name}" stands in the path twice.`);
      names.add(name);
    }
    return spelled;
  }
}

interface RouteContext extends PipelineContext {
  table: RouteTable;
  pipelines: Map<string, CompiledPipeline>;
  /** Names of `pipelines`, those with mistakes included. */
  pipelineNames: ReadonlySet<string>;
}

/** `workflows.http.routes[]`. */
export function compileHttpRoutes(checker: Checker, http: Place, context: RouteContext): void {
  const map = checker.map(http, 'workflows.http');
  if (!map) return;
  checker.keys(map, http.path, new Set(['routes', 'server', 'router']), 'workflows.http');
  const routes = checker.given(map, http.path, 'routes');
  const items = (routes && checker.list(routes, 'routes')) ?? [];
  items.forEach((node, index) => {
    const place: Place = { node, path: `${routes!.path}[${index}]`, keyRange: node.range };
    const route = checker.map(place, 'A route');
    if (route) compileHttpRoute(checker, place, route, context);
  });
}

function compileHttpRoute(checker: Checker, place: Place, route: MapNode, context: RouteContext): void {
  checker.keys(route, place.path, ROUTE_KEYS, 'a route');
  const at = (key: string) => checker.given(route, place.path, key);
  const path = at('path');
  const method = at('method');
  const first = route.entries.values().next().value?.keyRange ?? place.node.range;
  if (!path) {
    checker.report.error('missing_key', 'A route needs a path.', `${place.path}.path`, first);
    return;
  }
  const middlewares = at('middlewares');
  if (middlewares) checker.notYet(middlewares, '"middlewares" of a route', 'They are not run on this version: the route is open to everybody who reaches it.');
  const pipelinePlace = at('pipeline');
  const stepsPlace = at('steps');
  if (pipelinePlace?.node.kind === 'scalar') {
    refer(checker, pipelinePlace, context, (name) => context.table.add(name, method, path, 'GET'));
    return;
  }
  const inner = pipelinePlace && checker.map(pipelinePlace, 'pipeline');
  if (inner) checker.keys(inner, pipelinePlace.path, new Set(['steps', 'name']), 'the pipeline of a route');
  const steps = stepsPlace ?? (inner && pipelinePlace ? checker.given(inner, pipelinePlace.path, 'steps') : undefined);
  if (!steps) {
    if (checker.meant(route, place.path, ROUTE_KEYS, 'steps') ?? checker.meant(route, place.path, ROUTE_KEYS, 'pipeline')) return;
    const handler = at('handler');
    checker.notYet({ path: place.path, keyRange: handler?.keyRange ?? path.keyRange }, 'A route without steps', 'It answers nothing on this version.');
    return;
  }
  const named = inner && pipelinePlace ? checker.given(inner, pipelinePlace.path, 'name') : undefined;
  const verb = methodText(method);
  const pathText = path.node.kind === 'scalar' ? String(path.node.value) : '/';
  const own = named && checker.text(named, 'name');
  if (named && own !== undefined) {
    if (!checkPipelineName(checker, own, named)) return;
    if (context.pipelines.has(own) || context.pipelineNames.has(own)) {
      checker.error('duplicate_name', `A pipeline named "${own}" exists already.`, named);
      return;
    }
  }
  const name = own ?? freeName(routeName(verb, pathText), context);
  const trigger: TriggerInfo = { type: 'http', config: { method: verb, path: pathText } };
  context.pipelines.set(name, compileSteps(checker, steps, name, trigger, context));
  context.table.add(name, method, path, 'GET');
}

/** `triggers.http.routes[]`: each starts a pipeline by its name. */
export function compileTriggerRoutes(checker: Checker, http: Place, context: RouteContext): void {
  const map = checker.map(http, 'triggers.http');
  if (!map) return;
  checker.keys(map, http.path, new Set(['routes', 'server', 'router']), 'triggers.http');
  const routes = checker.given(map, http.path, 'routes');
  const items = (routes && checker.list(routes, 'routes')) ?? [];
  items.forEach((node, index) => {
    const place: Place = { node, path: `${routes!.path}[${index}]`, keyRange: node.range };
    const route = checker.map(place, 'A route');
    if (!route) return;
    checker.keys(route, place.path, TRIGGER_ROUTE_KEYS, 'a route');
    const at = (key: string) => checker.given(route, place.path, key);
    const path = at('path');
    if (!path) {
      checker.report.error('missing_key', 'A route needs a path.', `${place.path}.path`, route.entries.values().next().value?.keyRange ?? node.range);
      return;
    }
    compileTriggerRoute(checker, place, route, path, context);
  });
}

function compileTriggerRoute(checker: Checker, place: Place, route: MapNode, path: Place, context: RouteContext): void {
  const at = (key: string) => checker.given(route, place.path, key);
  const add = (name: string) => context.table.add(name, at('method'), path, 'POST');
  const textOf = (entry: Place | undefined) => (entry?.node.kind === 'scalar' ? String(entry.node.value) : undefined);
  const pipeline = at('pipeline');
  const workflow = at('workflow');
  const names = [textOf(workflow), textOf(at('action'))].map((name) => name?.replace(/^pipeline:/, ''));
  const name = names.find((candidate) => candidate !== undefined && context.pipelineNames.has(candidate));
  if (pipeline) refer(checker, pipeline, context, add);
  else if (name !== undefined) add(name);
  else if (workflow && textOf(workflow)?.startsWith('pipeline:')) refer(checker, workflow, context, add);
  else if (checker.meant(route, place.path, TRIGGER_ROUTE_KEYS, 'pipeline') ?? checker.meant(route, place.path, TRIGGER_ROUTE_KEYS, 'workflow')) return;
  else {
    const target = workflow ?? path;
    checker.notYet(
      { path: target.path, keyRange: target.keyRange },
      'A route that starts something other than a pipeline',
      'It answers nothing on this version.',
    );
  }
}

function refer(checker: Checker, place: Place, context: RouteContext, found: (name: string) => void): void {
  const text = checker.text(place, 'pipeline');
  if (text === undefined) return;
  const name = text.replace(/^pipeline:/, '');
  if (context.pipelineNames.has(name)) found(name);
  else checker.error('unknown_pipeline', `No pipeline is named "${name}".`, place, didYouMean(name, context.pipelineNames));
}

/** What a route listens to, for its name and the trigger's settings. */
function methodText(method: Place | undefined): string {
  const nodes = method === undefined ? [] : method.node.kind === 'seq' ? method.node.items : [method.node];
  const verbs = nodes.map((node) => (node.kind === 'scalar' ? String(node.value).toUpperCase() : '')).filter((verb) => verb !== '');
  return verbs.length > 0 ? verbs.join(',') : 'GET';
}

/** `GET /orders/{id}` is the pipeline `get-orders-id`. */
function routeName(method: string, path: string): string {
  const words = `${method === '*' ? 'any' : method.toLowerCase()}/${path}`.split(/[^A-Za-z0-9_]+/).filter((word) => word !== '');
  return words.join('-').slice(0, 90);
}

function freeName(name: string, context: RouteContext): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!context.pipelines.has(candidate) && !context.pipelineNames.has(candidate)) return candidate;
  }
}
