/** `modules[]`: types, settings, dependencies, and the databases that they declare. */
import { z } from 'zod';
import type { DatabaseSpec } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import { isJsonObject } from '#contracts/json';
import type { ModuleFacts } from '#contracts/module';
import { checkConfig, eachText } from '#language/check-config';
import { checkTemplate } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { MODULE_KEYS } from '#language/dialect';
import type { Module, ModuleTable } from '#language/module-table';
import { didYouMean, nearest } from '#language/nearest';
import { warnPlainSecrets } from '#language/plain-secrets';
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

interface Written {
  name: string;
  map: MapNode;
  at: Place;
}

export function compileModules(checker: Checker, root: MapNode, table: ModuleTable, files: ReadonlySet<string> | undefined): CompiledModules {
  const place = checker.given(root, '', 'modules');
  const result: CompiledModules = { config: {}, databases: {} };
  const items = (place && checker.list(place, 'modules')) ?? [];
  const modules: Written[] = [];
  const names = new Map<string, number>();
  items.forEach((node, index) => {
    const at: Place = { node, path: `${place!.path}[${index}]`, keyRange: node.range };
    const map = checker.map(at, 'A module');
    if (!map) return;
    const namePlace = checker.given(map, at.path, 'name');
    const first = map.entries.values().next().value?.keyRange ?? node.range;
    if (!namePlace)
      checker.report.error(
        'missing_key',
        'A module needs a name.',
        `${at.path}.name`,
        first,
        'Write name: and a word that other modules and steps name it by.',
      );
    const name = namePlace && checker.text(namePlace, 'name');
    if (name !== undefined && namePlace) {
      const line = names.get(name);
      if (line !== undefined) checker.error('duplicate_name', `A module named "${name}" exists already.`, namePlace, `It is first given in line ${line}.`);
      else if (!MODULE_NAME.test(name))
        checker.error('invalid_name', `"${name}" is not a module name: ${MODULE_NAME_RULE}`, namePlace, 'Write a word such as orders-db.');
      else names.set(name, checker.report.position(namePlace.node.range[0])[0]);
    }
    modules.push({ name: name ?? '', map, at: { ...at, keyRange: first } });
  });
  for (const written of modules) {
    const module = compileModule(checker, written, names, { root, files, table });
    if (!module || !MODULE_NAME.test(module.name)) continue;
    table.add(module);
    result.config[module.name] = module.config;
    if (module.facts?.database) {
      const own = SETUP_KEYS.flatMap((key) => module.config[key] ?? []).filter((statement): statement is string => typeof statement === 'string');
      const setup = [...module.facts.tables, ...own];
      result.databases[module.name] = { type: module.facts.type, ...(setup.length > 0 ? { setup } : {}) };
    }
  }
  return result;
}

function compileModule(
  checker: Checker,
  { name, map, at }: Written,
  names: ReadonlyMap<string, number>,
  { root, files, table }: { root: MapNode; files: ReadonlySet<string> | undefined; table: ModuleTable },
): Module | undefined {
  checker.keys(map, at.path, MODULE_KEYS, `module "${name}"`);
  const dependsOn = dependencies(checker, map, at, names);
  const typePlace = checker.given(map, at.path, 'type');
  if (!typePlace)
    checker.report.error(
      'missing_key',
      'A module needs a type.',
      `${at.path}.type`,
      at.keyRange,
      'Write type: and one of the types that GET /api/v1/module-types lists.',
    );
  const type = typePlace && checker.text(typePlace, 'type');
  // A step type may stand as a module: a part of a chain of modules.
  const step = type !== undefined && checker.catalogs.steps.has(type);
  const facts =
    type === undefined || !typePlace ? undefined : (checker.catalogs.modules.get(type) ?? (step ? undefined : strangeType(checker, root, type, typePlace)));
  const configPlace =
    checker.given(map, at.path, 'config') ??
    checker.meant(map, at.path, MODULE_KEYS, 'config') ??
    (facts?.section === undefined ? undefined : checker.given(root, '', facts.section));
  const configMap = configPlace && checker.map(configPlace, 'config');
  const config = configMap ? (toJson(configMap) as JsonObject) : {};
  if (configMap && configPlace) {
    eachText(configMap, configPlace.path, (node, path) => {
      checkTemplate(checker, { path, node }, undefined);
    });
    warnPlainSecrets(checker, configPlace, configMap);
  }
  const shown: Place =
    configPlace && configMap
      ? configPlace
      : { node: { kind: 'map', range: at.node.range, entries: new Map() }, path: `${at.path}.config`, keyRange: at.keyRange };
  if (facts) {
    checkConfig(checker, shown, config, facts.schema, `module "${name}"`);
    notices(checker, facts, config, shown, typePlace!, table);
    missingFiles(checker, facts, config, shown, files);
  }
  if (type === undefined) return undefined;
  return { name, type, facts, part: step && !facts, config, settings: settingsOf(facts, config), dependsOn, map, at };
}

/** What stands for a type that nobody knows: of a plugin that the document requires, a component of its own; else it is a mistake. */
function strangeType(checker: Checker, root: MapNode, type: string, place: Place): ModuleFacts | undefined {
  const meant = nearest(type, checker.catalogs.modules.keys());
  const component = checker.catalogs.modules.get(COMPONENT);
  if (meant !== undefined || !component || !requiresPlugins(root)) {
    const hint =
      meant === undefined
        ? 'GET /api/v1/module-types lists the types. A plugin of your own is named under requires: {plugins: […]}.'
        : `Did you mean "${meant}"?`;
    checker.error('unknown_module_type', `Unknown module type "${type}".`, place, hint);
    return undefined;
  }
  checker.warn(
    'no_effect_here',
    `"${type}" is a type of a plugin that is not here; what uses the module fails until it has an implementation.`,
    place,
    'Give the setting code, or under source a JavaScript file with function transform(ctx).',
  );
  return { ...component, schema: z.looseObject({}) };
}

/** JavaScript of the application that stands for what is not here. */
const COMPONENT = 'dynamic.component';

function requiresPlugins(root: MapNode): boolean {
  const required = root.entries.get('requires')?.value;
  const plugins = required?.kind === 'map' ? required.entries.get('plugins')?.value : undefined;
  return plugins?.kind === 'seq' && plugins.items.length > 0;
}

function dependencies(checker: Checker, map: MapNode, at: Place, names: ReadonlyMap<string, number>): string[] {
  const depends = checker.given(map, at.path, 'dependsOn');
  const found: string[] = [];
  (depends ? checker.list(depends, 'dependsOn') : undefined)?.forEach((node, index) => {
    const text = node.kind === 'scalar' ? String(node.value) : undefined;
    if (text !== undefined && names.has(text)) {
      found.push(text);
      return;
    }
    const place = { path: `${depends!.path}[${index}]`, node };
    checker.error(
      'unknown_module',
      `No module is named "${text ?? ''}".`,
      place,
      text === undefined ? 'Write the name of a module.' : didYouMean(text, names.keys()),
    );
  });
  return found;
}

/** With its defaults; as written where the schema refuses it, which has been said. */
function settingsOf(facts: ModuleFacts | undefined, config: JsonObject): JsonObject {
  const parsed = facts?.schema.safeParse(config);
  return parsed?.success && isJsonObject(parsed.data as never) ? (parsed.data as JsonObject) : config;
}

/** Of a notice that needs no more words than its own. */
const NO_HINT = 'Take the setting out, or leave it: nothing else of the module depends on it.';

function notices(checker: Checker, facts: ModuleFacts, config: JsonObject, config_: Place, type: Place, { files }: ModuleTable): void {
  for (const { severity, message, hint = NO_HINT, setting } of facts.notices?.(settingsOf(facts, config), files) ?? []) {
    const entry = setting !== undefined && config_.node.kind === 'map' ? config_.node.entries.get(setting) : undefined;
    const place = entry ? { path: `${config_.path}.${setting}`, node: entry.value } : type;
    if (severity === 'error') checker.error('invalid_config', message, place, hint);
    else checker.warn('no_effect_here', message, place, hint);
  }
}

/** `files` is undefined where nobody asked for them, as in an editor. */
function missingFiles(checker: Checker, facts: ModuleFacts, config: JsonObject, config_: Place, files: ReadonlySet<string> | undefined): void {
  for (const setting of facts.files) {
    const path = config[setting];
    const entry = config_.node.kind === 'map' ? config_.node.entries.get(setting) : undefined;
    if (typeof path !== 'string' || path === '' || !entry || files === undefined) continue;
    if ([...files].some((file) => file === filePath(path) || file.startsWith(`${filePath(path)}/`))) continue;
    const hint = 'Add it under Files when you save on the page, deploy with npm run wf -- deploy FILE, which sends it along, or give it under files.';
    checker.warn('missing_file', `"${path}" did not come with the document.`, { path: `${config_.path}.${setting}`, node: entry.value }, hint);
  }
}

/** Paths are relative to the document; above it there is nothing, so `../seed/a.json` is `seed/a.json`. */
export function filePath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}
