/**
 * The type of a step and its settings, from where they are written to where they belong.
 *
 * Invariants
 * 1. Nothing here knows a step type by name; everything comes from its facts.
 * 2. Policy that stands inside `config` is taken out of it before the schema sees it.
 */
import type { StepFacts } from '#contracts/step';
import { emptyMap } from '#language/check-config';
import { type Checker, isNull, type Place } from '#language/checker';
import { POLICY_IN_CONFIG, REFUSED_STEPS } from '#language/dialect';
import { didYouMean, nearest } from '#language/nearest';
import { replacementOf, schemaShape } from '#language/schema-facts';
import type { Entry, MapNode } from '#language/source';

/** What is known of the type that is named; nothing, and a word of it, where there is none. */
export function stepFacts(checker: Checker, place: Place, map: MapNode): StepFacts | undefined {
  const type = checker.given(map, place.path, 'type');
  if (!type) {
    checker.report.error('missing_key', 'A step needs a type.', `${place.path}.type`, firstKey(map, place), 'For example: type: step.set');
    return undefined;
  }
  const text = checker.text(type, 'type');
  if (text === undefined) return undefined;
  const facts = checker.catalogs.steps.get(text);
  const refused = Object.hasOwn(REFUSED_STEPS, text) ? REFUSED_STEPS[text] : undefined;
  if (!facts && refused) checker.error('unknown_step_type', `${text} cannot run here: ${refused.why}.`, type, refused.instead);
  else if (!facts) checker.error('unknown_step_type', `Unknown step type "${text}".`, type, didYouMean(text, checker.catalogs.steps.keys()));
  return facts;
}

function firstKey(map: MapNode, place: Place) {
  return (map.entries.values().next().value as Entry | undefined)?.keyRange ?? place.keyRange;
}

/** `config` with what stands beside it, and the policy keys that stand inside it. */
export interface Settings {
  place: Place;
  map: MapNode;
  policy: Map<string, Entry>;
  /** `config` is no mapping; that has been said. */
  broken: boolean;
}

/** What a step or a compensation is given; what is misplaced or unknown is said. `known`: the keys beside `config`. */
export function settings(checker: Checker, place: Place, map: MapNode, facts: StepFacts | undefined, known: ReadonlySet<string>, what: string): Settings {
  const shape = facts && schemaShape(facts.schema);
  // Without a config its misspelt key is read as it was meant; that it is unknown is said below.
  const given =
    checker.entry(map, place.path, 'config') ?? (facts && checker.meant(map, place.path, new Set([...known, ...Object.keys(shape ?? {})]), 'config'));
  const configPlace: Place = given ?? {
    node: emptyMap(place),
    path: `${place.path}.config`,
    keyRange: map.entries.get('type')?.keyRange ?? firstKey(map, place),
  };
  const written = given ? checker.map(given, 'config') : undefined;
  const entries = new Map(written?.entries);
  const policy = new Map<string, Entry>();
  for (const key of POLICY_IN_CONFIG) {
    const entry = entries.get(key);
    if (!entry || (shape && Object.hasOwn(shape, key))) continue;
    policy.set(key, entry);
    entries.delete(key);
  }
  for (const entry of map.entries.values()) {
    const path = `${place.path}.${entry.key}`;
    if (isOwnTimeout(entry, facts)) {
      checker.report.warn(
        'misplaced_setting',
        `"${entry.key}" is a setting of a step that waits and belongs under config.`,
        path,
        entry.keyRange,
        `Write config: {${entry.key}: …}.`,
      );
      if (!entries.has(entry.key)) entries.set(entry.key, entry);
      continue;
    }
    if (known.has(entry.key)) continue;
    if (POLICY_IN_CONFIG.includes(entry.key)) policy.set(entry.key, entry);
    else if (shape && Object.hasOwn(shape, entry.key) && !entries.has(entry.key)) {
      checker.report.warn(
        'misplaced_setting',
        `"${entry.key}" is a setting of the step and belongs under config.`,
        path,
        entry.keyRange,
        `Write config: {${entry.key}: …}.`,
      );
      entries.set(entry.key, entry);
    } else if (!facts) {
      // Of a step whose type is not known its settings are not either; what stands for a key that every step needs is.
      const meant = nearest(entry.key, known);
      if ((meant === 'name' || meant === 'type') && !map.entries.has(meant)) checker.unknownKey(entry, place.path, known, what);
    } else checker.unknownKey(entry, place.path, [...known, ...Object.keys(shape ?? {})], what);
  }
  if (facts) renameDeprecated(checker, configPlace, entries, facts);
  return {
    place: configPlace,
    map: { kind: 'map', range: configPlace.node.range, entries },
    policy,
    broken: given !== undefined && written === undefined && !isNull(given.node),
  };
}

/** How long a step waits for others is its own affair: the bound of a call does not hold for it. */
function isOwnTimeout(entry: Entry, facts: StepFacts | undefined): boolean {
  return entry.key === 'timeout' && facts?.waits !== undefined;
}

/** Older spellings of a setting (`status_code` for `status`) are accepted, with a word. */
function renameDeprecated(checker: Checker, place: Place, entries: Map<string, Entry>, facts: StepFacts): void {
  for (const entry of [...entries.values()]) {
    const use = replacementOf(facts.schema, entry.key);
    if (use === undefined) continue;
    checker.report.warn('renamed_key', `"${entry.key}" is called "${use}" here.`, `${place.path}.${entry.key}`, entry.keyRange, `Write ${use}: in its place.`);
    if (entries.has(use)) continue;
    entries.delete(entry.key);
    entries.set(use, { ...entry, key: use });
  }
}
