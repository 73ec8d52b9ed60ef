/**
 * Where executions live: `residency` of a pipeline, and the rules of a document's `regions.data_residency`, which hold for pipelines
 * without one of their own.
 */
import { REPLICATIONS } from '#contracts/peer';
import { type ResidencyMatch, type ResidencyRule, regionOfName, TENANT_FIELDS } from '#contracts/residency';
import { checkCondition } from '#language/check-text';
import { type Checker, describe, type Place } from '#language/checker';
import { keyTemplate } from '#language/compile-policy';
import { RESIDENCY_RULE_KEYS } from '#language/dialect';
import { didYouMean } from '#language/nearest';
import { parsePath } from '#language/path';
import type { SourceNode } from '#language/source';

const MOST_RULES = 50;
/** How the name of a region is written. */
export const REGION_EXAMPLE = 'Write a region such as eu, or one of a cloud in it, such as eu-west-1.';

/** The region of each execution: a name, or a template over what starts it. */
export function residency(checker: Checker, place: Place | undefined): string | undefined {
  const text = place && keyTemplate(checker, place, 'residency', undefined)?.trim();
  if (!place || text === undefined || text.includes('{{') || text.includes('${')) return text;
  if (regionOfName(text) === undefined) {
    checker.error(
      'invalid_value',
      `"${text}" is not the name of a region.`,
      place,
      'Write a region such as eu, or a template such as "{{ .trigger.body.region }}".',
    );
    return undefined;
  }
  return existing(checker, place, text) === undefined ? undefined : text;
}

/** Rules in the order of the text; `undefined` where there are none. */
export function residencyRules(checker: Checker, place: Place): ResidencyRule[] | undefined {
  const map = checker.map(place, 'data_residency');
  if (!map) return undefined;
  if (map.entries.size > MOST_RULES)
    checker.error('too_many', `data_residency has at most ${MOST_RULES} rules.`, place, 'Put what goes to one region into one rule.');
  const rules: ResidencyRule[] = [];
  let last: string | undefined;
  for (const { key, keyRange, value } of map.entries.values()) {
    const path = `${place.path}.${key}`;
    if (last !== undefined)
      checker.report.warn('no_effect_here', `${key} is never reached: ${last} before it is for every start.`, path, keyRange, `Put it before ${last}.`);
    const rule = ruleOf(checker, { path, keyRange, node: value }, key);
    if (rule) rules.push(rule);
    if (rule && !rule.match.fields && rule.match.expression === undefined) last ??= key;
  }
  return rules.length > 0 ? rules : undefined;
}

function ruleOf(checker: Checker, place: Place, name: string): ResidencyRule | undefined {
  const map = checker.map(place, name);
  if (!map) return undefined;
  checker.keys(map, place.path, RESIDENCY_RULE_KEYS, 'a rule of data_residency');
  const at = (key: string) => checker.given(map, place.path, key);
  const [to, leaves, when, about] = [at('primary_region'), at('replication'), at('match'), at('description')];
  if (about) checker.text(about, 'description');
  if (!to)
    checker.report.error(
      'missing_key',
      `The key "primary_region" is missing in ${name}.`,
      `${place.path}.primary_region`,
      place.keyRange,
      'Write the region in which these executions live: primary_region: eu.',
    );
  const region = to && primaryRegion(checker, to);
  const replication = leaves && checker.choice(leaves, 'replication', REPLICATIONS);
  const match = when ? matchOf(checker, when, name) : {};
  if (region === undefined || !match) return undefined;
  return { name, match, region, ...(replication ? { replication } : {}) };
}

function primaryRegion(checker: Checker, place: Place): string | undefined {
  const text = checker.text(place, 'primary_region');
  if (text === undefined) return undefined;
  if (regionOfName(text) !== undefined) return existing(checker, place, text);
  checker.error('invalid_value', `"${text}" is not the name of a region.`, place, REGION_EXAMPLE);
  return undefined;
}

/** The region that the text names. Where the platform's regions are known, it is one of them. */
function existing(checker: Checker, place: Place, text: string): string | undefined {
  const region = regionOfName(text)!;
  if (!checker.regions || checker.regions.includes(region)) return region;
  const meant = region === text.toLowerCase() ? '' : ` (${text} is in ${region})`;
  checker.error('unknown_region', `This platform has no region ${region}${meant}.`, place, oneOf(checker.regions));
  return undefined;
}

/** What to write instead of a region that there is not. */
export function oneOf(regions: readonly string[]): string {
  return `Write one of ${regions.join(', ')}.`;
}

/** Fields with what they have to be, or a condition; nothing at all matches everything. */
function matchOf(checker: Checker, place: Place, rule: string): ResidencyMatch | undefined {
  if (place.node.kind === 'scalar' && typeof place.node.value !== 'string') {
    const hint = 'Write match: { country: CH }, match: \'country == "CH"\', or leave it out for every start.';
    checker.error('invalid_type', `match is fields with their values, or a condition, not ${describe(place.node)}.`, place, hint);
    return undefined;
  }
  if (place.node.kind === 'scalar') {
    const expression = checkCondition(checker, place, { names: new Set() });
    return expression === undefined ? undefined : { expression };
  }
  const map = checker.map(place, 'match');
  if (!map) return undefined;
  const fields = [...map.entries.values()].map(({ key, keyRange, value }) =>
    fieldOf(checker, { path: `${place.path}.${key}`, keyRange, node: value }, key, rule),
  );
  if (fields.some((field) => field === undefined)) return undefined;
  return fields.length > 0 ? { fields: fields.filter((field) => field !== undefined) } : {};
}

function fieldOf(checker: Checker, place: Place, key: string, rule: string): { path: string; values: string[] } | undefined {
  const keys = parsePath(key);
  const ofTenant = keys?.[0] === 'tenant';
  const path = ofTenant ? keys!.join('.') : key.trim();
  if (!keys || (ofTenant && !(TENANT_FIELDS as readonly string[]).includes(path))) {
    const message = ofTenant ? `A rule knows of the company ${TENANT_FIELDS.join(' and ')}, not "${key}".` : `"${key}" is not the path of a field.`;
    const hint = ofTenant ? didYouMean(key, TENANT_FIELDS) : 'Write trigger.body.country, for instance, or country.';
    checker.report.error('invalid_path', message, place.path, place.keyRange, hint);
    return undefined;
  }
  const values = valuesOf(checker, place, key);
  if (!values) return undefined;
  if (path !== 'tenant.region') return { path, values };
  return { path, values: values.map((value) => homeOf(checker, place, value, rule)) };
}

function valuesOf(checker: Checker, place: Place, key: string): string[] | undefined {
  if (place.node.kind === 'seq' && place.node.items.length > 0) {
    const items = place.node.items.map((node, index) => scalarOf(checker, within(place, `[${index}]`, node), key));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const value = scalarOf(checker, place, key);
  return value === undefined ? undefined : [value];
}

function scalarOf(checker: Checker, place: Place, key: string): string | undefined {
  if (place.node.kind === 'scalar' && place.node.value !== null) return checker.text(place, key);
  checker.error(
    'invalid_type',
    `${key} is to be a value, or one of a list of values, not ${describe(place.node)}.`,
    place,
    `Write ${key}: EU, or ${key}: [EU, CH].`,
  );
  return undefined;
}

/** Each company is at home in one region, so what is none is nobody's home. */
function homeOf(checker: Checker, place: Place, value: string, rule: string): string {
  const region = regionOfName(value);
  const isHome = region !== undefined && region !== 'global' && (!checker.regions || checker.regions.includes(region));
  if (!isHome)
    checker.warn(
      'no_effect_here',
      `No company is at home in "${value}", so ${rule} is for nobody: each has one region.`,
      place,
      'Name the region of the companies that are meant, or write match: {} as the last rule, for all others.',
    );
  return region ?? value;
}

/** A part of what stands at a place. */
export function within(place: Place, part: string, node: SourceNode): Place {
  return { path: `${place.path}${part}`, keyRange: place.keyRange, node };
}
