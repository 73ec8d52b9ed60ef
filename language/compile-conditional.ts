/**
 * The body of a step that chooses the next one: `field` or `expression` with `routes` (and `default`), or
 * `if` / `then` / `else`.
 */
import type { ConditionalNode } from '#contracts/graph';
import type { JsonObject } from '#contracts/json';
import { checkCondition, checkPath, checkTemplate } from '#language/check-text';
import { type Checker, isNull, type Place } from '#language/checker';
import { CONDITIONAL_KEYS } from '#language/dialect';
import { didYouMean } from '#language/nearest';
import { parsePath } from '#language/path';
import type { PipelineScope } from '#language/pipeline-scope';
import { type MapNode, type ScalarNode, toJson } from '#language/source';
import { isDynamic } from '#language/templates/lexer';

type Body = Pick<ConditionalNode, 'config' | 'select' | 'routes' | 'default'>;

export function compileConditional(checker: Checker, place: Place, map: MapNode, index: number, scope: PipelineScope): Body | undefined {
  checker.keys(map, place.path, CONDITIONAL_KEYS, 'config of a conditional');
  const at = (key: string) => checker.given(map, place.path, key);
  const config = toJson(map) as JsonObject;
  const field = at('field');
  const value = at('expression');
  const test = at('if');
  const given = [field, value, test].filter((choice) => choice !== undefined);
  if (given.length > 1) {
    const second = given[1]!;
    checker.report.error(
      'invalid_value',
      'A conditional has "field" with "routes", or "if" with "then": one of them.',
      second.path,
      second.keyRange,
      `Take "${second.path.split('.').at(-1)}" out, or the other form.`,
    );
    return undefined;
  }
  if (test) return byExpression(checker, place, map, test, index, scope, config);
  if (field ?? value) return byValue(checker, place, map, (field ?? value)!, scope, config);
  if (['field', 'expression', 'if'].some((key) => checker.meant(map, place.path, CONDITIONAL_KEYS, key))) return undefined;
  checker.report.error(
    'missing_key',
    'A conditional needs "field" with "routes", or "if" with "then".',
    place.path,
    place.keyRange,
    'Write field: steps.check.ok with routes: {"true": go-on}, or if: "steps.check.ok" with then: go-on.',
  );
  return undefined;
}

/** `chooses` of its facts: a flag decides, and each side is a step, or the next one. */
export function compileGate(
  checker: Checker,
  place: Place,
  map: MapNode,
  index: number,
  scope: PipelineScope,
  chooses: { yes: string; no: string },
): Body | undefined {
  const config = toJson(map) as JsonObject;
  const next = index + 1 < scope.names.size ? index + 1 : undefined;
  const side = (key: string) => {
    const at = checker.given(map, place.path, key);
    if (at) return target(checker, at, scope);
    if (next === undefined)
      checker.report.error(
        'missing_key',
        `No step follows, so "${key}" must be given.`,
        `${place.path}.${key}`,
        place.keyRange,
        'Name a step of this pipeline, or add a step after this one.',
      );
    return next;
  };
  const yes = side(chooses.yes);
  const no = side(chooses.no);
  for (const key of ['flag', 'user']) {
    const at = checker.given(map, place.path, key);
    if (at?.node.kind === 'scalar') checkTemplate(checker, { path: at.path, node: at.node }, scope.steps);
  }
  const { flag, user } = config;
  if (yes === undefined || no === undefined || typeof flag !== 'string') return undefined;
  const asked = user === undefined || user === null ? {} : { user: String(user) };
  return { config, select: { by: 'flag', flag, ...asked }, routes: { true: yes, false: no } };
}

function byExpression(checker: Checker, place: Place, map: MapNode, test: Place, index: number, scope: PipelineScope, config: JsonObject): Body | undefined {
  for (const key of ['routes', 'default', 'cases']) {
    const entry = map.entries.get(key);
    if (entry)
      checker.report.error('invalid_value', `"${key}" belongs to a conditional with "field".`, `${place.path}.${key}`, entry.keyRange, 'Write then and else.');
  }
  const expression = checkCondition(checker, test, scope.steps);
  const thenPlace = checker.given(map, place.path, 'then');
  const elsePlace = checker.given(map, place.path, 'else');
  if (!thenPlace && !elsePlace) {
    if (checker.meant(map, place.path, CONDITIONAL_KEYS, 'else')) return undefined;
    checker.report.error('missing_key', 'The key "then" is missing.', `${place.path}.then`, test.keyRange, 'Write then: and the name of the step to go to.');
    return undefined;
  }
  // The side that is not given goes on with the next step.
  const next = [...scope.names.values()].includes(index + 1) ? index + 1 : undefined;
  const yes = thenPlace ? target(checker, thenPlace, scope) : next;
  const no = elsePlace ? target(checker, elsePlace, scope) : next;
  if ((!thenPlace || !elsePlace) && next === undefined) {
    const missing = thenPlace ? 'else' : 'then';
    checker.report.error(
      'missing_key',
      `No step follows, so "${missing}" must be given.`,
      `${place.path}.${missing}`,
      test.keyRange,
      'Name a step of this pipeline, or add a step after this one.',
    );
  }
  if (expression === undefined || yes === undefined || no === undefined) return undefined;
  return { config, select: { by: 'expression', expression }, routes: { true: yes, false: no } };
}

/** What chooses: the value of `field`, a path, or of `expression`. */
export function choiceOf(checker: Checker, place: Place, map: MapNode, scope: PipelineScope): Pick<Body, 'config' | 'select'> | undefined {
  const field = checker.given(map, place.path, 'field');
  const expression = checker.given(map, place.path, 'expression');
  const chosen = field ?? expression;
  if (field && expression)
    checker.report.error(
      'invalid_value',
      'Either "field" or "expression" chooses: one of them.',
      expression.path,
      expression.keyRange,
      'Take one of them out.',
    );
  if (!chosen) {
    checker.report.error('missing_key', 'The key "field" is missing.', `${place.path}.field`, place.keyRange, 'The value at this path chooses.');
    return undefined;
  }
  const source = field ? checker.text(field, 'field') : checkCondition(checker, chosen, scope.steps);
  if (source === undefined) return undefined;
  if (!field) return { config: { expression: source }, select: { by: 'expression', expression: source } };
  if (field.node.kind === 'scalar') checkField(checker, { path: field.path, node: field.node }, source, scope);
  return { config: { field: source }, select: { by: 'field', field: source } };
}

/** By the value of `field`, a path, or of `expression`. */
function byValue(checker: Checker, place: Place, map: MapNode, chosen: Place, scope: PipelineScope, config: JsonObject): Body | undefined {
  for (const key of ['then', 'else']) {
    const entry = map.entries.get(key);
    if (entry)
      checker.report.error(
        'invalid_value',
        `"${key}" belongs to a conditional with "if".`,
        `${place.path}.${key}`,
        entry.keyRange,
        'Write routes and default.',
      );
  }
  const field = 'field' in config;
  const source = field ? checker.text(chosen, 'field') : checkCondition(checker, chosen, scope.steps);
  if (field && source !== undefined && chosen.node.kind === 'scalar') checkField(checker, { path: chosen.path, node: chosen.node }, source, scope);
  const routesPlace = checker.given(map, place.path, 'routes');
  let fallback = checker.given(map, place.path, 'default');
  const routes: { [value: string]: number } = {};
  if (!routesPlace)
    checker.report.error('missing_key', 'The key "routes" is missing.', `${place.path}.routes`, chosen.keyRange, 'Write routes: {value: step-name} below it.');
  const routesMap = routesPlace && checker.map(routesPlace, 'routes');
  for (const entry of routesMap?.entries.values() ?? []) {
    const route: Place = { node: entry.value, path: `${routesPlace!.path}.${entry.key}`, keyRange: entry.keyRange };
    if (entry.key === 'default' && !fallback) {
      fallback = route;
      continue;
    }
    const index = target(checker, route, scope);
    if (index !== undefined) routes[entry.key] = index;
  }
  const otherwise = fallback && target(checker, fallback, scope);
  checkCases(checker, checker.given(map, place.path, 'cases'), routes, fallback !== undefined);
  if (source === undefined) return undefined;
  return {
    config,
    select: field ? { by: 'field', field: source } : { by: 'expression', expression: source },
    routes,
    ...(otherwise === undefined ? {} : { default: otherwise }),
  };
}

function checkCases(checker: Checker, place: Place | undefined, routes: { [value: string]: number }, fallback: boolean): void {
  const items = (place && checker.list(place, 'cases')) ?? [];
  items.forEach((node, index) => {
    const at = { path: `${place!.path}[${index}]`, node };
    const value = checker.text({ ...place!, ...at }, 'A case');
    if (value === undefined || fallback || Object.hasOwn(routes, value)) return;
    checker.error('missing_key', `The case "${value}" has no route, and there is no default.`, at, didYouMean(value, Object.keys(routes)));
  });
}

function checkField(checker: Checker, place: { path: string; node: ScalarNode }, source: string, scope: PipelineScope): void {
  if (isDynamic(source)) {
    checkTemplate(checker, place, scope.steps);
    return;
  }
  const keys = parsePath(source);
  if (keys) checkPath(checker, place, keys, scope.steps);
  else
    checker.error(
      'invalid_path',
      `"${source}" is not a path such as steps.name.field.`,
      place,
      'Write steps.<step>.<field>, trigger.body.kind or another path of the context.',
    );
}

/** The node that a jump leads to: a step of the same lane. */
export function target(checker: Checker, place: Place, scope: PipelineScope): number | undefined {
  if (isNull(place.node)) {
    checker.report.error('missing_key', 'A step name is missing here.', place.path, place.keyRange, 'Write the name of a step of this pipeline.');
    return undefined;
  }
  const name = checker.text(place, 'A jump target');
  if (name === undefined) return undefined;
  const index = scope.names.get(name);
  if (index !== undefined) return index;
  const elsewhere = scope.around.length > 0 || scope.steps.names.has(name);
  const message = elsewhere ? `No step named "${name}" stands beside this one: a jump stays within its block.` : `No step of this pipeline is named "${name}".`;
  checker.error('unknown_target', message, place, didYouMean(name, scope.names.keys()));
  return undefined;
}
