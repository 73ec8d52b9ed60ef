/** What the proxies that choose by the prefix of a path share. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import type { Door } from '#modules/door';
import { bounds, boundsOf, forward, origin } from '#modules/http/forwarding';

export const byPrefix = z.strictObject({
  targets: z.record(z.string().regex(/^\//), origin).describe('Base URL by the prefix of the path; the longest prefix counts.'),
  ...bounds,
});

export const prefixDoor: Door = {
  streams: true,
  async serve(request, context) {
    const settings = context.settings as z.output<typeof byPrefix>;
    const { targets } = settings;
    const prefix = longestPrefix(Object.keys(targets), request.path);
    if (prefix === undefined) throw new Problem('unknown_route', `${context.module} has no target for ${request.path}.`);
    return forward(request, context, targets[prefix]!, boundsOf(settings));
  },
};

/** A prefix ends where a segment does: `/api` is none of `/apis`. */
export function longestPrefix(prefixes: readonly string[], path: string): string | undefined {
  return prefixes.filter((each) => path === each || path.startsWith(`${each.replace(/\/+$/, '')}/`)).sort((a, b) => b.length - a.length)[0];
}
