/**
 * The sections of a document, in the order in which they need each other: what producers and triggers say about modules,
 * then pipelines, then what the workflows and triggers wire to them, then what modules bring along by themselves.
 */
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { ResourceMapping } from '#contracts/module';
import { type Application, subscribe } from '#language/application';
import { checkCondition } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { compileActors } from '#language/compile-actors';
import { isPart } from '#language/compile-chains';
import { compileEventPatterns } from '#language/compile-event-patterns';
import { compileIntegration } from '#language/compile-integration';
import { compileMachines } from '#language/compile-machines';
import { checkTopic, compileEventTriggers, compileHandlerModules, compileSubscriptions, readProducers, triggerTopics } from '#language/compile-messaging';
import { checkPipelineName, compilePipeline, compileSteps } from '#language/compile-pipeline';
import { compileHttpRoutes, compileTriggerRoutes } from '#language/compile-routes';
import { compileScheduler, compileScheduleTriggers, schedule, timing } from '#language/compile-schedule';
import { TRIGGER_SECTIONS, WORKFLOW_SECTIONS } from '#language/dialect';
import { stepsAt } from '#language/plain';
import { addDoor, answering, middlewares, routerPrefix } from '#language/route-modules';
import { prefixed } from '#language/route-table';
import { type MapNode, toJson } from '#language/source';

export function compileSections(app: Application, root: MapNode): void {
  const { checker } = app;
  const workflows = section(checker, root, 'workflows', WORKFLOW_SECTIONS);
  const triggers = section(checker, root, 'triggers', TRIGGER_SECTIONS);
  const messaging = workflows.get('messaging');
  if (messaging) readProducers(app, messaging);
  app.modules.watches = workflows.has('event');
  readTriggerActions(app, triggers.get('http'));
  pipelines(app, root);
  each(workflows, 'integration', (place) => compileIntegration(app, place));
  each(workflows, 'http', (place) => compileHttpRoutes(app, place));
  each(workflows, 'messaging', (place) => compileSubscriptions(app, place));
  each(workflows, 'event', (place) => compileEventPatterns(app, place));
  each(workflows, 'scheduler', (place) => compileScheduler(app, place));
  each(workflows, 'statemachine', (place) => compileMachines(app, place));
  each(workflows, 'actors', (place) => compileActors(app, place));
  each(triggers, 'http', (place) => compileTriggerRoutes(app, place));
  each(triggers, 'event', (place) => compileEventTriggers(app, place));
  each(triggers, 'schedule', (place) => compileScheduleTriggers(app, place));
  const scheduler = checker.given(root, '', 'scheduler');
  if (scheduler) compileScheduler(app, scheduler);
  compileHandlerModules(app);
  moduleRoutes(app);
  mounts(app);
  unanswered(app);
  reverseProxy(app, root);
  nameTriggers(app);
}

function each(sections: ReadonlyMap<string, Place>, key: string, see: (place: Place) => void): void {
  const place = sections.get(key);
  if (place) see(place);
}

function section(checker: Checker, root: MapNode, key: string, known: ReadonlySet<string>): Map<string, Place> {
  const place = checker.given(root, '', key);
  const map = place && checker.map(place, key);
  const found = new Map<string, Place>();
  for (const entry of map?.entries.values() ?? []) {
    if (known.has(entry.key)) found.set(entry.key, { node: entry.value, path: `${key}.${entry.key}`, keyRange: entry.keyRange });
    else checker.unknownKey(entry, key, known, key);
  }
  return found;
}

/** Names of state machines with their transitions; what is wrong with them is said where they are compiled. */
export function machinesOf(root: MapNode): Map<string, Set<string>> {
  const machines = new Map<string, Set<string>>();
  const { definitions } = stateMachineSection(root);
  for (const one of Array.isArray(definitions) ? definitions : []) {
    if (isJsonObject(one) && typeof one.name === 'string') machines.set(one.name, new Set(isJsonObject(one.transitions) ? Object.keys(one.transitions) : []));
  }
  return machines;
}

/** By resource. A mapping may name the engine instead of a machine: that is its machine, where it has one only. */
export function resourceMappingsOf(root: MapNode): Map<string, ResourceMapping> {
  const { engine, resourceMappings } = stateMachineSection(root);
  const machines = [...machinesOf(root).keys()];
  const mappings = new Map<string, ResourceMapping>();
  for (const one of Array.isArray(resourceMappings) ? resourceMappings : []) {
    if (!isJsonObject(one) || typeof one.resourceType !== 'string') continue;
    const machine = machines.find((name) => name === one.stateMachine) ?? (one.stateMachine === engine && machines.length === 1 ? machines[0] : undefined);
    if (machine === undefined) continue;
    mappings.set(one.resourceType, { machine, ...(typeof one.instanceIDKey === 'string' ? { id_field: one.instanceIDKey } : {}) });
  }
  return mappings;
}

function stateMachineSection(root: MapNode): JsonObject {
  const workflows = root.entries.get('workflows')?.value;
  const written = workflows?.kind === 'map' ? workflows.entries.get('statemachine')?.value : undefined;
  const section = written ? toJson(written) : undefined;
  return isJsonObject(section) ? section : {};
}

/** A route of `triggers.http` that is also one of `workflows.http`: the module that answers it hears what to set going. */
function readTriggerActions(app: Application, place: Place | undefined): void {
  const written = place && (toJson(place.node) as JsonObject | null);
  for (const route of isJsonObject(written) && Array.isArray(written.routes) ? written.routes : []) {
    if (!isJsonObject(route) || typeof route.workflow !== 'string' || typeof route.action !== 'string' || typeof route.path !== 'string') continue;
    const key = `${String(route.method ?? 'POST').toUpperCase()} ${route.path}`;
    app.modules.actions.set(key, [...(app.modules.actions.get(key) ?? []), { workflow: route.workflow, action: route.action }]);
  }
}

function pipelines(app: Application, root: MapNode): void {
  const { checker } = app;
  const place = checker.given(root, '', 'pipelines');
  const map = place && checker.map(place, 'pipelines');
  for (const entry of map?.entries.values() ?? []) {
    const at: Place = { node: entry.value, path: `pipelines.${entry.key}`, keyRange: entry.keyRange };
    const named = checkPipelineName(checker, entry.key, at);
    const compiled = compilePipeline(checker, at, entry.key, app);
    if (!compiled || !named) continue;
    app.pipelines.set(entry.key, compiled);
    started(app, entry.key, at, compiled.trigger);
  }
}

/** What the trigger of a pipeline means outside of it: a route, a subscription, a schedule. */
function started(app: Application, pipeline: string, at: Place, trigger: NonNullable<ReturnType<typeof compilePipeline>>['trigger']): void {
  const { checker, table } = app;
  const { type, config, places } = trigger;
  if ((type === 'http' || type === 'webhook') && trigger.path) {
    const guards = middlewares(app, places?.get('middlewares'));
    table.add({ pipeline, ...guards }, trigger.method, trigger.path, 'POST', routerPrefix(app, places?.get('router')));
  }
  if (type === 'event' || type === 'eventbus') {
    const filterPlace = places?.get('filter');
    const filter = filterPlace && checkCondition(checker, filterPlace, undefined);
    const named = places?.get('subscription');
    const name = named && checker.text(named, 'subscription');
    const topics = triggerTopics(config);
    const where = places?.get('topic') ?? places?.get('event') ?? at;
    if (topics.length === 0) {
      const hint = 'Write: trigger: {type: event, topic: order.created}';
      checker.report.error('missing_key', 'A trigger of type event needs a topic.', `${at.path}.trigger.topic`, at.keyRange, hint);
    }
    for (const topic of topics) {
      const shared = name === undefined ? {} : { name };
      if (checkTopic(checker, where, topic)) subscribe(app, { topic, pipeline, ...(filter === undefined ? {} : { filter }), ...shared });
    }
  }
  if (type === 'schedule' || type === 'cron') {
    const time = timing(checker, (key) => places?.get(key), { ...at, path: `${at.path}.trigger` });
    if (time) schedule(app, pipeline, pipeline, time, isJsonObject(config.params) ? config.params : undefined);
  }
}

/** Operations of a description that pipelines of the document answer; where it asks for that, the description stands in front of them. */
function moduleRoutes(app: Application): void {
  for (const module of app.modules.all()) {
    for (const { pipeline, guarded, ...route } of module.facts?.routes?.(app.modules.use(module, 'request')) ?? []) {
      if (pipeline !== undefined && !app.table.isTaken(route)) app.table.mount({ pipeline: answeringPipeline(app, pipeline, module.at) }, route, module.at);
      if (guarded && app.table.guard(route, module.name)) addDoor(app, module);
    }
  }
}

/**
 * The pipeline, or where it never answers, one of the same steps that ends with an answer: of the status, headers and
 * body that its steps have set as response_status, response_headers and response_body.
 */
function answeringPipeline(app: Application, name: string, place: Place): string {
  const known = app.pipelines.get(name);
  // Behind blocks there is no place for a further step.
  if (!known || known.pipeline.main !== undefined || known.pipeline.nodes.some((node) => node.kind === 'activity' && node.responds)) return name;
  const own = `${name}-answer`;
  if (app.pipelines.has(own)) return own;
  const answer = {
    name: 'description-answer',
    type: 'step.raw_response',
    config: { status_from: 'response_status', content_type: CONTENT_TYPE, body_from: 'response_body' },
  };
  const [last] = compileSteps(app.checker, stepsAt(place, [answer]), own, { type: 'http', config: {} }, app).pipeline.nodes;
  if (!last) return name;
  const nodes = [...known.pipeline.nodes, { ...last, index: known.pipeline.nodes.length }];
  app.pipelines.set(own, { ...known, pipeline: { ...known.pipeline, name: own, trigger: { type: 'http', config: {} }, nodes } });
  return own;
}

const CONTENT_TYPE = '{{ coalesce (index .response_headers "Content-Type") "application/json" }}';

/** Routes that modules have by themselves, and handlers that carry their path in their settings. */
function mounts(app: Application): void {
  const prefix = routerPrefix(app, undefined);
  for (const module of app.modules.all()) {
    if (isPart(module) || app.handling.has(module.name) || isTarget(app, module.name)) continue;
    for (const { method, path } of module.facts?.mounts?.(module.settings, app.modules.use(module, 'request')) ?? []) {
      // A module at the door says where it stands; only a handler's path is below its router's.
      const route = { method, path: module.facts?.lower ? prefixed(path, prefix) : path };
      if (app.table.isTaken(route)) continue;
      const target = answering(app, module, route);
      if (target) app.table.mount(target, route, module.at);
    }
  }
}

/** Operations of a description that nothing answers: their module says so to whoever calls them, and here to who deploys them. */
function unanswered(app: Application): void {
  for (const module of app.modules.all()) {
    const operations = module.facts?.routes?.(app.modules.use(module, 'request')) ?? [];
    const open = operations.filter((route) => !app.table.isTaken(route));
    for (const { method, path } of open) app.table.mount({ door: module.name }, { method, path }, module.at);
    if (open.length === 0) continue;
    addDoor(app, module);
    const named = open.slice(0, 3).map(({ method, path, name }) => `${method} ${path}${name === undefined ? '' : ` (${name})`}`);
    const more = open.length > named.length ? `, and ${open.length - named.length} more` : '';
    app.checker.report.warn(
      'unanswered_operation',
      `No pipeline answers ${named.join(', ')}${more} of the description: whoever asks gets 501.`,
      module.at.path,
      module.at.keyRange,
      'Write a pipeline with the name of the operationId, or name one in the description: x-pipeline: my-pipeline.',
    );
  }
}

/** A module that a chain of modules leads to is not an entrance of its own. */
function isTarget(app: Application, name: string): boolean {
  return app.modules.all().some((module) => isPart(module) && isJsonObject(module.config.routes) && Object.values(module.config.routes).includes(name));
}

/** The section `reverseproxy` is the configuration of the module of that type. */
function reverseProxy(app: Application, root: MapNode): void {
  const { checker } = app;
  const place = checker.given(root, '', 'reverseproxy');
  if (place && app.modules.ofType('reverseproxy').length === 0) {
    checker.report.warn(
      'no_effect_here',
      'No module of the type reverseproxy uses this section.',
      place.path,
      place.keyRange,
      'Add a module: {name: proxy, type: reverseproxy}.',
    );
  }
}

/** What the pages show as the trigger of a pipeline that was made for a module. */
function nameTriggers(app: Application): void {
  for (const { pipeline } of app.pipelines.values()) {
    if (pipeline.trigger.type !== 'manual' || app.pipelineNames.has(pipeline.name)) continue;
    const topics = app.subscriptions.filter((each) => each.pipeline === pipeline.name).map((each) => each.topic);
    const times = app.schedules.filter((each) => each.pipeline === pipeline.name);
    if (topics.length > 0) pipeline.trigger = { type: 'event', config: { topics } };
    else if (times.length > 0)
      pipeline.trigger = { type: 'schedule', config: { ...(times[0]!.cron ? { cron: times[0]!.cron } : { every: `${times[0]!.every_ms}ms` }) } };
  }
}
