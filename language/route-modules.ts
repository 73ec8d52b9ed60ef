/** What modules do at a route: they answer it, stand in front of it, or put a prefix before its path. */
import type { Mount } from '#contracts/module';
import { type Application, requestPipeline } from '#language/application';
import type { Place } from '#language/checker';
import type { Module } from '#language/module-table';
import { didYouMean } from '#language/nearest';
import type { RouteTarget } from '#language/route-table';

/** How the module answers a route: at the door, or by a pipeline. `undefined`: it does not. */
export function answering(app: Application, module: Module, route: Mount): RouteTarget | undefined {
  const chain = app.chain(module, route);
  if (chain !== undefined) return { pipeline: chain };
  if (module.facts?.lower) {
    const pipeline = requestPipeline(app, module, route);
    if (pipeline !== undefined) return { pipeline };
  }
  if (!module.facts?.door) return undefined;
  addDoor(app, module);
  return { door: module.name };
}

export function addDoor(app: Application, module: Module): void {
  const use = app.modules.use(module, 'request');
  const document = module.facts?.document?.(use);
  const config = { ...module.settings, ...module.facts?.around?.(use) };
  app.doors[module.name] = { type: module.type, config, ...(document === undefined ? {} : { document }) };
}

/** The modules in front of a route. */
export function middlewares(app: Application, place: Place | undefined): { middlewares?: string[] } {
  if (!place) return {};
  const { checker } = app;
  const nodes = place.node.kind === 'scalar' ? [place.node] : (checker.list(place, 'middlewares') ?? []);
  const names: string[] = [];
  nodes.forEach((node, index) => {
    const at = { ...place, node, path: place.node.kind === 'scalar' ? place.path : `${place.path}[${index}]` };
    const name = checker.text(at, 'A middleware');
    const module = name === undefined ? undefined : app.modules.get(name);
    if (name === undefined) return;
    if (!module) checker.error('unknown_module', `No module is named "${name}".`, at, didYouMean(name, app.modules.names()));
    else if (module.facts && !module.facts.guard) {
      checker.error(
        'invalid_value',
        `"${name}" is a ${module.type}, and cannot stand in front of a route.`,
        at,
        'Name modules of the types http.middleware.*, or auth.jwt.',
      );
    } else if (module.facts) {
      addDoor(app, module);
      names.push(name);
    }
  });
  return names.length > 0 ? { middlewares: names } : {};
}

/** The prefix of the router that is named, or of the only one. */
export function routerPrefix(app: Application, named: Place | undefined): string | undefined {
  const routers = app.modules.ofType('http.router');
  const name = named?.node.kind === 'scalar' ? String(named.node.value) : undefined;
  const router = name === undefined ? (routers.length === 1 ? routers[0] : undefined) : routers.find((each) => each.name === name);
  return typeof router?.settings.prefix === 'string' ? router.settings.prefix : undefined;
}
