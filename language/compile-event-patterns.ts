/** `workflows.event`: patterns over several events, and the handlers that a match starts. */
import type { EventPattern } from '#contracts/definition';
import { type Application, messageTarget, moduleAt } from '#language/application';
import type { Checker, Place } from '#language/checker';
import { ADAPTER_KEYS, EVENT_SECTION_KEYS, PATTERN_HANDLER_KEYS, PATTERN_KEYS } from '#language/dialect';
import { eachItem, type ItemShape, required } from '#language/each-item';
import { didYouMean } from '#language/nearest';
import type { MapNode } from '#language/source';

const PATTERN: ItemShape = { keys: PATTERN_KEYS, what: 'a pattern' };
const HANDLER: ItemShape = { keys: PATTERN_HANDLER_KEYS, what: 'a handler' };
const ADAPTER: ItemShape = { keys: ADAPTER_KEYS, what: 'an adapter' };
const MAX_WINDOW_MS = 24 * 3_600_000;
const MAX_OCCURS = 1000;

export function compileEventPatterns(app: Application, section: Place): void {
  const { checker } = app;
  const map = checker.map(section, 'workflows.event');
  if (!map) return;
  checker.keys(map, section.path, EVENT_SECTION_KEYS, 'workflows.event');
  const processor = checker.given(map, section.path, 'processor');
  if (processor) moduleAt(app, processor, 'processor');
  const correlate = adapters(app, map, section);
  const patterns = new Map<string, Omit<EventPattern, 'pipeline'>>();
  eachItem(checker, map, section.path, 'patterns', PATTERN, (place, item) => {
    const pattern = patternOf(checker, place, item, correlate);
    if (!pattern) return;
    if (patterns.has(pattern.id))
      checker.report.error(
        'duplicate_name',
        `A pattern "${pattern.id}" exists already.`,
        `${place.path}.patternId`,
        place.keyRange,
        `Give it another patternId, such as ${pattern.id}-2.`,
      );
    patterns.set(pattern.id, pattern);
  });
  const handled = new Set<string>();
  eachItem(checker, map, section.path, 'handlers', HANDLER, (place, item) => {
    const idPlace = required(checker, place, item, 'patternId', 'a pattern', PATTERN_KEYS);
    const handler = required(checker, place, item, 'handler', 'a handler', HANDLER.keys);
    const id = idPlace && checker.text(idPlace, 'patternId');
    if (!handler || id === undefined || !idPlace) return;
    const pattern = patterns.get(id);
    if (!pattern) {
      checker.error('invalid_value', `No pattern has the id "${id}".`, idPlace, didYouMean(id, patterns.keys()));
      return;
    }
    const pipeline = messageTarget(app, handler, 'handler');
    if (pipeline === undefined) return;
    handled.add(id);
    app.patterns.push({ ...pattern, pipeline });
  });
  for (const id of patterns.keys())
    if (!handled.has(id)) checker.warn('no_effect_here', `Nothing handles the pattern "${id}".`, section, 'Add it under handlers.');
}

/** Which fields of an event's data say what belongs together, by topic. */
function adapters(app: Application, map: MapNode, section: Place): { [topic: string]: string[] } {
  const { checker } = app;
  const correlate: { [topic: string]: string[] } = {};
  eachItem(checker, map, section.path, 'adapters', ADAPTER, (place, item) => {
    const broker = checker.given(item, place.path, 'broker');
    if (broker) moduleAt(app, broker, 'broker');
    const keys = ['correlIdKey', 'sourceIdKey'].flatMap((key) => {
      const at = checker.given(item, place.path, key);
      const text = at && checker.text(at, key);
      return text === undefined ? [] : [text];
    });
    const topics = required(checker, place, item, 'topics', 'an adapter', ADAPTER_KEYS);
    for (const node of (topics && checker.list(topics, 'topics')) ?? []) if (node.kind === 'scalar') correlate[String(node.value)] = keys;
  });
  return correlate;
}

function patternOf(checker: Checker, place: Place, item: MapNode, correlate: { [topic: string]: string[] }): Omit<EventPattern, 'pipeline'> | undefined {
  const at = (key: string) => checker.given(item, place.path, key);
  const idPlace = required(checker, place, item, 'patternId', 'a pattern', PATTERN_KEYS);
  const typesPlace = required(checker, place, item, 'eventTypes', 'a pattern', PATTERN_KEYS);
  const id = idPlace && checker.text(idPlace, 'patternId');
  const types = ((typesPlace && checker.list(typesPlace, 'eventTypes')) ?? []).flatMap((node) =>
    node.kind === 'scalar' && node.value !== null ? [String(node.value)] : [],
  );
  const windowPlace = at('windowTime');
  const window = windowPlace ? checker.duration(windowPlace, 'windowTime', MAX_WINDOW_MS) : 5 * 60_000;
  const conditionPlace = at('condition');
  const condition = conditionPlace ? checker.choice(conditionPlace, 'condition', ['count', 'sequence'] as const) : 'count';
  const number = (key: string, fallback: number) => {
    const found = at(key);
    return found ? (checker.whole(found, key, 0, MAX_OCCURS) ?? fallback) : fallback;
  };
  const orderPlace = at('orderMatters');
  const extra = at('extraParams');
  if (extra)
    checker.warn(
      'no_effect_here',
      '"extraParams" of a pattern has no effect here.',
      extra,
      'Say with minOccurs, maxOccurs, windowTime and orderMatters what is to match.',
    );
  const min = Math.max(1, number('minOccurs', 1));
  const max = number('maxOccurs', 0);
  const ordered = orderPlace ? (checker.flag(orderPlace, 'orderMatters') ?? false) : false;
  if (typesPlace && types.length === 0)
    checker.error('invalid_value', 'A pattern needs event types.', typesPlace, 'Write eventTypes: [order.created], for instance.');
  if (max > 0 && max < min)
    checker.report.error(
      'invalid_value',
      'maxOccurs is below minOccurs: the pattern never matches.',
      `${place.path}.maxOccurs`,
      place.keyRange,
      'Raise maxOccurs to minOccurs or above, or take it out.',
    );
  if (id === undefined || types.length === 0 || window === undefined || condition === undefined) return undefined;
  const mine = Object.fromEntries(types.flatMap((type) => (Object.hasOwn(correlate, type) ? [[type, correlate[type]!]] : [])));
  return { id, event_types: types, window_ms: window, condition, min, max, ordered, correlate_by: mine };
}
