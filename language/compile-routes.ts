/**
 * HTTP entrances: of `workflows.http.routes[]` and of `triggers.http.routes[]`.
 *
 * A handler of the older generation is a pipeline, or a module at the door; there is no third way to answer.
 */
import type { Route } from '#contracts/definition';
import type { Mount } from '#contracts/module';
import { type Application, freeName, refer, routeName } from '#language/application';
import type { Checker, Place } from '#language/checker';
import { checkPipelineName, compileSteps } from '#language/compile-pipeline';
import type { TriggerInfo } from '#language/compile-trigger';
import { HTTP_KEYS, ROUTE_KEYS, TRIGGER_ROUTE_KEYS } from '#language/dialect';
import { didYouMean } from '#language/nearest';
import { answering, middlewares, routerPrefix } from '#language/route-modules';
import type { RouteTarget } from '#language/route-table';
import type { MapNode } from '#language/source';
import { type WorkflowAction, workflowAction } from '#language/workflow-action';

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
