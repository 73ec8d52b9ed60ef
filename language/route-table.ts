/**
 * The routes of an application, and which of them are taken.
 *
 * Invariants
 * 1. Two routes never answer the same method and path; parameter names do not make paths differ.
 * 2. Paths are kept in one spelling, `/orders/{id}`; `:id` and `*rest` are other systems' words for it.
 */
import type { Route } from '#contracts/definition';
import type { Mount } from '#contracts/module';
import type { Checker, Place } from '#language/checker';
import { METHODS } from '#language/dialect';
import { didYouMean } from '#language/nearest';
import type { SourceNode } from '#language/source';

const SEGMENT = /^(?:[^{}/]*|\{[A-Za-z_][A-Za-z0-9_-]*(?:\.\.\.)?\})$/;

export type RouteTarget = Omit<Route, 'method' | 'path'>;

export class RouteTable {
  readonly routes: Route[] = [];
  readonly #taken = new Map<string, { line: number; by: string }>();

  constructor(private readonly checker: Checker) {}

  /** `prefix` is put in front of a path that does not begin with it. */
  add(target: RouteTarget, method: Place | undefined, path: Place, fallbackMethod: string, prefix?: string): void {
    const spelled = this.path(path);
    const methods = method ? this.methods(method) : [fallbackMethod];
    if (spelled === undefined) return;
    const full = prefixed(spelled, prefix);
    for (const verb of methods) {
      const before = this.#taken.get(shapeOf(verb, full));
      if (before) {
        this.checker.error(
          'duplicate_route',
          `${verb} ${full} is already answered by ${before.by} (line ${before.line}).`,
          path,
          'Choose another path or method, or take one of the two out.',
        );
        continue;
      }
      this.put(target, { method: verb, path: full }, this.checker.report.position(path.node.range[0])[0]);
    }
  }

  /** A route that a module brings along: where the document has one of its own, that one stays. */
  mount(target: RouteTarget, route: Mount, place: Place): void {
    if (!this.isTaken(route)) this.put(target, route, this.checker.report.position(place.keyRange[0])[0]);
  }

  /** The module stands in front of the route too, after those that do already. `false`: there is no such route. */
  guard({ method, path }: Mount, module: string): boolean {
    const shape = shapeOf(method, path);
    const route = this.routes.find((each) => shapeOf(each.method, each.path) === shape);
    if (route?.pipeline === undefined) return false;
    if (!route.middlewares?.includes(module)) route.middlewares = [...(route.middlewares ?? []), module];
    return true;
  }

  isTaken({ method, path }: Mount): boolean {
    return this.#taken.has(shapeOf(method, path));
  }

  private put(target: RouteTarget, { method, path }: Mount, line: number): void {
    const by = target.pipeline === undefined ? `module "${target.door}"` : `pipeline "${target.pipeline}"`;
    this.#taken.set(shapeOf(method, path), { line, by });
    this.routes.push({ method, path, ...target });
  }

  /** As `add` would spell it; `undefined` when it is none, which `add` reports. */
  spelling(path: Place, prefix: string | undefined): string {
    const text = path.node.kind === 'scalar' ? String(path.node.value) : '/';
    return prefixed(normal(text), prefix);
  }

  private methods(place: Place): string[] {
    const nodes: SourceNode[] = place.node.kind === 'seq' ? place.node.items : [place.node];
    const methods: string[] = [];
    for (const node of nodes) {
      const text = this.checker.text({ ...place, node }, 'method');
      if (text === undefined) continue;
      const verb = text.toUpperCase() === 'ANY' ? '*' : text.toUpperCase();
      if ((METHODS as readonly string[]).includes(verb)) methods.push(verb);
      else this.checker.error('invalid_value', `"${text}" is not an HTTP method.`, { ...place, node }, didYouMean(verb, METHODS));
    }
    return methods;
  }

  private path(place: Place): string | undefined {
    const text = this.checker.text(place, 'path');
    if (text === undefined) return undefined;
    const fail = (message: string, hint: string): undefined => {
      this.checker.error('invalid_path', message, place, hint);
      return undefined;
    };
    if (!text.startsWith('/')) return fail(`The path "${text}" must begin with "/".`, `Write "/${text}".`);
    const spelled = normal(text);
    if (/[\s?#]/.test(spelled))
      return fail(`The path "${text}" may not hold spaces, "?" or "#".`, 'Take them out; keys of the query are read from trigger.query.');
    const segments = spelled.slice(1).split('/');
    const names = new Set<string>();
    for (const [index, segment] of segments.entries()) {
      if (!SEGMENT.test(segment)) return fail(`"${segment}" is not a path segment.`, 'A parameter fills a whole segment: /orders/{id}, /files/{rest...}.');
      if (!segment.startsWith('{')) continue;
      const rest = segment.endsWith('...}');
      const name = segment.slice(1, rest ? -4 : -1);
      if (rest && index < segments.length - 1)
        return fail(`"${segment}" takes the rest of the path and must be the last segment.`, `Write {${name}} here, or move "${segment}" to the end.`);
      if (names.has(name)) return fail(`The parameter "${name}" stands in the path twice.`, `Name one of them otherwise, such as {${name}_2}.`);
      names.add(name);
    }
    return spelled;
  }
}

function normal(text: string): string {
  return text
    .replace(/(?<=\/):([A-Za-z_][\w-]*)/g, '{$1}')
    .replace(/(?<=\/)\*([A-Za-z_][\w-]*)?$/, (_, name: string | undefined) => `{${name ?? 'rest'}...}`)
    .replace(/(?<=.)\/$/, '');
}

function shapeOf(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^}]*?(\.\.\.)?\}/g, (_, rest: string | undefined) => (rest ? '{...}' : '{}'))}`;
}

/** The path below the prefix; one that stands there already stays as it is. */
export function prefixed(path: string, prefix: string | undefined): string {
  const front = prefix?.replace(/\/+$/, '') ?? '';
  if (front === '' || path === front || path.startsWith(`${front}/`)) return path;
  return `${front}${path === '/' ? '' : path}`;
}
