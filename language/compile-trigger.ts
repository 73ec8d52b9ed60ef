/** The trigger of a pipeline: its settings, under `config` or beside `type`. */
import type { Pipeline } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import type { Checker, Place } from '#language/checker';
import { TRIGGERS } from '#language/dialect';
import { didYouMean, nearest } from '#language/nearest';
import { type MapNode, toJson } from '#language/source';

export interface TriggerInfo {
  type: Pipeline['trigger']['type'];
  config: JsonObject;
  /** Where its path and method stand, for diagnostics about the route. */
  path?: Place;
  method?: Place;
  /** Where each of its settings stands. */
  places?: ReadonlyMap<string, Place>;
}

/** Settings under `config` or beside `type`. */
export function compileTrigger(checker: Checker, map: MapNode, place: Place): TriggerInfo {
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
  if ((type === 'http' || type === 'webhook') && !info.path && !misspelt.has('path')) {
    checker.report.error(
      'missing_key',
      `A trigger of type ${type} needs a path.`,
      `${given.path}.path`,
      typePlace.keyRange,
      `Write path: /${type === 'webhook' ? 'webhooks/name' : 'orders'}, for instance.`,
    );
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

/** `trigger: manual`. */
function bareTrigger(checker: Checker, place: Place, text: string): TriggerInfo {
  const known = Object.hasOwn(TRIGGERS, text) ? TRIGGERS[text] : undefined;
  if (!known) {
    checker.error('invalid_value', `"${text}" is not a type of trigger.`, place, didYouMean(text, Object.keys(TRIGGERS)));
    return { type: 'manual', config: {} };
  }
  if (known.type === 'http')
    checker.error('missing_key', 'A trigger of type http needs a path.', place, 'Write: trigger: {type: http, path: /orders, method: POST}');
  return { type: known.type, config: {} };
}
