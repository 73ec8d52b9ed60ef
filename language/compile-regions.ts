/**
 * `regions` of a document: which executions live in which region, and what other systems want to know of each region.
 *
 * What the dialect says of a region's machines (`role`, `services`, `databases`, `brokers`) means nothing where every region is
 * whole; a document that says it is told what does that here.
 */
import { type ResidencyRule, regionOfName } from '#contracts/residency';
import type { Checker, Place } from '#language/checker';
import { oneOf, REGION_EXAMPLE, residencyRules, within } from '#language/compile-residency';
import { REGION_KEYS, REGION_ROLES } from '#language/dialect';
import type { MapNode } from '#language/source';

/** Beside the regions themselves. */
const RULES = 'data_residency';

/** Rules in the order of the text; `undefined` where there are none. */
export function compileRegions(checker: Checker, root: MapNode): ResidencyRule[] | undefined {
  const place = checker.given(root, '', 'regions');
  const map = place && checker.map(place, 'regions');
  if (!place || !map) return undefined;
  for (const { key, keyRange, value } of map.entries.values())
    if (key !== RULES) regionOf(checker, { path: `${place.path}.${key}`, keyRange, node: value }, key);
  const rules = checker.given(map, place.path, RULES);
  return rules && residencyRules(checker, rules);
}

function regionOf(checker: Checker, place: Place, name: string): void {
  const { path, keyRange } = place;
  const region = regionOfName(name);
  if (region === undefined) checker.report.error('invalid_name', `"${name}" is not the name of a region.`, path, keyRange, REGION_EXAMPLE);
  else if (checker.regions && !checker.regions.includes(region))
    checker.report.warn('no_effect_here', `This platform has no region ${region}, so nothing runs there.`, path, keyRange, oneOf(checker.regions));
  const map = checker.map(place, name);
  if (!map) return;
  checker.keys(map, path, REGION_KEYS, 'a region');
  for (const [key, instead] of Object.entries(INSTEAD)) {
    const given = checker.given(map, path, key);
    if (!given) continue;
    SHAPES[key]!(checker, given, key);
    checker.report.warn('no_effect_here', `${key} has no effect: ${instead}`, given.path, given.keyRange, 'Take it out.');
  }
}

const SHAPES: { readonly [key: string]: (checker: Checker, place: Place, key: string) => void } = {
  role: (checker, place) => void checker.choice(place, 'role', REGION_ROLES),
  services(checker, place) {
    for (const [index, node] of (checker.list(place, 'services') ?? []).entries()) checker.text(within(place, `[${index}]`, node), 'a service');
  },
  databases: names,
  brokers: names,
};

function names(checker: Checker, place: Place, key: string): void {
  for (const { key: name, value } of checker.map(place, key)?.entries.values() ?? []) checker.text(within(place, `.${name}`, value), `${key}.${name}`);
}

/** What does here what a region's own settings do elsewhere. */
const INSTEAD: { readonly [key: string]: string } = {
  role: 'no region stands behind another one. Each company has a home, chosen when it is made.',
  services: 'every region runs all services.',
  databases: 'every region has stores of its own, and none is a copy of another.',
  brokers: 'events stay on the bus of the region in which they are published.',
};
