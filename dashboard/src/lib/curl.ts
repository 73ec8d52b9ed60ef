import type { RouteItem } from './api-types';

/** A command that calls a route. Path parameters stay in capitals, to be filled in. */
export function curlFor(origin: string, route: RouteItem): string {
  const method = route.method === '*' ? 'POST' : route.method;
  const path = route.path.replace(/\{(\w[\w-]*)(?:\.\.\.)?\}/g, (_, name: string) => name.toUpperCase().replaceAll('-', '_'));
  const body = method === 'POST' || method === 'PUT' || method === 'PATCH' ? ` \\\n  -H 'content-type: application/json' \\\n  -d '{}'` : '';
  return `curl${method === 'GET' ? '' : ` -X ${method}`} '${origin}${path}'${body}`;
}
