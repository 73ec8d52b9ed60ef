/**
 * A document while it is compiled: what its sections have made so far, and what they look up in each other.
 *
 * Whatever the older generation of the dialect wires up (handlers, subscriptions, jobs) becomes a pipeline here, so
 * that there is one engine only.
 */
import type { ActorPool } from '#contracts/actor';
import type { DatabaseSpec, EventPattern, ModuleSpec, Schedule, Subscription } from '#contracts/definition';
import type { Machine } from '#contracts/machine';
import type { Mount } from '#contracts/module';
import type { Checker, Place } from '#language/checker';
import { type CompiledPipeline, compileSteps, type PipelineContext } from '#language/compile-pipeline';
import type { TriggerInfo } from '#language/compile-trigger';
import type { Module, ModuleTable } from '#language/module-table';
import { didYouMean } from '#language/nearest';
import { stepsAt } from '#language/plain';
import type { Reference } from '#language/references';
import type { RouteTable } from '#language/route-table';

export interface Application extends PipelineContext {
  checker: Checker;
  modules: ModuleTable;
  pipelines: Map<string, CompiledPipeline>;
  /** Names of `pipelines` in the document, those with mistakes included. */
  pipelineNames: ReadonlySet<string>;
  table: RouteTable;
  databases: { [name: string]: DatabaseSpec };
  subscriptions: Subscription[];
  patterns: EventPattern[];
  schedules: Schedule[];
  stateMachines: { [name: string]: Machine };
  references: Reference[];
  actors: { [pool: string]: ActorPool };
  doors: { [module: string]: ModuleSpec };
  /** Pipelines of modules to which messages are handed, by module. */
  messagePipelines: Map<string, string>;
  /** Pipelines made for triggers that name a workflow and its action. */
  actionPipelines: Map<string, string>;
  /** Modules that a route of the document names. */
  handling: Set<string>;
  /** State machines of the document, with their transitions. */
  machines: ReadonlyMap<string, ReadonlySet<string>>;
  /** The pipeline of a chain of modules that begins with this one; `undefined`: none does. */
  chain(module: Module, route: Mount | undefined): string | undefined;
}

/** `GET /orders/{id}` is the pipeline `get-orders-id`. */
export function routeName(method: string, path: string): string {
  const words = `${method === '*' ? 'any' : method.toLowerCase()}/${path}`.split(/[^A-Za-z0-9_]+/).filter((word) => word !== '');
  return words.join('-').slice(0, 90);
}

export function freeName(app: Application, name: string): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!app.pipelines.has(candidate) && !app.pipelineNames.has(candidate)) return candidate;
  }
}

/** The module becomes a pipeline that answers the route. `undefined` when that has been reported. */
export function requestPipeline(app: Application, module: Module, route: Mount): string | undefined {
  const name = freeName(app, routeName(route.method, route.path));
  return lowered(app, module, name, { type: 'http', config: { method: route.method, path: route.path } }, route) ? name : undefined;
}

/** The pipeline that does the module's work with a message: one for each module, made when it is first asked for. */
export function messagePipeline(app: Application, module: Module): string | undefined {
  const known = app.messagePipelines.get(module.name);
  if (known !== undefined) return known;
  const name = freeName(app, module.name);
  app.messagePipelines.set(module.name, name);
  return lowered(app, module, name, { type: 'manual', config: {} }) ? name : undefined;
}

function lowered(app: Application, module: Module, name: string, trigger: TriggerInfo, route?: Mount): boolean {
  const result = module.facts?.lower?.(app.modules.use(module, route ? 'request' : 'message', route));
  if (!result) return false;
  for (const [database, setup] of Object.entries(result.databases ?? {})) {
    const spec = Object.hasOwn(app.databases, database) ? app.databases[database]! : { type: 'storage.sqlite' };
    app.databases[database] = { ...spec, setup: [...new Set([...(spec.setup ?? []), ...setup])] };
  }
  app.pipelines.set(name, compileSteps(app.checker, stepsAt(module.at, result.steps), name, trigger, app));
  return true;
}

/** The module that the place names, with one diagnostic when there is none. */
export function moduleAt(app: Application, place: Place, what: string): Module | undefined {
  const name = app.checker.text(place, what);
  if (name === undefined) return undefined;
  const module = app.modules.get(name);
  if (!module) app.checker.error('unknown_module', `No module is named "${name}".`, place, didYouMean(name, app.modules.names()));
  return module;
}

/** Where a message goes: to a pipeline of that name, or to the module's own. */
export function messageTarget(app: Application, place: Place, what: string): string | undefined {
  const name = app.checker.text(place, what);
  if (name === undefined) return undefined;
  const pipeline = name.replace(/^pipeline:/, '');
  if (app.pipelineNames.has(pipeline)) return pipeline;
  const module = app.modules.get(name);
  if (!module) {
    const hint = didYouMean(name, [...app.modules.names(), ...app.pipelineNames]);
    app.checker.error('unknown_module', `No module and no pipeline is named "${name}".`, place, hint);
    return undefined;
  }
  if (!module.facts?.lower) {
    app.checker.error('invalid_value', `"${name}" is a ${module.type}; messages cannot be handed to it.`, place, 'Name a messaging.handler or a pipeline.');
    return undefined;
  }
  return messagePipeline(app, module);
}

/** Once per topic and pipeline. */
export function subscribe(app: Application, subscription: Subscription): void {
  const mark = JSON.stringify(subscription);
  if (!app.subscriptions.some((each) => JSON.stringify(each) === mark)) app.subscriptions.push(subscription);
}

export function refer(app: Application, place: Place, found: (name: string) => void): void {
  const text = app.checker.text(place, 'pipeline');
  if (text === undefined) return;
  const name = text.replace(/^pipeline:/, '');
  if (app.pipelineNames.has(name)) found(name);
  else app.checker.error('unknown_pipeline', `No pipeline is named "${name}".`, place, didYouMean(name, app.pipelineNames));
}
