/**
 * From the text of an application to its closed graph.
 *
 * Invariants
 * 1. Every mistake is reported in one go, each with its place; a definition is given only when there is no error.
 * 2. Nothing that the platform does not act on passes without a word (`not_yet`, `foreign_key`, `no_effect`).
 * 3. The same document, whatever its comments and key order, has the same hash.
 */
import type { Definition, FileRef } from '#contracts/definition';
import type { Diagnostic } from '#contracts/diagnostics';
import { SLUG } from '#contracts/ids';
import type { JsonObject } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import type { ModuleCatalog } from '#contracts/module';
import type { Outline } from '#contracts/outline';
import type { StepCatalog } from '#contracts/step';
import type { Application } from '#language/application';
import { contentHash } from '#language/canonical';
import { checkPorts } from '#language/check-ports';
import { Checker, describe, type Place, rangeOf } from '#language/checker';
import { compileBounds } from '#language/compile-bounds';
import { compileCallers } from '#language/compile-callers';
import { chainPipeline } from '#language/compile-chains';
import { compileModules, filePath, MODULE_NAME, MODULE_NAME_RULE } from '#language/compile-modules';
import { MAX_RETENTION_MS } from '#language/compile-policy';
import { compileRegions } from '#language/compile-regions';
import { RouteTable } from '#language/compile-routes';
import { compileSchemas } from '#language/compile-schemas';
import { compileSections, machinesOf, resourceMappingsOf } from '#language/compile-sections';
import { TOP_LEVEL, TOP_LEVEL_FOREIGN, TOP_LEVEL_NOT_YET } from '#language/dialect';
import { apiDescription, flagRules, handedOn, linkedMachine, moduleSchemas, observation, pipelineDefaults, schemaNamed } from '#language/module-gives';
import { ModuleTable } from '#language/module-table';
import { didYouMean } from '#language/nearest';
import { outlineOf } from '#language/outline';
import { checkReferences } from '#language/references';
import { type MapNode, parseSource, Report, readData, toJson } from '#language/source';

export type { Diagnostic } from '#contracts/diagnostics';
export { filePath } from '#language/compile-modules';

export interface CompileResult {
  definition: Definition | null;
  /** What stands where, also of a document with mistakes; null where there is nothing to go on with. */
  outline: Outline | null;
  /** In the order of the text. */
  diagnostics: Diagnostic[];
}

export interface CompileOptions {
  /** The application's name where the document has none. */
  name?: string;
  /** What came with the document; absent where nobody asked, and then none is said to be missing. */
  files?: DocumentFiles;
  /** Of the platform that it is for; absent where nobody knows, and then none is said to be missing. */
  regions?: readonly string[];
}

export interface DocumentFiles {
  refs: { [path: string]: FileRef };
  paths: ReadonlySet<string>;
  /** As text; `undefined` when it is not there, or no text. */
  text(path: string): string | undefined;
}

/** Some programs are checked by what has to be loaded first. */
async function loadProgramChecks(source: string, steps: StepCatalog): Promise<void> {
  const needed = [...steps.values()].filter(({ type }) => source.includes(type));
  await Promise.all(needed.flatMap(({ load, programs = {} }) => [load?.(), ...Object.values(programs).map((program) => program.load?.())]));
}

/** Never throws for what a document may hold. */
export async function compile(source: string, catalogs: { steps: StepCatalog; modules: ModuleCatalog }, options: CompileOptions = {}): Promise<CompileResult> {
  const report = new Report(source);
  const checker = new Checker(report, catalogs, options.regions);
  await loadProgramChecks(source, catalogs.steps);
  const root = parseSource(report);
  if (root?.kind !== 'map') {
    if (root)
      report.error(
        'not_a_mapping',
        `The document must be a mapping of keys such as name and pipelines, not ${describe(root)}.`,
        '',
        rangeOf(root),
        'Begin with name: my-app, and pipelines: below it.',
      );
    else if (report.diagnostics.length === 0) report.error('not_a_mapping', 'The document is empty.', '', [0, 0], 'Begin with name: and pipelines:.');
    return { definition: null, outline: null, diagnostics: settle(report) };
  }
  const { body, outline } = compileDocument(checker, root, options);
  const diagnostics = settle(report);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return { definition: null, outline, diagnostics };
  const document = { ...(toJson(root) as JsonObject), ...(body.files ? { files: body.files as unknown as JsonObject } : {}) };
  return { definition: { ...body, hash: await contentHash(document, body.name) }, outline, diagnostics };
}

/** What one answer names; more is not read anyway. */
const MAX_DIAGNOSTICS = 100;

/**
 * Diagnostics in the order of the text, a hundred of them at most. After a syntax mistake parts of the document are lost; what is said to be
 * missing then, and what stands on the very same line, is its echo; so is a missing key that is there in another spelling.
 */
function settle({ diagnostics, misspelt }: Report): Diagnostic[] {
  const broken = new Set(diagnostics.filter((diagnostic) => diagnostic.code === 'yaml_syntax').map((diagnostic) => diagnostic.line));
  const kept = diagnostics.filter((diagnostic) => {
    if (diagnostic.code === 'missing_key' && misspelt.has(diagnostic.path)) return false;
    if (broken.size === 0 || diagnostic.code === 'yaml_syntax') return true;
    return diagnostic.code !== 'missing_key' && !broken.has(diagnostic.line);
  });
  const seen = new Set<string>();
  const each = kept
    .filter((diagnostic) => {
      // An anchor used twice is checked twice, but it is one mistake.
      const mark = `${diagnostic.code} ${diagnostic.line}:${diagnostic.column} ${diagnostic.message}`;
      return seen.has(mark) ? false : seen.add(mark);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
  return bounded(each);
}

/** Errors come before warnings where not all are named; the last says how many more there are. */
function bounded(diagnostics: Diagnostic[]): Diagnostic[] {
  if (diagnostics.length <= MAX_DIAGNOSTICS) return diagnostics;
  const isError = ({ severity }: Diagnostic) => severity === 'error';
  const named = new Set([...diagnostics.filter(isError), ...diagnostics.filter((each) => !isError(each))].slice(0, MAX_DIAGNOSTICS));
  const rest = diagnostics.filter((each) => !named.has(each));
  const { line, column, end_line, end_column } = rest[0]!;
  const message = `There are ${rest.length} more such places; the first of them is here.`;
  const severity = rest.some(isError) ? 'error' : 'warning';
  const hint = 'They are named once those before are mended.';
  return [...diagnostics.filter((each) => named.has(each)), { code: 'too_many', severity, message, path: '', line, column, end_line, end_column, hint }];
}

function compileDocument(checker: Checker, root: MapNode, options: CompileOptions): { body: Definition; outline: Outline } {
  topLevelKeys(checker, root);
  const name = documentName(checker, root, options.name);
  const strictPlace = checker.given(root, '', 'strict_templates');
  const strict = strictPlace ? (checker.flag(strictPlace, 'strict_templates') ?? false) : false;
  const retentionPlace = checker.given(root, '', 'retention');
  const retention = retentionPlace && checker.duration(retentionPlace, 'retention', MAX_RETENTION_MS);
  const pipelinesPlace = checker.given(root, '', 'pipelines');
  const pipelineNames = new Set(pipelinesPlace?.node.kind === 'map' ? pipelinesPlace.node.entries.keys() : []);
  const machines = machinesOf(root);
  const mappings = resourceMappingsOf(root);
  const modules = new ModuleTable({
    pipeline: (each) => pipelineNames.has(each),
    file: (path) => options.files?.text(filePath(path)),
    document(path) {
      const text = options.files?.text(filePath(path));
      return text === undefined ? undefined : readData(text);
    },
    list: (folder) => [...(options.files?.paths ?? [])].filter((path) => folderOf(path) === filePath(folder)).sort(),
    step: (type) => checker.catalogs.steps.has(type),
    machine: (each) => machines.get(each) && [...machines.get(each)!],
    mapping: (resource) => mappings.get(resource) ?? linkedMachine(modules, resource),
  });
  const { config, databases } = compileModules(checker, root, modules, options.files?.paths);
  const undeclared = new Map<string, Place>();
  const chains = new Map<string, string>();
  const app: Application = {
    checker,
    strict,
    defaults: { ...pipelineDefaults(modules), ...(retention === undefined ? {} : { retention_ms: retention }) },
    schemas: { ...moduleSchemas(checker, modules), ...compileSchemas(checker, root) },
    usesDatabase(database, place) {
      if (!MODULE_NAME.test(database))
        return checker.error('invalid_name', `"${database}" is not a database name: ${MODULE_NAME_RULE}`, place, 'Write a word such as orders-db.');
      if (!Object.hasOwn(databases, database) && !undeclared.has(database)) undeclared.set(database, place);
    },
    refers(kind, named, place) {
      app.references.push({ kind, name: named, place });
      return kind === 'schemas' ? schemaNamed(app.schemas, named) : handedOn(modules, named);
    },
    modules,
    pipelines: new Map(),
    pipelineNames,
    table: new RouteTable(checker),
    databases,
    subscriptions: [],
    patterns: [],
    schedules: [],
    stateMachines: {},
    references: [],
    actors: {},
    doors: {},
    messagePipelines: new Map(),
    actionPipelines: new Map(),
    handling: new Set(),
    machines,
    chain: (module, route) => chainPipeline(app, module, route, chains),
  };
  compileSections(app, root);
  checkReferences(app);
  checkPorts(app);
  compileCallers(app);
  for (const [database, place] of undeclared) {
    if (Object.hasOwn(databases, database)) continue;
    const hint = didYouMean(database, Object.keys(databases), `Write {name: ${database}, type: storage.sqlite} under modules.`);
    checker.warn('undeclared_database', `No module declares the database "${database}"; a SQLite database of that name is made.`, place, hint);
    databases[database] = { type: 'storage.sqlite' };
  }
  if (app.pipelines.size > LIMITS.pipelinesPerWorkflow) {
    const place = pipelinesPlace ?? checker.given(root, '', 'workflows') ?? { path: '', keyRange: [0, 0] as const };
    checker.report.error(
      'too_many',
      `An application may have ${LIMITS.pipelinesPerWorkflow} pipelines.`,
      place.path,
      place.keyRange,
      'Split the application into several documents; they call each other by step.workflow_call.',
    );
  }
  const bounds = compileBounds(checker, root);
  const residency = compileRegions(checker, root);
  const { table, subscriptions, patterns, schedules, doors, stateMachines } = app;
  const body: Definition = {
    format: 1,
    hash: '',
    name,
    ...label(checker, root),
    pipelines: Object.fromEntries([...app.pipelines].map(([key, compiled]) => [key, compiled.pipeline])),
    routes: table.routes,
    ...(subscriptions.length > 0 ? { subscriptions } : {}),
    ...(patterns.length > 0 ? { patterns } : {}),
    ...(schedules.length > 0 ? { schedules } : {}),
    ...(Object.keys(doors).length > 0 ? { doors } : {}),
    ...(options.files && Object.keys(options.files.refs).length > 0 ? { files: options.files.refs } : {}),
    databases,
    config,
    ...(Object.keys(stateMachines).length > 0 ? { machines: stateMachines } : {}),
    ...(Object.keys(app.actors).length > 0 ? { actors: app.actors } : {}),
    ...(Object.keys(app.schemas).length > 0 ? { schemas: app.schemas } : {}),
    ...apiDescription(modules),
    ...observation(modules, name),
    ...flagRules(modules),
    ...secretStores(modules),
    ...(bounds ? { bounds } : {}),
    ...(residency ? { residency } : {}),
  };
  return { body, outline: outlineOf(app) };
}

/** The folder that a file lies in; empty for the document's own. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function label(checker: Checker, root: MapNode): { description?: string; label?: string } {
  const description = checker.given(root, '', 'description');
  const version = checker.given(root, '', 'version');
  const text = description && checker.text(description, 'description');
  const own = version && checker.text(version, 'version');
  return { ...(text === undefined ? {} : { description: text }), ...(own === undefined ? {} : { label: own }) };
}

function topLevelKeys(checker: Checker, root: MapNode): void {
  const known = [...TOP_LEVEL, ...TOP_LEVEL_NOT_YET, ...TOP_LEVEL_FOREIGN];
  for (const entry of root.entries.values()) {
    if (TOP_LEVEL.has(entry.key)) continue;
    const place = { path: entry.key, keyRange: entry.keyRange };
    if (TOP_LEVEL_NOT_YET.has(entry.key)) checker.notYet(place, `The section "${entry.key}"`);
    else if (TOP_LEVEL_FOREIGN.has(entry.key)) {
      checker.report.warn(
        'foreign_key',
        `"${entry.key}" belongs to other systems that speak the dialect; it has no effect here.`,
        entry.key,
        entry.keyRange,
        'It may stay. Take it out for a document without notes.',
      );
    } else checker.unknownKey(entry, '', known, 'the document');
  }
}

function documentName(checker: Checker, root: MapNode, fallback: string | undefined): string {
  const place = checker.given(root, '', 'name');
  const given = place && checker.text(place, 'name');
  const name = given ?? fallback;
  if (name === undefined) {
    if (!place) checker.report.error('missing_key', 'The application has no name.', 'name', [0, 0], 'Write name: my-application at the top, or give ?name=.');
    return '';
  }
  if (!SLUG.test(name)) {
    const range = place && given !== undefined ? rangeOf(place.node) : ([0, 0] as const);
    const suggestion = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 63)
      .replace(/-+$/, '');
    const hint = `Write "${SLUG.test(suggestion) ? suggestion : 'my-app'}".`;
    checker.report.error(
      'invalid_name',
      `"${name}" cannot be a host name: lower case letters, digits and hyphens, at most 63 characters.`,
      'name',
      range,
      hint,
    );
  }
  return name;
}

function secretStores(modules: ModuleTable): Pick<Definition, 'secret_stores'> {
  const stores: NonNullable<Definition['secret_stores']> = {};
  for (const { name, facts, settings } of modules.all()) {
    const spec = facts?.secretStore?.(settings);
    if (spec) stores[name] = spec;
  }
  return Object.keys(stores).length > 0 ? { secret_stores: stores } : {};
}
