/**
 * Whether modules find what they take: what their settings name has to be there and offer the right thing, and what they
 * cannot do without has to be found around them.
 */
import { type Intake, PORTS, type Port } from '#contracts/module';
import type { Application } from '#language/application';
import type { Place } from '#language/checker';
import type { Module } from '#language/module-table';
import { didYouMean } from '#language/nearest';

export function checkPorts(app: Application): void {
  for (const module of app.modules.all()) {
    for (const intake of module.facts?.ports.takes ?? []) checkIntake(app, module, intake);
    for (const setting of module.facts?.pipelines ?? []) checkPipeline(app, module, setting);
  }
}

function checkIntake(app: Application, module: Module, intake: Intake): void {
  const { port, by, orPipeline, required, unless = [] } = intake;
  const named = by === undefined ? undefined : module.config[by];
  if (by !== undefined && typeof named === 'string' && named !== '') {
    if (orPipeline && app.pipelineNames.has(named)) return;
    checkNamed(app, module, port, named, settingPlace(module, by), orPipeline === true);
    return;
  }
  if (!required || unless.some((setting) => module.config[setting] !== undefined)) return;
  if (app.modules.use(module, 'request').near(...typesOf(app, port)) !== undefined) return;
  const offering = offers(app, port);
  const [first] = offering;
  const without = unless.length > 0 ? ` and none of ${unless.join(', ')} is set` : '';
  if (first === undefined) {
    app.checker.error(
      'unknown_module',
      `"${module.name}" needs ${PORTS[port]}, but no module of the application offers that${without}.`,
      module.at,
      addHint(app, port),
    );
    return;
  }
  const message = `"${module.name}" needs ${PORTS[port]}, and ${offering.length} modules offer that: which one is not said.`;
  app.checker.error('unknown_module', message, module.at, `Write dependsOn: [${first}], or name another of ${offering.join(', ')}.`);
}

function checkNamed(app: Application, module: Module, port: Port, name: string, place: Place, orPipeline: boolean): void {
  const found = app.modules.get(name);
  const offering = offers(app, port);
  const either = orPipeline ? [...offering, ...app.pipelineNames] : offering;
  if (found?.facts?.ports.offers.includes(port)) return;
  const hint = didYouMean(name, either, offering.length > 0 ? `Write one of ${offering.join(', ')}.` : addHint(app, port));
  if (found) app.checker.error('wrong_module', wrongModule(found, port), place, hint);
  else if (orPipeline) {
    const message = `No module and no pipeline is named "${name}": what ${module.name} is given fails until there is one.`;
    app.checker.warn('unknown_reference', message, place, hint);
  } else app.checker.error('unknown_module', `No module is named "${name}"; ${module.name} takes ${PORTS[port]} there.`, place, hint);
}

/** `"jobs" is a scheduler.modular: it offers times for jobs, not a cache.` */
export function wrongModule({ name, type, facts }: Module, port: Port): string {
  const offered = (facts?.ports.offers ?? []).map((each) => PORTS[each]);
  return `"${name}" is a ${type}: it offers ${offered.length > 0 ? offered.join(', ') : 'nothing to others'}, not ${PORTS[port]}.`;
}

/** How to get what nobody offers. */
export function addHint(app: Application, port: Port): string {
  const [type] = typesOf(app, port);
  return `Add a module that does, such as: {name: my-${port}, type: ${type}}.`;
}

export function offers(app: Application, port: Port): string[] {
  return app.modules
    .all()
    .filter(({ facts }) => facts?.ports.offers.includes(port))
    .map(({ name }) => name);
}

function typesOf(app: Application, port: Port): string[] {
  return [...app.checker.catalogs.modules.values()].filter(({ ports }) => ports.offers.includes(port)).map(({ type }) => type);
}

/** A pipeline that is not there does nothing: said, for the rest of the module works without. */
function checkPipeline(app: Application, module: Module, setting: string): void {
  const name = module.config[setting];
  if (typeof name !== 'string' || name === '' || app.pipelineNames.has(name)) return;
  const hint = didYouMean(name, app.pipelineNames, `Write it under pipelines, or leave "${setting}" out.`);
  app.checker.warn(
    'unknown_reference',
    `The document has no pipeline "${name}", so ${module.name} does its work without.`,
    settingPlace(module, setting),
    hint,
  );
}

function settingPlace(module: Module, setting: string): Place {
  const config = module.map.entries.get('config');
  const entry = config?.value.kind === 'map' ? config.value.entries.get(setting) : undefined;
  return entry ? { node: entry.value, path: `${module.at.path}.config.${setting}`, keyRange: entry.keyRange } : module.at;
}
