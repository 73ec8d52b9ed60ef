/** What the bus delivers where: `workflows.messaging`, `triggers.event`, and the topics of handler modules. */
import { type Application, messagePipeline, messageTarget, subscribe } from '#language/application';
import { checkCondition } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { EVENT_TRIGGER_KEYS, MESSAGING_KEYS, PRODUCER_KEYS, SUBSCRIPTION_KEYS } from '#language/dialect';
import { eachItem } from '#language/each-item';
import { didYouMean } from '#language/nearest';
import type { MapNode, SourceNode } from '#language/source';
import { workflowAction } from '#language/workflow-action';

/** `workflows.messaging.subscriptions[]`. */
export function compileSubscriptions(app: Application, section: Place): void {
  const { checker } = app;
  const map = checker.map(section, 'workflows.messaging');
  if (!map) return;
  checker.keys(map, section.path, MESSAGING_KEYS, 'workflows.messaging');
  eachItem(checker, map, section.path, 'subscriptions', { keys: SUBSCRIPTION_KEYS, what: 'a subscription' }, (place, item) => {
    const topics = topicsOf(checker, place, item);
    const target = checker.given(item, place.path, 'handler') ?? checker.given(item, place.path, 'pipeline');
    if (!target) {
      if (!checker.meant(item, place.path, SUBSCRIPTION_KEYS, 'handler'))
        checker.report.error(
          'missing_key',
          'A subscription needs a handler.',
          `${place.path}.handler`,
          place.keyRange,
          'Write handler: and the name of a pipeline or of a messaging.handler.',
        );
      return;
    }
    const pipeline = messageTarget(app, target, 'handler');
    if (pipeline === undefined) return;
    for (const topic of topics) subscribe(app, { topic, pipeline, ...narrowing(checker, place, item, topic) });
  });
}

/** `workflows.messaging.producers[]`, read before anything is made of the modules that they name. */
export function readProducers(app: Application, section: Place): void {
  const { checker } = app;
  if (section.node.kind !== 'map') return;
  eachItem(checker, section.node, section.path, 'producers', { keys: PRODUCER_KEYS, what: 'a producer' }, (place, item) => {
    const name = checker.given(item, place.path, 'name');
    const text = name && checker.text(name, 'name');
    if (!name || text === undefined) {
      if (!name)
        checker.report.error(
          'missing_key',
          'A producer needs the name of a module.',
          `${place.path}.name`,
          place.keyRange,
          'Write name: and the name of the module that sends.',
        );
      return;
    }
    if (!app.modules.get(text)) checker.error('unknown_module', `No module is named "${text}".`, name, didYouMean(text, app.modules.names()));
    const forward = checker.given(item, place.path, 'forwardTo') ?? checker.given(item, place.path, 'forward_to');
    const topics = forward ? texts(checker, forward, 'A topic') : [];
    for (const topic of topics) checkTopic(checker, topic.place, topic.text);
    app.modules.forward.set(text, [...new Set([...(app.modules.forward.get(text) ?? []), ...topics.map((topic) => topic.text)])]);
  });
}

/** `triggers.event.subscriptions[]`: each starts a pipeline, or an action of a workflow. */
export function compileEventTriggers(app: Application, section: Place): void {
  const { checker } = app;
  const map = checker.map(section, 'triggers.event');
  if (!map) return;
  checker.keys(map, section.path, new Set(['subscriptions', 'broker']), 'triggers.event');
  eachItem(checker, map, section.path, 'subscriptions', { keys: EVENT_TRIGGER_KEYS, what: 'a subscription' }, (place, item) => {
    const topics = topicsOf(checker, place, item);
    const pipeline = workflowAction(app, { place, map: item, keys: EVENT_TRIGGER_KEYS, type: 'event', name: 'event' });
    if (pipeline === undefined) return;
    for (const topic of topics) subscribe(app, { topic, pipeline, ...narrowing(checker, place, item, topic) });
  });
}

/** Handler modules are pipelines even where nobody subscribes: a job, a hook or the API may start them. */
export function compileHandlerModules(app: Application): void {
  for (const module of app.modules.all()) {
    const { topic, topics } = module.settings;
    const own = [topic, topics].flat().filter((each): each is string => typeof each === 'string');
    if (!module.facts?.lower || own.length === 0) continue;
    const pipeline = app.chain(module, undefined) ?? messagePipeline(app, module);
    if (pipeline === undefined) continue;
    const place = { path: `${module.at.path}.config.topic`, node: module.map };
    for (const each of own) if (checkTopic(app.checker, place, each)) subscribe(app, { topic: each, pipeline });
  }
}

/** Topics of an event trigger of a pipeline, under any of the keys that are in use for it. */
export function triggerTopics(config: { [key: string]: unknown }): string[] {
  return [config.topic, config.event, config.source, config.events, config.topics].flat().filter((each): each is string => typeof each === 'string');
}

/** Names of one or more segments; `*` stands for one segment, at the end for any rest. */
export function checkTopic(checker: Checker, place: { path: string; node: SourceNode }, topic: string): boolean {
  if (/^[^\s.*#>]+$|^(?:(?:[^\s.*#>]+|\*)\.)*(?:[^\s.*#>]+|\*{1,2}|#|>)$/.test(topic) && topic.length <= 200) return true;
  checker.error('invalid_value', `"${topic}" is not a topic.`, place, 'Names with dots between them, such as order.created; order.* is all that begins so.');
  return false;
}

function topicsOf(checker: Checker, place: Place, item: MapNode): string[] {
  const given = checker.given(item, place.path, 'topic') ?? checker.given(item, place.path, 'topics') ?? checker.given(item, place.path, 'event');
  if (!given) {
    checker.report.error(
      'missing_key',
      'A subscription needs a topic.',
      `${place.path}.topic`,
      place.keyRange,
      'Write topic: order.created, for instance; order.* takes all that begin so.',
    );
    return [];
  }
  return texts(checker, given, 'A topic')
    .filter((topic) => checkTopic(checker, topic.place, topic.text))
    .map((topic) => topic.text);
}

function narrowing(checker: Checker, place: Place, item: MapNode, topic: string): { event?: string; filter?: string } {
  const event = checker.given(item, place.path, 'event');
  const name = event && checker.text(event, 'event');
  const filter = checker.given(item, place.path, 'filter');
  const condition = filter && checkCondition(checker, filter, undefined);
  return { ...(name === undefined || name === topic ? {} : { event: name }), ...(condition === undefined ? {} : { filter: condition }) };
}

function texts(checker: Checker, place: Place, what: string): { text: string; place: Place }[] {
  const nodes = place.node.kind === 'seq' ? place.node.items : [place.node];
  return nodes.flatMap((node, index) => {
    const at = { ...place, node, path: place.node.kind === 'seq' ? `${place.path}[${index}]` : place.path };
    const text = checker.text(at, what);
    return text === undefined ? [] : [{ text, place: at }];
  });
}
