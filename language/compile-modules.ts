/** `modules[]`: types, settings, dependencies, and the databases that they declare. */
import type { DatabaseSpec } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import { checkConfig, eachText } from '#language/check-config';
import { checkTemplate } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { MODULE_KEYS, MODULE_KEYS_NOT_YET } from '#language/dialect';
import { didYouMean } from '#language/nearest';
import { type MapNode, toJson } from '#language/source';

/** It begins with no underscore, so that it is never a name that every object has its own meaning for. */
export const MODULE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
export const MODULE_NAME_RULE = 'letters, digits, "-", "_" and "." up to 100 characters, the first a letter or digit.';
/** Statements that make the tables of a database, in the order in which they run. */
const SETUP_KEYS = ['schema', 'setup', 'migrations'] as const;

export interface CompiledModules {
  config: JsonObject;
  databases: { [name: string]: DatabaseSpec };
}

export function compileModules(checker: Checker, place: Place | undefined): CompiledModules {
  const result: CompiledModules = { config: {}, databases: {} };
  const items = (place && checker.list(place, 'modules')) ?? [];
  const modules: { name: string; map: MapNode; at: Place }[] = [];
  const names = new Map<string, number>();
  items.forEach((node, index) => {
    const at: Place = { node, path: `${place!.path}[${index}]`, keyRange: node.range };
    const map = checker.map(at, 'A module');
    if (!map) return;
    const namePlace = checker.given(map, at.path, 'name');
    const first = map.entries.values().next().value?.keyRange ?? node.range;
    if (!namePlace) checker.report.error('missing_key', 'A module needs a name.', `${at.path}.name`, first);
    const name = namePlace && checker.text(namePlace, 'name');
    if (name !== undefined && namePlace) {
      const line = names.get(name);
      if (line !== undefined) checker.error('duplicate_name', `A module named "${name}" exists already.`, namePlace, `It is first given in line ${line}.`);
      else if (!MODULE_NAME.test(name)) checker.error('invalid_name', `"${name}" is not a module name: ${MODULE_NAME_RULE}`, namePlace);
      else names.set(name, checker.report.position(namePlace.node.range[0])[0]);
    }
    modules.push({ name: name ?? '', map, at: { ...at, keyRange: first } });
  });
  for (const module of modules) compileModule(checker, module, names, result);
  return result;
}

function compileModule(
  checker: Checker,
  { name, map, at }: { name: string; map: MapNode; at: Place },
  names: ReadonlyMap<string, number>,
  result: CompiledModules,
): void {
  for (const entry of map.entries.values()) {
    if (MODULE_KEYS_NOT_YET.has(entry.key)) checker.notYet({ path: `${at.path}.${entry.key}`, keyRange: entry.keyRange }, `"${entry.key}" of a module`);
    else if (!MODULE_KEYS.has(entry.key)) checker.unknownKey(entry, at.path, MODULE_KEYS, `module "${name}"`);
  }
  const depends = checker.given(map, at.path, 'dependsOn');
  (depends ? checker.list(depends, 'dependsOn') : undefined)?.forEach((node, index) => {
    const text = node.kind === 'scalar' ? String(node.value) : undefined;
    if (text !== undefined && names.has(text)) return;
    const place = { path: `${depends!.path}[${index}]`, node };
    checker.error('unknown_module', `No module is named "${text ?? ''}".`, place, text === undefined ? undefined : didYouMean(text, names.keys()));
  });
  const typePlace = checker.given(map, at.path, 'type');
  if (!typePlace) checker.report.error('missing_key', 'A module needs a type.', `${at.path}.type`, at.keyRange);
  const type = typePlace && checker.text(typePlace, 'type');
  const facts = type === undefined ? undefined : checker.catalogs.modules.get(type);
  if (type !== undefined && typePlace && !facts) {
    checker.error('unknown_module_type', `Unknown module type "${type}".`, typePlace, didYouMean(type, checker.catalogs.modules.keys()));
  }
  const configPlace = checker.given(map, at.path, 'config') ?? checker.meant(map, at.path, MODULE_KEYS, 'config');
  const configMap = configPlace && checker.map(configPlace, 'config');
  const config = configMap ? (toJson(configMap) as JsonObject) : {};
  if (configMap && configPlace) {
    eachText(configMap, configPlace.path, (node, path) => {
      checkTemplate(checker, { path, node }, undefined);
    });
  }
  if (facts) {
    const shown: Place =
      configPlace && configMap
        ? configPlace
        : { node: { kind: 'map', range: at.node.range, entries: new Map() }, path: `${at.path}.config`, keyRange: at.keyRange };
    checkConfig(checker, shown, config, facts.schema, `module "${name}"`);
  }
  if (!MODULE_NAME.test(name)) return;
  result.config[name] = config;
  if (facts?.database) {
    const setup = SETUP_KEYS.flatMap((key) => config[key] ?? []).filter((statement): statement is string => typeof statement === 'string');
    result.databases[name] = { type: facts.type, ...(setup.length > 0 ? { setup } : {}) };
  }
}
