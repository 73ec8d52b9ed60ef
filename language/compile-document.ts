/** A document, section by section, to the body of a definition: what it declares and hands on is put together here. */
import type { Definition, FileRef } from '#contracts/definition';
import { LIMITS } from '#contracts/limits';
import type { Outline } from '#contracts/outline';
import type { Application } from '#language/application';
import { checkPorts } from '#language/check-ports';
import type { Checker, Place } from '#language/checker';
import { compileBounds } from '#language/compile-bounds';
import { compileCallers } from '#language/compile-callers';
import { chainPipeline } from '#language/compile-chains';
import { compileModules, filePath, MODULE_NAME, MODULE_NAME_RULE } from '#language/compile-modules';
import { MAX_RETENTION_MS } from '#language/compile-policy';
import { compileRegions } from '#language/compile-regions';
import { compileSchemas } from '#language/compile-schemas';
import { compileSections, machinesOf, resourceMappingsOf } from '#language/compile-sections';
import { documentName, label, topLevelKeys } from '#language/document-head';
import { apiDescription, flagRules, handedOn, linkedMachine, moduleSchemas, observation, pipelineDefaults, schemaNamed } from '#language/module-gives';
import { ModuleTable } from '#language/module-table';
import { didYouMean } from '#language/nearest';
import { outlineOf } from '#language/outline';
import { readData } from '#language/parse-source';
import { checkReferences } from '#language/references';
import { RouteTable } from '#language/route-table';
import type { MapNode } from '#language/source';

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

export function compileDocument(checker: Checker, root: MapNode, options: CompileOptions): { body: Definition; outline: Outline } {
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

function secretStores(modules: ModuleTable): Pick<Definition, 'secret_stores'> {
  const stores: NonNullable<Definition['secret_stores']> = {};
  for (const { name, facts, settings } of modules.all()) {
    const spec = facts?.secretStore?.(settings);
    if (spec) stores[name] = spec;
  }
  return Object.keys(stores).length > 0 ? { secret_stores: stores } : {};
}
