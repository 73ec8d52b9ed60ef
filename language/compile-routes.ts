/**
 * HTTP entrances: of pipelines with an http trigger, of `workflows.http.routes[]`, of `triggers.http.routes[]`, and
 * those that modules bring along.
 *
 * Invariants
 * 1. Two routes never answer the same method and path; parameter names do not make paths differ.
 * 2. Paths are kept in one spelling, `/orders/{id}`; `:id` and `*rest` are other systems' words for it.
 * 3. A handler of the older generation is a pipeline, or a module at the door; there is no third way to answer.
 */
import type { Route } from '#contracts/definition';
import type { Mount } from '#contracts/module';
import { type Application, freeName, refer, requestPipeline, routeName } from '#language/application';
import type { Checker, Place } from '#language/checker';
import { checkPipelineName, compileSteps } from '#language/compile-pipeline';
import type { TriggerInfo } from '#language/compile-trigger';
import { HTTP_KEYS, METHODS, ROUTE_KEYS, TRIGGER_ROUTE_KEYS } from '#language/dialect';
import type { Module } from '#language/module-table';
import { didYouMean } from '#language/nearest';
import type { MapNode, SourceNode } from '#language/source';
import { type WorkflowAction, workflowAction } from '#language/workflow-action';

const SEGMENT = /^(?:[^{}/]*|\{[A-Za-z_][A-Za-z0-9_-]*(?:\.\.\.)?\})$/;

export type RouteTarget = Omit<Route, 'method' | 'path'>;

export class RouteTable {
  readonly routes: Route[] = [];
  readonly #taken = new Map<string, { line: number; by: string }>();

  constructor(private readonly checker: Checker) {}

  /** `prefix` is put in front of a path that does not begin with it. */
  add(target: RouteTarget, method: Place | undefined, path: Place, fallbackMethod: string, prefix?: string): void {
    const spelled = this.path(path);
    const methods = method ? this.methods(method) : [fallbackMethod];
    if (spelled === undefined) return;
    const full = prefixed(spelled, prefix);
    for (const verb of methods) {
      const before = this.#taken.get(shapeOf(verb, full));
      if (before) {
        this.checker.error(
          'duplicate_route',
          `${verb} ${full} is already answered by ${before.by} (line ${before.line}).`,
          path,
          'Choose another path or method, or take one of the two out.',
        );
        continue;
      }
      this.put(target, { method: verb, path: full }, this.checker.report.position(path.node.range[0])[0]);
    }
  }

  /** A route that a module brings along: where the document has one of its own, that one stays. */
  mount(target: RouteTarget, route: Mount, place: Place): void {
    if (!this.isTaken(route)) this.put(target, route, this.checker.report.position(place.keyRange[0])[0]);
  }

  /** The module stands in front of the route too, after those that do already. `false`: there is no such route. */
  guard({ method, path }: Mount, module: string): boolean {
    const shape = shapeOf(method, path);
    const route = this.routes.find((each) => shapeOf(each.method, each.path) === shape);
    if (route?.pipeline === undefined) return false;
    if (!route.middlewares?.includes(module)) route.middlewares = [...(route.middlewares ?? []), module];
    return true;
  }

  isTaken({ method, path }: Mount): boolean {
    return this.#taken.has(shapeOf(method, path));
  }

  private put(target: RouteTarget, { method, path }: Mount, line: number): void {
    const by = target.pipeline === undefined ? `module "${target.door}"` : `pipeline "${target.pipeline}"`;
    this.#taken.set(shapeOf(method, path), { line, by });
    this.routes.push({ method, path, ...target });
  }

  /** As `add` would spell it; `undefined` when it is none, which `add` reports. */
  spelling(path: Place, prefix: string | undefined): string {
    const text = path.node.kind === 'scalar' ? String(path.node.value) : '/';
    return prefixed(normal(text), prefix);
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
    const fail = (message: string, hint: string): undefined => {
      this.checker.error('invalid_path', message, place, hint);
      return undefined;
    };
    if (!text.startsWith('/')) return fail(`The path "${text}" must begin with "/".`, `Write "/${text}".`);
    const spelled = normal(text);
    if (/[\s?#]/.test(spelled))
      return fail(`The path "${text}" may not hold spaces, "?" or "#".`, 'Take them out; keys of the query are read from trigger.query.');
    const segments = spelled.slice(1).split('/');
    const names = new Set<string>();
    for (const [index, segment] of segments.entries()) {
      if (!SEGMENT.test(segment)) return fail(`"${segment}" is not a path segment.`, 'A parameter fills a whole segment: /orders/{id}, /files/{rest...}.');
      if (!segment.startsWith('{')) continue;
      const rest = segment.endsWith('...}');
      const name = segment.slice(1, rest ? -4 : -1);
      if (rest && index < segments.length - 1)
        return fail(`"${segment}" takes the rest of the path and must be the last segment.`, `Write {${name}} here, or move "${segment}" to the end.`);
      if (names.has(name)) return fail(`The parameter "${name}" stands in the path twice.`, `Name one of them otherwise, such as {${name}_2}.`);
      names.add(name);
    }
    return spelled;
  }
}

function normal(text: string): string {
  return text
    .replace(/(?<=\/):([A-Za-z_][\w-]*)/g, '{$1}')
    .replace(/(?<=\/)\*([A-Za-z_][\w-]*)?$/, (_, name: string | undefined) => `{${name ?? 'rest'}...}`)
    .replace(/(?<=.)\/$/, '');
}

function shapeOf(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^}]*?(\.\.\.)?\}/g, (_, rest: string | undefined) => (rest ? '{...}' : '{}'))}`;
}

/** The path below the prefix; one that stands there already stays as it is. */
export function prefixed(path: string, prefix: string | undefined): string {
  const front = prefix?.replace(/\/+$/, '') ?? '';
  if (front === '' || path === front || path.startsWith(`${front}/`)) return path;
  return `${front}${path === '/' ? '' : path}`;
}

/** The prefix of the router that is named, or of the only one. */
export function routerPrefix(app: Application, named: Place | undefined): string | undefined {
  const routers = app.modules.ofType('http.router');
  const name = named?.node.kind === 'scalar' ? String(named.node.value) : undefined;
  const router = name === undefined ? (routers.length === 1 ? routers[0] : undefined) : routers.find((each) => each.name === name);
  return typeof router?.settings.prefix === 'string' ? router.settings.prefix : undefined;
}

/** `workflows.http.routes[]`. */
export function compileHttpRoutes(app: Application, http: Place): void {
  eachRoute(app.checker, http, 'workflows.http', ROUTE_KEYS, (place, route, path, map) => compileHttpRoute(app, place, route, path, map, http));
}

function eachRoute(
  checker: Checker,
  http: Place,
  what: string,
  known: ReadonlySet<string>,
  see: (place: Place, route: MapNode, path: Place, section: MapNode) => void,
): void {
  const map = checker.map(http, what);
  if (!map) return;
  checker.keys(map, http.path, HTTP_KEYS, what);
  const routes = checker.given(map, http.path, 'routes');
  const items = (routes && checker.list(routes, 'routes')) ?? [];
  items.forEach((node, index) => {
    const place: Place = { node, path: `${routes!.path}[${index}]`, keyRange: node.range };
    const route = checker.map(place, 'A route');
    if (!route) return;
    checker.keys(route, place.path, known, 'a route');
    const first = route.entries.values().next().value?.keyRange ?? node.range;
    const path = checker.given(route, place.path, 'path');
    if (path) see({ ...place, keyRange: first }, route, path, map);
    else checker.report.error('missing_key', 'A route needs a path.', `${place.path}.path`, first, 'Write path: /orders/{id}, for instance.');
  });
}

function compileHttpRoute(app: Application, place: Place, route: MapNode, path: Place, section: MapNode, http: Place): void {
  const { checker, table } = app;
  const at = (key: string) => checker.given(route, place.path, key);
  const method = at('method');
  const prefix = routerPrefix(app, checker.given(section, http.path, 'router'));
  const guards = middlewares(app, at('middlewares') ?? checker.given(section, http.path, 'middlewares'));
  const told = routeWords(checker, at);
  const add = (target: RouteTarget) => table.add({ ...target, ...guards, ...told }, method, path, 'GET', prefix);
  const pipelinePlace = at('pipeline');
  if (pipelinePlace?.node.kind === 'scalar') {
    refer(app, pipelinePlace, (pipeline) => add({ pipeline }));
    return;
  }
  const inner = pipelinePlace && checker.map(pipelinePlace, 'pipeline');
  if (inner) checker.keys(inner, pipelinePlace.path, new Set(['steps', 'name']), 'the pipeline of a route');
  const steps = at('steps') ?? (inner && pipelinePlace ? checker.given(inner, pipelinePlace.path, 'steps') : undefined);
  const verb = methodText(method);
  const pathText = table.spelling(path, prefix);
  if (!steps) {
    if (checker.meant(route, place.path, ROUTE_KEYS, 'steps') ?? checker.meant(route, place.path, ROUTE_KEYS, 'pipeline')) return;
    const handler = at('handler');
    if (handler) handledRoute(app, handler, { method: verb, path: pathText }, add);
    else if (!checker.meant(route, place.path, ROUTE_KEYS, 'handler'))
      checker.report.error(
        'missing_key',
        'A route needs a handler, a pipeline or steps.',
        `${place.path}.handler`,
        path.keyRange,
        'Write handler: and a module or pipeline, or steps: with a list of steps.',
      );
    return;
  }
  const named = inner && pipelinePlace ? checker.given(inner, pipelinePlace.path, 'name') : undefined;
  const own = named && checker.text(named, 'name');
  if (named && own !== undefined) {
    if (!checkPipelineName(checker, own, named)) return;
    if (app.pipelines.has(own) || app.pipelineNames.has(own)) {
      checker.error('duplicate_name', `A pipeline named "${own}" exists already.`, named, `Write another, such as ${own}-2.`);
      return;
    }
  }
  const name = own ?? freeName(app, routeName(verb, pathText));
  const trigger: TriggerInfo = { type: 'http', config: { method: verb, path: pathText } };
  app.pipelines.set(name, compileSteps(checker, steps, name, trigger, app, place));
  add({ pipeline: name });
}

/** What a route says of itself, for the description of the application. */
function routeWords(checker: Checker, at: (key: string) => Place | undefined): Pick<Route, 'summary' | 'description' | 'tags'> {
  const words: Pick<Route, 'summary' | 'description' | 'tags'> = {};
  for (const key of ['summary', 'description'] as const) {
    const place = at(key);
    const text = place && checker.text(place, key);
    if (text !== undefined) words[key] = text;
  }
  const tags = at('tags');
  const nodes = (tags && checker.list(tags, 'tags')) ?? [];
  const texts = nodes.map((node, index) => checker.text({ ...tags!, path: `${tags!.path}[${index}]`, node }, 'A tag')).filter((text) => text !== undefined);
  return texts.length === 0 ? words : { ...words, tags: texts };
}

/** A handler names a module, or a pipeline. */
function handledRoute(app: Application, place: Place, route: Mount, add: (target: RouteTarget) => void): void {
  const { checker } = app;
  const name = checker.text(place, 'handler');
  if (name === undefined) return;
  const module = app.modules.get(name);
  if (!module) {
    const pipeline = name.replace(/^pipeline:/, '');
    if (app.pipelineNames.has(pipeline)) add({ pipeline });
    else
      checker.error('unknown_module', `No module and no pipeline is named "${name}".`, place, didYouMean(name, [...app.modules.names(), ...app.pipelineNames]));
    return;
  }
  app.handling.add(module.name);
  const target = answering(app, module, route);
  if (target) add(target);
  else if (module.facts) {
    const hint = 'Name a module such as http.handler or api.handler, or give the route steps.';
    checker.error('invalid_value', `"${name}" is a ${module.type}, and does not answer requests.`, place, hint);
  }
}

/** How the module answers a route: at the door, or by a pipeline. `undefined`: it does not. */
export function answering(app: Application, module: Module, route: Mount): RouteTarget | undefined {
  const chain = app.chain(module, route);
  if (chain !== undefined) return { pipeline: chain };
  if (module.facts?.lower) {
    const pipeline = requestPipeline(app, module, route);
    if (pipeline !== undefined) return { pipeline };
  }
  if (!module.facts?.door) return undefined;
  addDoor(app, module);
  return { door: module.name };
}

export function addDoor(app: Application, module: Module): void {
  const use = app.modules.use(module, 'request');
  const document = module.facts?.document?.(use);
  const config = { ...module.settings, ...module.facts?.around?.(use) };
  app.doors[module.name] = { type: module.type, config, ...(document === undefined ? {} : { document }) };
}

/** The modules in front of a route. */
export function middlewares(app: Application, place: Place | undefined): { middlewares?: string[] } {
  if (!place) return {};
  const { checker } = app;
  const nodes = place.node.kind === 'scalar' ? [place.node] : (checker.list(place, 'middlewares') ?? []);
  const names: string[] = [];
  nodes.forEach((node, index) => {
    const at = { ...place, node, path: place.node.kind === 'scalar' ? place.path : `${place.path}[${index}]` };
    const name = checker.text(at, 'A middleware');
    const module = name === undefined ? undefined : app.modules.get(name);
    if (name === undefined) return;
    if (!module) checker.error('unknown_module', `No module is named "${name}".`, at, didYouMean(name, app.modules.names()));
    else if (module.facts && !module.facts.guard) {
      checker.error(
        'invalid_value',
        `"${name}" is a ${module.type}, and cannot stand in front of a route.`,
        at,
        'Name modules of the types http.middleware.*, or auth.jwt.',
      );
    } else if (module.facts) {
      addDoor(app, module);
      names.push(name);
    }
  });
  return names.length > 0 ? { middlewares: names } : {};
}

/** `triggers.http.routes[]`: each starts a pipeline by its name, or an action of a workflow. */
export function compileTriggerRoutes(app: Application, http: Place): void {
  const { checker, table } = app;
  eachRoute(checker, http, 'triggers.http', TRIGGER_ROUTE_KEYS, (place, route, path, section) => {
    const at = (key: string) => checker.given(route, place.path, key);
    const guards = middlewares(app, at('middlewares'));
    const prefix = routerPrefix(app, checker.given(section, http.path, 'router'));
    const method = at('method');
    const answered = table.routes.find((each) => each.path === table.spelling(path, prefix) && each.method === methodText(method, 'POST'));
    // The older generation writes a route twice: what answers it, and what it sets going. The module that answers has been told.
    if (answered?.pipeline !== undefined && !app.pipelineNames.has(answered.pipeline) && at('workflow')) return;
    const known: WorkflowAction = {
      place,
      keys: TRIGGER_ROUTE_KEYS,
      map: route,
      type: 'http',
      name: routeName(methodText(method, 'POST'), table.spelling(path, prefix)),
    };
    const pipeline = workflowAction(app, known);
    if (pipeline === undefined) return;
    table.add({ pipeline, ...guards }, method, path, 'POST', prefix);
  });
}

/** What a route listens to, for its name and the trigger's settings. */
function methodText(method: Place | undefined, fallback = 'GET'): string {
  const nodes = method === undefined ? [] : method.node.kind === 'seq' ? method.node.items : [method.node];
  const verbs = nodes.map((node) => (node.kind === 'scalar' ? String(node.value).toUpperCase() : '')).filter((verb) => verb !== '');
  return verbs.length > 0 ? verbs.join(',') : fallback;
}
