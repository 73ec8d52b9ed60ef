/** Method and path of an application to its pipeline. Patterns: `/orders/{id}`, `/files/{rest...}`. */
import type { Definition, Route } from '#contracts/definition';

export type Match =
  | { kind: 'found'; route: Route; params: Record<string, string> }
  /** The path is known, with these methods. */
  | { kind: 'method'; allowed: string[] }
  | { kind: 'none' };

interface Compiled {
  route: Route;
  segments: Segment[];
}

type Segment = { kind: 'text'; text: string } | { kind: 'param'; name: string } | { kind: 'rest'; name: string };

const COMPILED = new WeakMap<Definition, Compiled[]>();

/** The most specific route wins: text before parameter before rest, segment by segment. */
export function matchRoute(definition: Definition, method: string, path: string): Match {
  const parts = split(path);
  if (!parts) return { kind: 'none' };
  const allowed = new Set<string>();
  let best: { entry: Compiled; params: Record<string, string> } | undefined;
  for (const entry of compiled(definition)) {
    const params = paramsOf(entry.segments, parts);
    if (!params) continue;
    const { method: wanted } = entry.route;
    if (wanted !== '*' && wanted !== method && !(method === 'HEAD' && wanted === 'GET')) {
      allowed.add(wanted);
      continue;
    }
    best ??= { entry, params };
  }
  if (best) return { kind: 'found', route: best.entry.route, params: best.params };
  return allowed.size > 0 ? { kind: 'method', allowed: [...allowed].sort() } : { kind: 'none' };
}

function compiled(definition: Definition): Compiled[] {
  let list = COMPILED.get(definition);
  if (!list) {
    list = definition.routes.map((route) => ({ route, segments: compile(route.path) })).sort((a, b) => compare(a.segments, b.segments));
    COMPILED.set(definition, list);
  }
  return list;
}

function compile(path: string): Segment[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^\{([^{}]+?)(\.\.\.)?\}$/.exec(part);
      if (!match) return { kind: 'text', text: part };
      return match[2] ? { kind: 'rest', name: match[1]! } : { kind: 'param', name: match[1]! };
    });
}

const RANK = { text: 0, param: 1, rest: 2 } as const;

function compare(a: Segment[], b: Segment[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = RANK[a[i]!.kind] - RANK[b[i]!.kind];
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Decoded segments; `undefined` for malformed escapes. A trailing slash does not count. */
function split(path: string): string[] | undefined {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function paramsOf(segments: Segment[], parts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    if (segment.kind === 'rest') {
      params[segment.name] = parts.slice(i).join('/');
      return params;
    }
    const part = parts[i];
    if (part === undefined) return undefined;
    if (segment.kind === 'text' ? segment.text !== part : false) return undefined;
    if (segment.kind === 'param') params[segment.name] = part;
  }
  return segments.length === parts.length ? params : undefined;
}
